package org.consilium.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.consilium.contract.ClassStatistics.Products.FULL;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.Effort;
import org.consilium.contract.Head;
import org.consilium.contract.Impressions;
import org.consilium.contract.LocalObjective;
import org.consilium.contract.LocalObjective.Mixing;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.TrainingPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** What a site minimises beside the cross-entropy on its own images. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class LocalObjectiveTest {

    private static final ArchitectureId GREY = Architectures.id("cnn", new ImageShape(8, 8, 1), 3);
    private static final double RATE = 0.05;

    private final Networks networks = Networks.create();
    private final Parameters start = networks.initial(GREY, 7);
    private final LabelledImages images = Pictures.grey(10, 1);
    private final Head head = networks.head(GREY);

    @Test
    void a_proximal_term_keeps_the_parameters_nearer_to_the_start() {
        TrainingPlan plan = plan(LocalObjective.PLAIN, new Effort.Epochs(5), 4);
        double free = distance(networks.train(start, plan, images).parameters().toArray(), 0);
        double pulled = distance(
                networks.train(start, plan.with(new LocalObjective(5, 0, 0, false, Optional.empty())), images)
                        .parameters()
                        .toArray(),
                0);
        assertThat(pulled).isPositive().isLessThan(free / 2);
    }

    @Test
    void a_pull_of_the_head_keeps_the_head_alone() {
        TrainingPlan plan = plan(LocalObjective.PLAIN, new Effort.Epochs(5), 4);
        float[] free = networks.train(start, plan, images).parameters().toArray();
        float[] pulled = networks.train(start, plan.with(new LocalObjective(0, 20, 0, false, Optional.empty())), images)
                .parameters()
                .toArray();
        assertThat(distance(pulled, head.offset())).isLessThan(distance(free, head.offset()) / 2);
        assertThat(distance(pulled, 0)).isGreaterThan(distance(free, 0) / 2);
    }

    @Test
    void a_class_that_the_site_does_not_have_is_not_unlearnt_with_logit_adjustment() {
        LabelledImages twoClasses = images.subset(IntStream.range(0, images.size())
                .filter(i -> images.label(i) != 2)
                .toArray());
        TrainingPlan plan = plan(LocalObjective.PLAIN, new Effort.Epochs(5), 4);
        double before = bias(start, 2);
        double unlearnt = bias(networks.train(start, plan, twoClasses).parameters(), 2);
        double kept = bias(
                networks.train(start, plan.with(new LocalObjective(0, 0, 1, false, Optional.empty())), twoClasses)
                        .parameters(),
                2);
        assertThat(unlearnt).isLessThan(before);
        assertThat(Math.abs(kept - before)).isLessThan(Math.abs(unlearnt - before) / 5);
    }

    @Test
    void joined_impressions_move_along_the_mean_loss_over_both() {
        Impressions impressions = impressions(10);
        // One batch of all ten images and all ten impressions: the mean of the gradients of both.
        TrainingPlan plan = plan(LocalObjective.PLAIN, new Effort.Steps(1), 10);
        float[] own = networks.train(start, plan, images).parameters().toArray();
        float[] synthetic = networks.train(start, plan, likeImages(impressions))
                .parameters()
                .toArray();
        float[] both = networks.train(start, plan.with(mixing(new Mixing.Joined(10))), images, Optional.of(impressions))
                .parameters()
                .toArray();
        for (int i = 0; i < own.length; i++) {
            assertThat(both[i]).isCloseTo((own[i] + synthetic[i]) / 2, within(2e-6f));
        }
    }

    @Test
    void separate_impressions_take_a_step_of_their_own_weighted() {
        Impressions impressions = impressions(10);
        TrainingPlan plan = plan(LocalObjective.PLAIN, new Effort.Steps(1), 10);
        Parameters first = networks.train(start, plan, images).parameters();
        Parameters second = networks.train(first, plan, likeImages(impressions)).parameters();
        float[] mixed = networks.train(
                        start, plan.with(mixing(new Mixing.Separate(10, 0.25))), images, Optional.of(impressions))
                .parameters()
                .toArray();
        float[] from = first.toArray();
        float[] to = second.toArray();
        for (int i = 0; i < mixed.length; i++) {
            assertThat(mixed[i]).isCloseTo(from[i] + 0.25f * (to[i] - from[i]), within(2e-6f));
        }
    }

    @Test
    void without_impressions_the_plan_trains_on_the_sites_images_alone() {
        TrainingPlan plan = plan(LocalObjective.PLAIN, new Effort.Epochs(1), 4);
        assertThat(networks.train(start, plan.with(mixing(new Mixing.Joined(4))), images)
                        .parameters())
                .isEqualTo(networks.train(start, plan, images).parameters());
    }

    @Test
    void the_order_of_the_sites_images_does_not_hang_on_impressions() {
        TrainingPlan plan = plan(mixing(new Mixing.Separate(3, 1e-9)), new Effort.Epochs(1), 4);
        float[] mixed = networks.train(start, plan, images, Optional.of(impressions(10)))
                .parameters()
                .toArray();
        float[] plain = networks.train(start, plan.with(LocalObjective.PLAIN), images)
                .parameters()
                .toArray();
        for (int i = 0; i < plain.length; i++) {
            assertThat(mixed[i]).isCloseTo(plain[i], within(1e-6f));
        }
    }

    @Test
    void impressions_of_another_shape_are_refused() {
        Impressions strange = Impressions.of(
                impressions(1).header().origin(), 3, new float[] {1, 0, 0}, FloatBuffer.wrap(new float[25]));
        TrainingPlan plan = plan(mixing(new Mixing.Joined(1)), new Effort.Epochs(1), 4);
        assertThatThrownBy(() -> networks.train(start, plan, images, Optional.of(strange)))
                .hasMessageContaining("impressions of 25 values in 3 classes do not go with cnn.8x8x1.3");
    }

    @Test
    void deeplearning4j_alone_says_that_it_cannot() {
        TrainingPlan plan = plan(new LocalObjective(1, 0, 0, false, Optional.empty()), new Effort.Epochs(1), 4);
        assertThatThrownBy(() -> Networks.byDeeplearning4j().train(start, plan, images))
                .hasMessageContaining("needs oneDNN");
    }

    @Test
    void statistics_are_the_sums_over_the_features_of_each_class() {
        ClassStatistics all = networks.describe(start, images, 1, FULL);
        ClassStatistics plain = Networks.byDeeplearning4j().describe(start, images, 1, FULL);
        int[] counts = images.countsByClass();
        for (int k = 0; k < 3; k++) {
            assertThat(all.count(k)).isEqualTo(counts[k]);
            for (int j = 0; j < 128; j++) {
                assertThat(all.sum(k, j)).isCloseTo(plain.sum(k, j), within(1e-3));
                assertThat(all.product(k, j, 0)).isCloseTo(plain.product(k, j, 0), within(1e-3));
            }
        }
        int[] some = IntStream.range(0, 5).toArray();
        int[] rest = IntStream.range(5, 10).toArray();
        ClassStatistics sum = networks.describe(start, images.subset(some), 1, FULL)
                .plus(networks.describe(start, images.subset(rest), 1, FULL));
        assertThat(sum.count(1)).isEqualTo(all.count(1));
        for (int j = 0; j < 128; j++) {
            assertThat(sum.product(1, j, 127)).isCloseTo(all.product(1, 127, j), within(1e-4));
        }
    }

    @Test
    void a_class_of_too_few_images_is_left_out_of_the_statistics_and_cannot_be_told_by_subtraction() {
        ClassStatistics exact = networks.describe(start, images, 1, FULL);
        int[] counts = images.countsByClass();
        int least = Arrays.stream(counts).min().orElseThrow() + 1;
        ClassStatistics statistics = networks.describe(start, images, least, FULL);
        for (int k = 0; k < 3; k++) {
            assertThat(statistics.count(k)).isEqualTo(counts[k] / least * least);
            for (int j = 0; j < 128; j++) {
                // the mean stays what it is
                double mean = statistics.count(k) == 0 ? 0 : exact.sum(k, j) / exact.count(k);
                assertThat(statistics.sum(k, j)).isCloseTo(mean * statistics.count(k), within(1e-9));
                double square = statistics.count(k) == 0 ? 0 : exact.product(k, j, j) / exact.count(k);
                assertThat(statistics.product(k, j, j)).isCloseTo(square * statistics.count(k), within(1e-9));
            }
        }
        assertThat(IntStream.range(0, 3).map(statistics::count)).contains(0);
    }

    private double distance(float[] values, int from) {
        float[] begun = start.toArray();
        return Math.sqrt(IntStream.range(from, values.length)
                .mapToDouble(i -> Math.pow(values[i] - begun[i], 2))
                .sum());
    }

    private double bias(Parameters parameters, int label) {
        return head.of(parameters.toArray())[head.biases() + label];
    }

    private static LocalObjective mixing(Mixing mixing) {
        return new LocalObjective(0, 0, 0, false, Optional.of(mixing));
    }

    private static TrainingPlan plan(LocalObjective objective, Effort effort, int batch) {
        return new TrainingPlan(effort, batch, new Optimiser.Sgd(RATE, 0), 1, objective);
    }

    /** Impressions that are pictures, so that they can be trained on as images as well. */
    private Impressions impressions(int size) {
        LabelledImages pictures = Pictures.grey(size, 33);
        FloatBuffer pixels = FloatBuffer.allocate(size * 64);
        float[] targets = new float[size * 3];
        for (int i = 0; i < size; i++) {
            pictures.normalise(i, pixels, i * 64);
            targets[i * 3 + pictures.label(i)] = 1;
        }
        return Impressions.of(
                new ModelOrigin(Sha256.of(new byte[0]), new RoundNumber(1), start.digest(), start.architecture()),
                3,
                targets,
                pixels);
    }

    private static LabelledImages likeImages(Impressions impressions) {
        return Pictures.grey(impressions.size(), 33);
    }
}
