package org.consilium.contract.protocol;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A figure of a global model over the validation or test images of all sites, each image weighing the same. */
public enum Measure {
    /** Share of images that are recognised, 0 to 1. */
    ACCURACY("accuracy", true),
    /** Mean over the classes of the harmonic mean of precision and recall, 0 to 1. */
    MACRO_F1("macro-f1", true),
    /** Accuracy at the site where it is lowest, 0 to 1. */
    WORST_SITE_ACCURACY("worst-site-accuracy", true),
    /** Mean cross-entropy in nats, 0 or more. */
    LOSS("loss", false);

    private final String label;
    private final boolean rising;

    Measure(String label, boolean rising) {
        this.label = label;
        this.rising = rising;
    }

    /** Returns its name in protocols. */
    public String label() {
        return label;
    }

    /** Returns whether more is better. */
    public boolean isRising() {
        return rising;
    }

    /** Returns by how much the first value is better than the second; below 0 where it is worse. */
    public double gain(double value, double over) {
        return rising ? value - over : over - value;
    }

    /**
     * Returns the measure of that name.
     *
     * @throws IllegalArgumentException naming those that exist
     */
    public static Measure of(String label) {
        return Arrays.stream(values())
                .filter(measure -> measure.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("measure '" + label + "' is not known: use one of "
                        + Arrays.stream(values()).map(Measure::label).collect(Collectors.joining(", "))));
    }
}
