package org.consilium.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Head;
import org.consilium.contract.Impressions;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SynthesisPlan;
import org.consilium.contract.SynthesisPlan.Initial;
import org.consilium.contract.SynthesisPlan.Labels;
import org.consilium.contract.SynthesisPlan.Prior;
import org.consilium.contract.TrainingPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class SynthesisTest {

    private static final ArchitectureId GREY = Architectures.id("cnn", new ImageShape(8, 8, 1), 3);
    private static final Networks NETWORKS = Networks.create();
    private static final Parameters TRAINED = NETWORKS.train(
                    NETWORKS.initial(GREY, 7),
                    new TrainingPlan(new Effort.Epochs(20), 16, new Optimiser.Sgd(0.05, 0), 1),
                    Pictures.grey(200, 1))
            .parameters();

    static Stream<String> families() {
        return Architectures.families().stream();
    }

    @ParameterizedTest
    @MethodSource("families")
    void the_gradient_of_the_pixels_is_that_of_finite_differences(String family) {
        ImageShape shape = new ImageShape(12, 12, 3);
        ArchitectureId id = Architectures.id(family, shape, 4);
        float[] flat = NETWORKS.initial(id, 3).toArray();
        Head head = NETWORKS.head(id);
        int batch = 6;
        int[] labels = {0, 1, 2, 3, 1, 0};
        Random random = new Random(5);
        float[] pixels = new float[batch * shape.samples()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        StationarityLoss loss = new StationarityLoss(head, head.of(flat), 0.5, 0.1);
        // large, so that a missing term of the residual would be seen
        Arrays.setAll(loss.dual(), i -> random.nextGaussian() / Math.sqrt(head.features()));
        float[] logits = new float[batch * head.classes()];
        float[] features = new float[batch * head.features()];
        float[] byLogits = new float[logits.length];
        float[] byFeatures = new float[features.length];
        float[] gradient = new float[pixels.length];
        try (Executor.InputRun run = new CompiledExecutor().inputs(id, flat)) {
            run.forward(pixels, batch, logits, features);
            loss.evaluate(logits, features, labels, byLogits, byFeatures);
            run.backward(byLogits, byFeatures, gradient);
            float[] ignored = new float[features.length];
            for (int trial = 0; trial < 5; trial++) {
                // Along the gradient and around it, where the loss changes by far more than float32 rounds.
                double[] direction = new double[pixels.length];
                double norm = norm(gradient);
                double slope = 0;
                double length = 0;
                for (int i = 0; i < direction.length; i++) {
                    direction[i] =
                            gradient[i] / norm + (trial == 0 ? 0 : random.nextGaussian() / Math.sqrt(direction.length));
                    length += direction[i] * direction[i];
                    slope += direction[i] * gradient[i];
                }
                double step = 2e-3 / Math.sqrt(length);
                double[] ends = new double[2];
                for (int end = 0; end < 2; end++) {
                    float[] moved = new float[pixels.length];
                    for (int i = 0; i < moved.length; i++) {
                        moved[i] = (float) (pixels[i] + (end == 0 ? step : -step) * direction[i]);
                    }
                    run.forward(moved, batch, logits, features);
                    ends[end] = loss.evaluate(logits, features, labels, byLogits, ignored);
                }
                assertThat((ends[0] - ends[1]) / (2 * step)).isCloseTo(slope, Percentage.withPercentage(2));
            }
        }
    }

    private static double norm(float[] values) {
        return Math.sqrt(IntStream.range(0, values.length)
                .mapToDouble(i -> (double) values[i] * values[i])
                .sum());
    }

    @Test
    void the_model_sees_in_each_image_the_class_that_it_is_of() {
        Impressions impressions = made(plan(40, 16, 3));
        assertThat(impressions.size()).isEqualTo(40);
        assertThat(impressions.header().counts()).containsExactlyInAnyOrder(14, 13, 13);
        assertThat(right(impressions)).isGreaterThanOrEqualTo(36);
    }

    /** How many images the model recognises; noise alone gives about a third. */
    private static long right(Impressions impressions) {
        try (Executor.InputRun run = new CompiledExecutor().inputs(GREY, TRAINED.toArray())) {
            return IntStream.range(0, impressions.size())
                    .filter(i -> {
                        float[] logits = new float[3];
                        run.forward(impressions.pixels(i), 1, logits, new float[128]);
                        int best = IntStream.range(0, 3)
                                .reduce((a, b) -> logits[b] > logits[a] ? b : a)
                                .orElseThrow();
                        return best == impressions.label(i);
                    })
                    .count();
        }
    }

    @Test
    void equal_plans_give_equal_bytes_and_another_seed_others() {
        Sha256 first = made(plan(20, 8, 2)).digest();
        assertThat(made(plan(20, 8, 2)).digest()).isEqualTo(first);
        assertThat(made(plan(20, 8, 2).withSeed(8)).digest()).isNotEqualTo(first);
    }

    @Test
    void what_was_saved_between_steps_goes_on_to_the_same_bytes() throws IOException {
        SynthesisPlan plan = plan(20, 8, 3);
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        try (Synthesis first = begin(plan)) {
            first.step();
            first.save(saved);
        }
        try (Synthesis second = begin(plan)) {
            second.resume(new ByteArrayInputStream(saved.toByteArray()));
            assertThat(second.done()).isEqualTo(1);
            second.step();
            second.step();
            assertThat(second.result().digest()).isEqualTo(made(plan).digest());
        }
    }

    @Test
    void dual_steps_lower_the_residual() {
        try (Synthesis synthesis = begin(plan(60, 60, 8))) {
            synthesis.step();
            double first = synthesis.residual();
            while (synthesis.done() < synthesis.steps()) {
                synthesis.step();
            }
            assertThat(synthesis.residual()).isLessThan(first);
        }
    }

    @Test
    void soft_targets_are_the_probabilities_of_the_model() {
        SynthesisPlan hard = plan(9, 9, 1);
        SynthesisPlan soft = with(hard, Prior.NONE, 1, Initial.NOISE, 2);
        Impressions impressions = made(soft);
        float[] logits = new float[3];
        try (Executor.InputRun run = new CompiledExecutor().inputs(GREY, TRAINED.toArray())) {
            run.forward(impressions.pixels(4), 1, logits, new float[128]);
        }
        double sum = Math.exp(logits[0]) + Math.exp(logits[1]) + Math.exp(logits[2]);
        for (int k = 0; k < 3; k++) {
            assertThat((double) impressions.target(4, k))
                    .isCloseTo(Math.exp(logits[k]) / sum, org.assertj.core.data.Offset.offset(1e-4));
        }
    }

    @Test
    void features_are_pulled_to_their_targets() {
        float[] wanted = new float[128];
        Arrays.fill(wanted, 0.5f);
        assertThat(distance(100, wanted)).isLessThan(distance(0.001, wanted) / 2);
    }

    private static double distance(double weight, float[] wanted) {
        SynthesisPlan plan = with(plan(9, 9, 3), new Prior(0, 0, weight), 0, Initial.NOISE, 0.1);
        try (Synthesis synthesis = NETWORKS.begin(
                        origin(), TRAINED, plan, Optional.empty(), Optional.of((image, label) -> wanted));
                Executor.InputRun run = new CompiledExecutor().inputs(GREY, TRAINED.toArray())) {
            while (synthesis.done() < synthesis.steps()) {
                synthesis.step();
            }
            float[] features = new float[128];
            run.forward(synthesis.result().pixels(0), 1, new float[3], features);
            return IntStream.range(0, 128)
                    .mapToDouble(j -> Math.pow(features[j] - wanted[j], 2))
                    .sum();
        }
    }

    @Test
    void total_variation_makes_images_smoother() {
        float[] rough =
                made(with(plan(9, 9, 3), Prior.NONE, 0, Initial.NOISE, 2)).pixels(0);
        float[] smooth = made(with(plan(9, 9, 3), new Prior(10, 1, 0), 0, Initial.NOISE, 2))
                .pixels(0);
        float[] ignored = new float[64];
        ImageShape shape = new ImageShape(8, 8, 1);
        assertThat(ImagePrior.totalVariation(smooth, shape, 1, ignored))
                .isLessThan(0.8 * ImagePrior.totalVariation(rough, shape, 1, ignored));
    }

    @Test
    void images_start_from_those_that_are_given() {
        LabelledImages given = Pictures.grey(5, 9);
        SynthesisPlan plan = with(plan(5, 5, 1), Prior.NONE, 0, Initial.PUBLIC, 1e-9);
        try (Synthesis synthesis = NETWORKS.begin(origin(), TRAINED, plan, Optional.of(given), Optional.empty())) {
            synthesis.step();
            float first = synthesis.result().pixels(0)[0];
            assertThat(IntStream.range(0, 5)
                            .mapToDouble(i -> ((given.pixels(i)[0] & 0xff) / 255.0 - 0.5) / 0.25)
                            .anyMatch(value -> Math.abs(value - first) < 1e-4))
                    .isTrue();
        }
    }

    @Test
    void a_step_that_is_far_too_large_ends_it_with_a_reason() {
        SynthesisPlan plan = with(plan(9, 9, 3), Prior.NONE, 0, Initial.NOISE, 1e6);
        SynthesisPlan wild = new SynthesisPlan(
                9, Labels.BALANCED, Initial.NOISE, 9, 3, 200, 1e6, 0.99, 1_000, 1_000, Prior.NONE, 0, plan.seed());
        assertThatThrownBy(() -> made(wild))
                .isInstanceOf(SynthesisDivergedException.class)
                .hasMessageContaining("of round 4")
                .hasMessageContaining("Lower the image learning rate, 1000000.0 now");
    }

    @Test
    void without_what_it_starts_from_or_is_pulled_to_it_does_not_begin() {
        assertThatThrownBy(() -> begin(with(plan(9, 9, 3), Prior.NONE, 0, Initial.PUBLIC, 1)))
                .hasMessageContaining("start from public images, but none are here");
        assertThatThrownBy(() -> begin(with(plan(9, 9, 3), new Prior(0, 0, 1), 0, Initial.NOISE, 1)))
                .hasMessageContaining("no statistics of any");
        assertThatThrownBy(() -> Networks.byDeeplearning4j()
                        .begin(origin(), TRAINED, plan(9, 9, 3), Optional.empty(), Optional.empty()))
                .hasMessageContaining("synthesis of images needs oneDNN");
    }

    private static SynthesisPlan plan(int images, int batch, int outer) {
        return new SynthesisPlan(
                images, Labels.BALANCED, Initial.NOISE, batch, outer, 30, 2, 0.9, 0.2, 0.001, Prior.NONE, 0, 7);
    }

    private static SynthesisPlan with(
            SynthesisPlan plan, Prior prior, double temperature, Initial initial, double rate) {
        return new SynthesisPlan(
                plan.images(),
                plan.labels(),
                initial,
                plan.batch(),
                plan.outerIterations(),
                plan.imageIterations(),
                rate,
                plan.momentum(),
                plan.rho(),
                plan.gamma(),
                prior,
                temperature,
                plan.seed());
    }

    private static ModelOrigin origin() {
        return new ModelOrigin(Sha256.of(new byte[] {1}), new RoundNumber(4), TRAINED.digest(), TRAINED.architecture());
    }

    private static Synthesis begin(SynthesisPlan plan) {
        return NETWORKS.begin(origin(), TRAINED, plan, Optional.empty(), Optional.empty());
    }

    private static Impressions made(SynthesisPlan plan) {
        try (Synthesis synthesis = begin(plan)) {
            while (synthesis.done() < synthesis.steps()) {
                synthesis.step();
            }
            return synthesis.result();
        }
    }
}
