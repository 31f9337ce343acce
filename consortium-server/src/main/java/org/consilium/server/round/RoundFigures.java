package org.consilium.server.round;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.consilium.contract.TrainingMetrics;

/** Figures that follow from a round's value, in seconds and bytes. */
public final class RoundFigures {

    private RoundFigures() {}

    /** The mean training loss of the sites that tell theirs, weighted by their examples. */
    public static OptionalDouble trainLoss(Round round) {
        double sum = 0;
        double examples = 0;
        for (Share share : round.answers()) {
            TrainingMetrics metrics = share.update().orElseThrow().metrics();
            if (metrics.loss().isPresent()) {
                sum += metrics.loss().getAsDouble() * metrics.examples();
                examples += metrics.examples();
            }
        }
        return examples == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / examples);
    }

    /** A figure of the round's scores, once they are there. */
    public static OptionalDouble figure(Round round, Function<RoundResult, OptionalDouble> figure) {
        return round.result().map(figure).orElse(OptionalDouble.empty());
    }

    /** Training time of the slowest site. */
    public static OptionalDouble trainSeconds(Round round) {
        return round.answers().stream()
                .mapToDouble(share -> share.update().orElseThrow().metrics().seconds())
                .max();
    }

    /** From the opening to the new model, less the slowest site's training. */
    public static OptionalDouble overheadSeconds(Round round) {
        OptionalDouble whole = between(Optional.of(round.openedAt()), round.aggregatedAt());
        OptionalDouble training = trainSeconds(round);
        return whole.isPresent() && training.isPresent()
                ? OptionalDouble.of(whole.getAsDouble() - training.getAsDouble())
                : OptionalDouble.empty();
    }

    /** From the new model to its scores. */
    public static OptionalDouble evaluateSeconds(Round round) {
        Optional<Instant> from = round.refinement().at().or(round::aggregatedAt);
        return between(from, from.flatMap(at -> round.completedAt()));
    }

    /** Bytes of the bodies that the sites sent. */
    public static long bytesUp(Round round) {
        return round.shares().stream().mapToLong(Share::bytesUp).sum();
    }

    /** Bytes of the parameters that the sites fetched. */
    public static long bytesDown(Round round) {
        return round.shares().stream().mapToLong(Share::bytesDown).sum();
    }

    private static OptionalDouble between(Optional<Instant> from, Optional<Instant> to) {
        return from.isPresent() && to.isPresent()
                ? OptionalDouble.of(Duration.between(from.get(), to.get()).toNanos() / 1e9)
                : OptionalDouble.empty();
    }
}
