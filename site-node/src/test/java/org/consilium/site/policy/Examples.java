package org.consilium.site.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.consilium.algorithm.Strategies;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.DataSpecification;
import org.consilium.contract.protocol.Measure;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.PrimaryEndpoint;
import org.consilium.contract.protocol.PrivacySettings;
import org.consilium.contract.protocol.Retention;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.StudyProtocol;

/** A protocol that site 1 has signed, and the offers that it makes. */
final class Examples {

    static final SiteId SITE = new SiteId("site-1");
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    static final Instant DEADLINE = NOON.plus(Duration.ofHours(1));
    static final StudyProtocol PROTOCOL = protocol(false, 1, 0, 1);

    private Examples() {}

    static StudyProtocol protocol(boolean impressions, long examples, long perClass, int metricExamples) {
        return protocol(impressions, examples, perClass, metricExamples, true);
    }

    static StudyProtocol withoutTest() {
        return protocol(false, 1, 0, 1, false);
    }

    private static StudyProtocol protocol(
            boolean impressions, long examples, long perClass, int metricExamples, boolean test) {
        MethodSettings method = new MethodSettings("fedavg", Map.of("weights", "examples"));
        return protocol(method, impressions, examples, perClass, metricExamples, test);
    }

    /** A protocol of another method, with its defaults but for what is given. */
    static StudyProtocol by(String strategy, Map<String, String> settings, boolean impressions) {
        return protocol(new MethodSettings(strategy, settings), impressions, 1, 0, 1, true);
    }

    private static StudyProtocol protocol(
            MethodSettings method,
            boolean impressions,
            long examples,
            long perClass,
            int metricExamples,
            boolean test) {
        return new StudyProtocol(
                new StudyId("cells-1"),
                1,
                "Cells",
                "To tell them apart.",
                "Prof. Ada Example",
                new DataSpecification("cells", "pathology", List.of("no", "yes"), "All.", examples, perClass),
                new ArchitectureId("cnn.8x8x1.2"),
                new Sha256("ab".repeat(32)),
                method,
                new TrainingPlan(new Effort.Epochs(1), 8, new Optimiser.Sgd(0.1, 0), 7),
                new PrivacySettings(metricExamples, impressions),
                List.of(SITE, new SiteId("site-2")),
                new Schedule(5, 1, Duration.ofHours(1), test),
                new PrimaryEndpoint(Measure.ACCURACY, "How many."),
                List.of(),
                new Retention(1, Retention.OnWithdrawal.ERASE));
    }

    static WorkOffer.Train train(StudyProtocol protocol, int round) {
        return new WorkOffer.Train(
                protocol.study(),
                new RoundNumber(round),
                protocol.digest(),
                protocol.data().dataset(),
                protocol.initialModel(),
                protocol.architecture(),
                Strategies.of(protocol.method()).configureTrain(protocol.plan(), new RoundNumber(round), SITE),
                DEADLINE);
    }

    /** The same with impressions. */
    static WorkOffer.Train with(WorkOffer.Train offer, Sha256 impressions) {
        return new WorkOffer.Train(
                offer.study(),
                offer.round(),
                offer.protocol(),
                offer.dataset(),
                offer.model(),
                offer.architecture(),
                offer.plan(),
                Optional.of(impressions),
                offer.deadline());
    }

    static WorkOffer.Describe describe(StudyProtocol protocol, int round, Sha256 model) {
        return new WorkOffer.Describe(
                protocol.study(),
                new RoundNumber(round),
                protocol.digest(),
                protocol.data().dataset(),
                model,
                protocol.architecture(),
                DEADLINE);
    }

    static WorkOffer.Judge judge(StudyProtocol protocol, int round, Sha256 model, Sha256 impressions) {
        return new WorkOffer.Judge(
                protocol.study(),
                new RoundNumber(round),
                protocol.digest(),
                protocol.data().dataset(),
                model,
                protocol.architecture(),
                impressions,
                DEADLINE);
    }

    /** The same with another model and another plan. */
    static WorkOffer.Train with(WorkOffer.Train offer, Sha256 model, TrainingPlan plan) {
        return new WorkOffer.Train(
                offer.study(),
                offer.round(),
                offer.protocol(),
                offer.dataset(),
                model,
                offer.architecture(),
                plan,
                offer.deadline());
    }

    static WorkOffer.Evaluate evaluate(StudyProtocol protocol, Split split) {
        return evaluate(protocol, 1, split, new Sha256("cd".repeat(32)));
    }

    static WorkOffer.Evaluate evaluate(StudyProtocol protocol, int round, Split split, Sha256 model) {
        return new WorkOffer.Evaluate(
                protocol.study(),
                new RoundNumber(round),
                protocol.digest(),
                protocol.data().dataset(),
                split,
                model,
                protocol.architecture(),
                DEADLINE);
    }

    /** A policy that allows the protocol and limits nothing else. */
    static SitePolicy open() {
        return new SitePolicy(
                Set.of(PROTOCOL.digest()),
                Optional.empty(),
                Optional.empty(),
                1,
                OptionalInt.empty(),
                Optional.empty(),
                true,
                new StatisticsPolicy(true, 2, 0),
                Set.of(Split.TRAIN, Split.VAL, Split.TEST),
                1);
    }
}
