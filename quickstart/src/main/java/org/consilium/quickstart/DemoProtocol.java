package org.consilium.quickstart;

import java.time.Duration;
import java.util.List;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.DataSpecification;
import org.consilium.contract.protocol.Measure;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.PrimaryEndpoint;
import org.consilium.contract.protocol.PrivacySettings;
import org.consilium.contract.protocol.Retention;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.model.images.ImageDataset;

/** The protocol that the demo's hospitals sign. */
final class DemoProtocol {

    private static final Duration ROUND_DEADLINE = Duration.ofHours(1);

    /** Fewest images of a label that a site scores: DataSHIELD's own limit for a table, and a node's first policy has it. */
    static final int FEWEST_EXAMPLES = 3;

    private static final int UPDATE_DAYS = 30;

    private DemoProtocol() {}

    /** Returns the first version of the protocol of a study. */
    static StudyProtocol of(
            StudyId id, StudySettings settings, ImageDataset dataset, Parameters initial, Sha256 initialModel) {
        return new StudyProtocol(
                id,
                1,
                Text.of(
                        "%s, %s by %s, seed %d",
                        dataset.name(),
                        Text.counted(settings.sites(), "site"),
                        settings.partition().text(),
                        settings.seed()),
                "A demonstration: whether " + Text.counted(settings.sites(), "hospital")
                        + " together learn to tell the images of " + dataset.name()
                        + " apart, without any image leaving its hospital.",
                "The one who started the demo",
                new DataSpecification(
                        dataset.name(),
                        SiteShare.modality(dataset),
                        List.copyOf(dataset.classNames()),
                        "All images that the demo deals to the hospital.",
                        1,
                        0),
                initial.architecture(),
                initialModel,
                new MethodSettings(
                        settings.strategy().name(), settings.strategy().settings()),
                settings.plan(),
                new PrivacySettings(FEWEST_EXAMPLES, settings.strategy().gate().isPresent()),
                settings.siteIds(),
                // More than half: a study outlives the loss of a site, after the deadline.
                new Schedule(settings.rounds(), settings.sites() / 2 + 1, ROUND_DEADLINE, true),
                new PrimaryEndpoint(Measure.ACCURACY, "How many of the test images of all hospitals are recognised."),
                List.of(),
                new Retention(UPDATE_DAYS, Retention.OnWithdrawal.ERASE));
    }
}
