package org.consilium.server.round;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.ScoreHistogram;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingMetrics;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.study.SignedStudies;
import org.consilium.server.study.Study;

/** Values that tests speak of: three sites, and a study of a network with three parameters and two classes. */
final class Samples {

    static final Instant START = Instant.parse("2026-01-05T08:00:00Z");
    static final Duration PATIENCE = Duration.ofHours(1);
    static final Duration STALLED = Duration.ofSeconds(120);
    static final Duration CLAIM = Duration.ofSeconds(30);
    static final ArchitectureId NETWORK = new ArchitectureId("toy.1x1x1.2");
    static final StudyId STUDY = new StudyId("study");
    static final SiteId ONE = new SiteId("site-1");
    static final SiteId TWO = new SiteId("site-2");
    static final SiteId THREE = new SiteId("site-3");
    static final Parameters INITIAL = parameters(0, 0, 0);

    private Samples() {}

    static StudyProtocol protocol(int roundCount, int quorum, SiteId... participants) {
        return protocol(roundCount, quorum, true, participants);
    }

    static StudyProtocol protocol(int roundCount, int quorum, boolean test, SiteId... participants) {
        return protocol(STUDY, roundCount, quorum, test, participants);
    }

    static StudyProtocol protocol(StudyId id, int roundCount, int quorum, boolean test, SiteId... participants) {
        return SignedStudies.protocol(
                id,
                "A study",
                "toy",
                NETWORK,
                INITIAL.digest(),
                new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0), 7),
                Arrays.asList(participants),
                new Schedule(roundCount, quorum, PATIENCE, test));
    }

    /** A study that runs, by a protocol that all have signed. */
    static Study study(StudyProtocol protocol) {
        return SignedStudies.running(protocol, START);
    }

    static TrainingMetrics metrics(long examples) {
        return new TrainingMetrics(examples, 0.5, 2, "test 1.0, 1 thread");
    }

    static Parameters parameters(float... values) {
        return Parameters.of(NETWORK, values);
    }

    /** Scores over two classes: so many images of class 0 recognised, so many taken for class 1. */
    static ClassificationScores scores(long right, long wrong) {
        return new ClassificationScores(right + wrong, new long[][] {{right, wrong}, {0, 0}}, emptyHistograms(2));
    }

    static List<ScoreHistogram> emptyHistograms(int classes) {
        return Stream.generate(() -> new ScoreHistogram(new long[ScoreHistogram.BINS], new long[ScoreHistogram.BINS]))
                .limit(classes)
                .toList();
    }
}
