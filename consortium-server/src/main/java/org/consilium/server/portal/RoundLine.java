package org.consilium.server.portal;

import java.util.Optional;
import org.consilium.contract.SiteId;
import org.consilium.server.round.Round;
import org.consilium.server.round.RoundFigures;
import org.consilium.server.round.RoundResult;
import org.consilium.server.round.RoundState;

/**
 * One round in the table of rounds.
 *
 * @param number its number
 * @param status where it stands
 * @param trainLoss mean training loss of the sites that tell theirs, weighted by examples
 * @param accuracy of its model over all validation images
 * @param macroF1 likewise
 * @param worstAccuracy of the worst site
 * @param worstSite its id, or empty
 * @param trainSeconds of the slowest site
 * @param overheadSeconds beyond that, until the model was there
 * @param megabytesUp what the sites sent
 * @param megabytesDown what they fetched
 * @param model first characters of the model's SHA-256, or empty
 * @param selected whether its model is the study's result
 */
public record RoundLine(
        int number,
        Status status,
        String trainLoss,
        String accuracy,
        String macroF1,
        String worstAccuracy,
        String worstSite,
        String trainSeconds,
        String overheadSeconds,
        String megabytesUp,
        String megabytesDown,
        String model,
        boolean selected) {

    /** @param stalled since when all sites that the study waits for are stalled or silent, if they are */
    static RoundLine of(Round round, boolean selected, Optional<Moment> stalled) {
        boolean awaits = round.state() == RoundState.TRAINING
                || round.state() == RoundState.DESCRIBING
                || round.state() == RoundState.EVALUATING;
        return new RoundLine(
                round.number().value(),
                stalled.filter(since -> awaits).map(Status::stalled).orElseGet(() -> status(round.state())),
                Figures.share(RoundFigures.trainLoss(round)),
                Figures.share(RoundFigures.figure(round, RoundResult::accuracy)),
                Figures.share(RoundFigures.figure(round, RoundResult::macroF1)),
                Figures.share(RoundFigures.figure(round, RoundResult::worstAccuracy)),
                round.result().flatMap(RoundResult::worst).map(SiteId::value).orElse(""),
                Figures.seconds(RoundFigures.trainSeconds(round)),
                Figures.seconds(RoundFigures.overheadSeconds(round)),
                Figures.megabytes(RoundFigures.bytesUp(round)),
                Figures.megabytes(RoundFigures.bytesDown(round)),
                round.globalModel().map(model -> model.brief()).orElse(""),
                selected);
    }

    /** Returns a round's state in a word. */
    static Status status(RoundState state) {
        return switch (state) {
            case TRAINING -> Status.run("Training");
            case AGGREGATING -> Status.run("Aggregating");
            case DESCRIBING -> Status.run("Describing");
            case REFINING -> Status.run("Refining");
            case EVALUATING -> Status.run("Scoring");
            case COMPLETED -> Status.ok("Completed");
            case FAILED -> Status.bad("Failed");
        };
    }
}
