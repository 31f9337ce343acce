package org.consilium.contract.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;

/** A protocol that says something in each of its fields. */
final class Examples {

    static final SiteId ONE = new SiteId("site-1");
    static final SiteId TWO = new SiteId("site-2");

    private Examples() {}

    static StudyProtocol protocol() {
        return new StudyProtocol(
                new StudyId("glioma-1"),
                1,
                "Gliome erkennen",
                "Zwei Zeilen,\nmit Ümlauten.",
                "Prof. Ada Example",
                new DataSpecification("brain28", "MRI", List.of("glioma", "none"), "Adults, T1.", 200, 20),
                new ArchitectureId("cnn.28x28x1.2"),
                new Sha256("ab".repeat(32)),
                new MethodSettings("fedavg", Map.of("b", "2", "a", "1")),
                new TrainingPlan(new Effort.Epochs(2), 32, new Optimiser.Sgd(0.05, 0.9), -7),
                new PrivacySettings(10, false),
                List.of(TWO, ONE),
                new Schedule(30, 2, Duration.ofHours(1), true),
                new PrimaryEndpoint(Measure.MACRO_F1, "Read once."),
                List.of(
                        new StoppingRule.TargetReached(Measure.ACCURACY, 0.95),
                        new StoppingRule.NoImprovement(Measure.LOSS, 5, 0.001),
                        new StoppingRule.Harm(10, 0.02, Map.of(TWO, 0.8, ONE, 0.9)),
                        new StoppingRule.ByteBudget(1_000_000_000)),
                new Retention(90, Retention.OnWithdrawal.ERASE));
    }
}
