package org.consilium.quickstart;

import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.consilium.contract.ClassificationScores;
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
 * result, which it scores and trains on from there.
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

    /** Returns the bytes of updates and scores. */
    long up(List<Trained> trained, List<ClassificationScores> scores) {
        long updates = trained.stream()
                .mapToLong(site -> site.parameters().header().totalBytes())
                .sum();
        return updates
                + scores.stream()
                        .mapToLong(site -> length(Messages.toJson(site)))
                        .sum();
    }

    /** Returns the bytes of offers and models for sites with these plans. */
    long down(List<TrainingPlan> plans) {
        long models = (number.value() == 1 ? start.header().totalBytes() : 0)
                + model.header().totalBytes();
        long evaluate = length(Messages.toJson(new WorkOffer.Evaluate(
                STUDY, number, NONE, "images", Split.VAL, model.digest(), model.architecture(), deadline)));
        return plans.stream()
                .mapToLong(plan -> models
                        + evaluate
                        + length(Messages.toJson(new WorkOffer.Train(
                                STUDY, number, NONE, "images", start.digest(), start.architecture(), plan, deadline))))
                .sum();
    }

    private static long length(JsonObject json) {
        return json.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
