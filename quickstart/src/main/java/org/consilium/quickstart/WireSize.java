package org.consilium.quickstart;

import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Impressions;
import org.consilium.contract.Messages;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.model.Trained;

/**
 * What a simulated round's messages would take on the wire: the lengths of the bodies that servers and sites would
 * exchange, without HTTP headers and TLS. A site fetches each model once: the initial one in round 1, then each round's
 * result, which it scores and trains on from there, and where that is recalibrated, the aggregated one too.
 *
 * @param number the round
 * @param start the model that it starts from
 * @param model the model that it makes
 * @param deadline any, its text has a length
 */
record WireSize(RoundNumber number, Parameters start, Parameters model, Instant deadline) {

    private static final StudyId STUDY = new StudyId("simulation");

    /** A simulated study has no protocol that anyone has signed; every digest is as long. */
    private static final Sha256 NONE = new Sha256("0".repeat(64));

    /** Returns the bytes of updates, scores, descriptions of features and verdicts. */
    long up(List<Trained> trained, List<ClassificationScores> scores, SimulatedRefinement.Refined refined) {
        long verdicts = refined.set().stream()
                .flatMap(set -> set.verdicts().stream())
                .mapToLong(verdict -> length(Messages.toJson(verdict)))
                .sum();
        long updates = trained.stream()
                .mapToLong(site -> site.parameters().header().totalBytes())
                .sum();
        return updates
                + refined.statisticsBytes()
                + verdicts
                + scores.stream()
                        .mapToLong(site -> length(Messages.toJson(site)))
                        .sum();
    }

    /** Returns the bytes of offers, models and impressions for sites with these plans. */
    long down(List<TrainingPlan> plans, SimulatedRefinement.Refined refined, Optional<Impressions> impressions) {
        long same = (number.value() == 1 ? start.header().totalBytes() : 0)
                + refined.fetched() * model.header().totalBytes()
                + length(new WorkOffer.Evaluate(
                        STUDY, number, NONE, "images", Split.VAL, model.digest(), model.architecture(), deadline));
        if (refined.statisticsBytes() > 0) {
            same += length(new WorkOffer.Describe(
                    STUDY, number, NONE, "images", model.digest(), model.architecture(), deadline));
        }
        for (Impressions made : refined.set().flatMap(SimulatedRefinement.GatedSet::made).stream()
                .toList()) {
            same += length(new WorkOffer.Judge(
                            STUDY, number, NONE, "images", model.digest(), model.architecture(), NONE, deadline))
                    + made.header().totalBytes();
            // One whose images are all released is at the sites already.
            same += refined.set()
                    .flatMap(SimulatedRefinement.GatedSet::released)
                    .filter(released -> !released.equals(made))
                    .map(released -> released.header().totalBytes())
                    .orElse(0L);
        }
        long shared = same;
        return plans.stream()
                .mapToLong(plan -> shared
                        + length(new WorkOffer.Train(
                                STUDY,
                                number,
                                NONE,
                                "images",
                                start.digest(),
                                start.architecture(),
                                plan,
                                impressions.map(Impressions::digest),
                                deadline)))
                .sum();
    }

    private static long length(WorkOffer offer) {
        return length(Messages.toJson(offer));
    }

    private static long length(JsonObject json) {
        return json.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
