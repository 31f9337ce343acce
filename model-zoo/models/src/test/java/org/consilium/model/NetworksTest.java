package org.consilium.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.TrainingPlan;
import org.deeplearning4j.util.CrashReportingUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {

    private static final ArchitectureId SMALL = Architectures.id("cnn", new ImageShape(8, 8, 1), 3);
    private static final Optimiser SGD = new Optimiser.Sgd(0.05, 0);

    private final Networks networks = Networks.create();
    private final Parameters start = networks.initial(SMALL, 7);
    private final LabelledImages images = Pictures.grey(50, 1);

    @Test
    void initial_parameters_follow_their_seed() {
        assertThat(networks.initial(SMALL, 7)).isEqualTo(start);
        assertThat(networks.initial(SMALL, 8)).isNotEqualTo(start);
    }

    @Test
    void training_lowers_the_loss_and_learns_what_there_is_to_learn() {
        Trained trained = networks.train(start, epochs(6, 8, SGD, 1), images);
        LabelledImages others = Pictures.grey(60, 2);

        assertThat(trained.metrics().examples()).isEqualTo(50);
        assertThat(trained.metrics().seconds()).isPositive();
        assertThat(networks.score(trained.parameters(), others).accuracy()).isGreaterThan(0.9);
        assertThat(networks.score(trained.parameters(), others).loss())
                .isLessThan(networks.score(start, others).loss());
    }

    @Test
    void zero_epochs_return_the_very_same_parameters() {
        Trained trained = networks.train(start, epochs(0, 8, SGD, 1), images);
        assertThat(trained.parameters()).isSameAs(start);
        assertThat(trained.metrics().loss()).hasValue(0);
        assertThat(trained.metrics().examples()).isEqualTo(50);
    }

    @Test
    void equal_plans_give_equal_bytes_and_another_seed_others() {
        Sha256 first = digest(epochs(1, 8, SGD, 1));
        assertThat(digest(epochs(1, 8, SGD, 1))).isEqualTo(first);
        assertThat(digest(epochs(1, 8, SGD, 2))).isNotEqualTo(first);
    }

    @Test
    void no_state_of_the_optimiser_leaks_into_the_next_round() {
        for (Optimiser optimiser : List.of(new Optimiser.Adam(0.001), new Optimiser.Sgd(0.05, 0.9))) {
            Sha256 fresh = digest(epochs(2, 8, optimiser, 1));
            assertThat(digest(epochs(2, 8, optimiser, 1))).isEqualTo(fresh);
            assertThat(Networks.create()
                            .train(start, epochs(2, 8, optimiser, 1), images)
                            .parameters()
                            .digest())
                    .isEqualTo(fresh);
        }
    }

    @Test
    void several_trainers_at_once_give_what_each_gives_alone() throws Exception {
        List<Sha256> alone = new ArrayList<>();
        List<Future<Sha256>> together = new ArrayList<>();
        for (int seed = 0; seed < 6; seed++) {
            alone.add(digest(epochs(1, 8, SGD, seed)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (int seed = 0; seed < 6; seed++) {
                TrainingPlan plan = epochs(1, 8, SGD, seed);
                together.add(threads.submit(() -> digest(plan)));
            }
            for (int seed = 0; seed < 6; seed++) {
                assertThat(together.get(seed).get()).isEqualTo(alone.get(seed));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void steps_draw_batches_epoch_after_epoch() {
        // 50 images in batches of 8 are 7 batches
        assertThat(digest(steps(7))).isEqualTo(digest(epochs(1, 8, SGD, 1)));
        assertThat(digest(steps(14))).isEqualTo(digest(epochs(2, 8, SGD, 1)));
        assertThat(digest(steps(10))).isNotEqualTo(digest(steps(7)));
    }

    @Test
    void the_loss_is_the_mean_over_images_although_the_last_batch_is_smaller() {
        Optimiser still = new Optimiser.Sgd(1e-30, 0);
        double loss = networks.train(start, epochs(1, 16, still, 1), images)
                .metrics()
                .loss()
                .orElseThrow();
        assertThat(loss).isCloseTo(networks.score(start, images).loss(), within(1e-5));
    }

    @Test
    void a_batch_may_be_larger_than_all_images() {
        assertThat(digest(epochs(2, 50, SGD, 1))).isEqualTo(digest(epochs(2, 65_536, SGD, 1)));
    }

    @Test
    void divergence_names_the_step() {
        assertThatThrownBy(() -> networks.train(start, epochs(20, 8, new Optimiser.Sgd(100, 0.9), 1), images))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageMatching(".*(the loss is|the parameter [a-z0-9]+_[Wb] is not finite).*")
                .hasMessageContaining("at step ")
                .hasMessageContaining("lower the learning rate");
        // and the broken network is not used again as it is
        assertThat(networks.train(start, epochs(1, 8, SGD, 1), images)
                        .metrics()
                        .loss()
                        .orElseThrow())
                .isFinite();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cnn", "cnn-wide", "resnet"})
    void each_family_trains_and_scores_as_deeplearning4j_has_it(String family) {
        Networks reference = Networks.byDeeplearning4j();
        Parameters begin = networks.initial(Architectures.id(family, new ImageShape(8, 8, 1), 3), 7);
        TrainingPlan plan = new TrainingPlan(new Effort.Steps(8), 8, new Optimiser.Sgd(0.02, 0.9), 1);
        Parameters trained = networks.train(begin, plan, images).parameters();
        Parameters wanted = reference.train(begin, plan, images).parameters();
        assertThat(trained).isNotEqualTo(begin);
        assertThat(furthest(trained.toArray(), wanted.toArray())).isLessThan(1e-4);
        assertThat(networks.score(trained, images).loss())
                .isCloseTo(reference.score(wanted, images).loss(), within(1e-3));
        // A network that comes from the pool has forgotten its momentum.
        assertThat(reference.train(begin, plan, images).parameters()).isEqualTo(wanted);
    }

    @Test
    void scores_count_every_image_once_over_several_batches() {
        LabelledImages many = Pictures.grey(300, 3);
        ClassificationScores scores = networks.score(start, many);
        double[][] probabilities = networks.probabilities(start, many);

        assertThat(scores.examples()).isEqualTo(300);
        assertThat(Arrays.stream(scores.confusion())
                        .mapToInt(row -> (int) Arrays.stream(row).sum()))
                .containsExactly(many.countsByClass()[0], many.countsByClass()[1], many.countsByClass()[2]);
        assertThat(Arrays.asList(probabilities))
                .allSatisfy(row -> assertThat(Arrays.stream(row).sum()).isCloseTo(1, within(1e-5)));
        LabelledImages last = many.subset(new int[] {299});
        assertThat(networks.probabilities(start, last)[0]).containsExactly(probabilities[299], within(1e-6));
    }

    @Test
    void no_images_score_nothing_and_cannot_be_trained_on() {
        LabelledImages none = images.subset(new int[0]);
        assertThat(networks.score(start, none).examples()).isZero();
        assertThatThrownBy(() -> networks.train(start, epochs(1, 8, SGD, 1), none))
                .hasMessageContaining("no training images");
    }

    @Test
    void parameters_images_and_architecture_must_go_together() {
        Parameters shorter = Parameters.of(SMALL, new float[10]);
        assertThatThrownBy(() -> networks.train(shorter, epochs(1, 8, SGD, 1), images))
                .hasMessageContaining("has " + start.count() + " parameters, not 10");
        Parameters unknown = Parameters.of(new ArchitectureId("cnn.8x8.3"), new float[10]);
        assertThatThrownBy(() -> networks.score(unknown, images)).hasMessageContaining("not known");
        LabelledImages larger = Pictures.of(new ImageShape(9, 8, 1), 3, 5, 1);
        assertThatThrownBy(() -> networks.score(start, larger)).hasMessageContaining("9x8x1 in 3 classes");
        LabelledImages others = Pictures.of(new ImageShape(8, 8, 1), 4, 5, 1);
        assertThatThrownBy(() -> networks.score(start, others)).hasMessageContaining("these are 8x8x1 in 4 classes");
    }

    @Test
    void running_out_of_memory_is_not_hidden_by_a_crash_dump() {
        // Deeplearning4j calls this on OutOfMemoryError; with dumps on it would need oshi, which is left out
        CrashReportingUtil.writeMemoryCrashDump(
                Architectures.blueprint(SMALL, 1, SGD).deeplearning4j().model(), new OutOfMemoryError("test"));
    }

    private static double furthest(float[] one, float[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(i -> Math.abs(one[i] - other[i]))
                .max()
                .orElseThrow();
    }

    private Sha256 digest(TrainingPlan plan) {
        return networks.train(start, plan, images).parameters().digest();
    }

    private static TrainingPlan epochs(int count, int batchSize, Optimiser optimiser, long seed) {
        return new TrainingPlan(new Effort.Epochs(count), batchSize, optimiser, seed);
    }

    private static TrainingPlan steps(int count) {
        return new TrainingPlan(new Effort.Steps(count), 8, SGD, 1);
    }
}
