package org.consilium.server.round;

import java.util.Optional;
import java.util.OptionalDouble;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.protocol.Measure;

/**
 * What came of a round, without its sites.
 *
 * @param round the round
 * @param result its scores
 * @param bytes what all sites sent and fetched in it
 */
record Outcome(RoundNumber round, Optional<RoundResult> result, long bytes) {

    static Outcome of(Round round) {
        return new Outcome(round.number(), round.result(), RoundFigures.bytesUp(round) + RoundFigures.bytesDown(round));
    }

    /** Returns the figure on the validation images, where there is one. */
    OptionalDouble figure(Measure measure) {
        if (result.isEmpty()) {
            return OptionalDouble.empty();
        }
        RoundResult scores = result.get();
        return switch (measure) {
            case ACCURACY -> scores.accuracy();
            case MACRO_F1 -> scores.macroF1();
            case WORST_SITE_ACCURACY -> scores.worstAccuracy();
            case LOSS -> scores.loss();
        };
    }
}
