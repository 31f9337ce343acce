package org.consilium.contract;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * What a site says of its training in one round.
 *
 * @param examples number of training images at the site, 1 to 1,000,000,000,000: the weight of its update
 * @param loss mean training loss over the last pass; 0 when no training was asked for; empty where the site does not tell
 * @param seconds wall-clock seconds spent training, at least 0
 * @param executor what did the arithmetic, such as {@code onednn 3.13.0 avx512_core, 1 thread}: equal plans give equal
 *     parameters, bit for bit, on equal executors; 1 to 100 printable ASCII characters
 */
public record TrainingMetrics(long examples, OptionalDouble loss, double seconds, String executor) {

    /** Where a site does not say. */
    public static final String UNKNOWN_EXECUTOR = "unknown";

    private static final Pattern EXECUTOR = Pattern.compile("[ -~]{1,100}");

    /** So that the examples of a thousand sites add up without overflow, and exactly as a double too. */
    private static final long MOST_EXAMPLES = 1_000_000_000_000L;

    /** Checks the ranges. */
    public TrainingMetrics {
        if (examples < 1) {
            throw new IllegalArgumentException("an update needs at least 1 example, not " + examples);
        }
        if (examples > MOST_EXAMPLES) {
            throw new IllegalArgumentException("an update has at most " + MOST_EXAMPLES + " examples, not " + examples);
        }
        if (loss.isPresent() && !Double.isFinite(loss.getAsDouble())) {
            throw new IllegalArgumentException("training loss is " + loss.getAsDouble()
                    + "; training diverged, lower the learning rate and train again");
        }
        if (!(seconds >= 0 && seconds < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("training seconds " + seconds + " are not valid");
        }
        if (!EXECUTOR.matcher(executor).matches()) {
            throw new IllegalArgumentException("executor must have 1 to 100 printable ASCII characters");
        }
    }

    /** Of a site that tells its loss. */
    public TrainingMetrics(long examples, double loss, double seconds, String executor) {
        this(examples, OptionalDouble.of(loss), seconds, executor);
    }

    /** Returns the same without the loss. */
    public TrainingMetrics withoutLoss() {
        return new TrainingMetrics(examples, OptionalDouble.empty(), seconds, executor);
    }
}
