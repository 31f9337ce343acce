package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.consilium.algorithm.Partitioner;
import org.consilium.algorithm.Strategies;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Split;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataset;
import org.consilium.model.images.ImageDatasets;
import org.junit.jupiter.api.Test;

class SimulationTest {

    private static final StudySettings SETTINGS = new StudySettings(
            2,
            1,
            new TrainingPlan(new Effort.Epochs(0), 32, new Optimiser.Sgd(0.05, 0), 11),
            Partitioner.parse("iid"),
            "cnn",
            Strategies.named("fedavg"),
            true,
            false,
            false);

    /** What a node does: see StudyIT, which compares the two. */
    @Test
    void a_virtual_site_scores_no_label_of_which_it_has_too_few_images() {
        ImageDataset dataset = ImageDatasets.open("phantom-cells", Optional.empty());
        DealtImages images = RareLabels.of(DealtImages.of(dataset, SETTINGS));
        int[] all = images.sites().get(0).of(Split.TEST).countsByClass();
        assertThat(all[RareLabels.LABEL]).isEqualTo(2);
        Networks networks = Networks.create();
        try (SiteWorkers workers = new SiteWorkers(2)) {
            StudyOutcome outcome = new Simulation(SETTINGS, images, networks, workers, Optional.empty())
                    .run(SETTINGS.initialModel(networks, dataset, images.classes()), played -> {})
                    .outcome();

            assertThat(outcome.finalScores().perSite())
                    .extracting(StudyReport.SiteTest::examples)
                    .containsExactly((long) images.sites().get(0).of(Split.TEST).size() - 2, (long)
                            images.sites().get(1).of(Split.TEST).size());
        }
    }

    @Test
    void models_are_compared_on_the_images_that_the_sites_score() {
        ImageDataset dataset = ImageDatasets.open("phantom-cells", Optional.empty());
        StudySettings many = new StudySettings(
                20,
                1,
                SETTINGS.plan(),
                Partitioner.parse("dirichlet:0.5"),
                "cnn",
                Strategies.named("fedavg"),
                true,
                false,
                false);
        DealtImages images = DealtImages.of(dataset, many);
        for (Split split : new Split[] {Split.VAL, Split.TEST}) {
            int scored = images.sites().stream()
                    .mapToInt(site -> site.scored(split).size())
                    .sum();
            int dealt = images.sites().stream()
                    .mapToInt(site -> site.of(split).size())
                    .sum();
            assertThat(scored).as("some labels are rare").isLessThan(dealt);
            assertThat(images.pooled().get(split).size()).isEqualTo(scored);
        }
    }
}
