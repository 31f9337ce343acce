package org.consilium.site.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.consilium.algorithm.PrivacyGate;
import org.consilium.algorithm.Strategies;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassStatistics.Products;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Effort;
import org.consilium.contract.GatePlan;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Impressions;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.Problem;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.ScoreHistogram;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StatisticsPlan;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataException;
import org.consilium.site.images.ImageLibrary;
import org.consilium.site.platform.KeyFolder;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Pseudonyms;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** With the networks that a node trains. */
class LocalWorkTest {

    private static final Sha256 FINGERPRINT = new Sha256("ab".repeat(32));

    private static final ArchitectureId ARCHITECTURE = new ArchitectureId("cnn.8x8x1.2");
    private static final GatePlan GATE = new GatePlan(0.01, 0.25, 1, 1);
    private static final Parameters START = Networks.create().initial(ARCHITECTURE, 3);

    @TempDir
    static Path keys;

    private static Pseudonyms secret;

    @BeforeAll
    static void makeASecret() {
        secret = new Pseudonyms(new KeyFolder(keys.resolve("site")));
    }

    private final Library library = new Library();
    private final LocalWork work = new LocalWork(library, secret);

    @Test
    void a_site_with_images_answers_with_what_it_trained_on_them() {
        library.images.put(Split.TRAIN, images(12));

        Answer answer = work.train(train(0.05), START, Optional.empty());

        assertThat(answer).isInstanceOfSatisfying(Answer.Update.class, update -> {
            assertThat(update.parameters().architecture()).isEqualTo(ARCHITECTURE);
            assertThat(update.parameters()).isNotEqualTo(START);
            assertThat(update.metrics().examples()).isEqualTo(12);
        });
        assertThat(((Answer.Update) work.train(train(0.05), START, Optional.empty())).parameters())
                .as("the same offer gives the same bytes")
                .isEqualTo(((Answer.Update) answer).parameters());
    }

    @Test
    void warming_up_changes_no_result() {
        library.images.put(Split.TRAIN, images(12));
        Answer.Update cold = (Answer.Update) work.train(train(0.05), START, Optional.empty());

        LocalWork warm = new LocalWork(library, secret);
        warm.warmUp();

        assertThat(((Answer.Update) warm.train(train(0.05), START, Optional.empty())).parameters())
                .isEqualTo(cold.parameters());
    }

    @Test
    void a_site_scores_on_the_split_that_is_asked_for() {
        library.images.put(Split.VAL, images(6));
        library.images.put(Split.TEST, images(4));

        Answer answer = work.evaluate(evaluate(Split.TEST), START, 1);

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Evaluation.class,
                        evaluation -> assertThat(evaluation.scores().examples()).isEqualTo(4));
    }

    /** Its row and its histogram told of one or two patients; and so would a total over all images, less what is shown. */
    @Test
    void a_label_of_too_few_images_is_in_no_count_that_leaves_not_even_by_subtraction() {
        int[] labels = {0, 1, 0, 0, 1, 0};
        library.images.put(Split.VAL, images(labels));

        ClassificationScores scores = ((Answer.Evaluation) work.evaluate(evaluate(Split.VAL), START, 3)).scores();

        assertThat(scores.examples()).isEqualTo(4);
        assertThat(scores.confusion()[1]).containsOnly(0);
        for (ScoreHistogram histogram : scores.histograms()) {
            assertThat(LongStream.of(histogram.positives()).sum()
                            + LongStream.of(histogram.negatives()).sum())
                    .isEqualTo(4);
        }
        assertThat(scores.histograms().get(1).positives()).containsOnly(0);
        ClassificationScores all = ((Answer.Evaluation) work.evaluate(evaluate(Split.VAL), START, 2)).scores();
        assertThat(all.examples()).isEqualTo(6);
        assertThat(scores.confusion()[0]).isEqualTo(all.confusion()[0]);
        assertThat(scores.lossSum()).isLessThan(all.lossSum());
    }

    @Test
    void a_site_that_has_no_label_of_enough_images_refuses_without_saying_how_many_it_has() {
        library.images.put(Split.VAL, images(7));

        assertThat(work.evaluate(evaluate(Split.VAL), START, 5))
                .isInstanceOfSatisfying(Answer.Refusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo("too-few-examples");
                    assertThat(refusal.reason())
                            .contains("5")
                            .doesNotContain("7")
                            .doesNotContain("4");
                });
    }

    @Test
    void a_site_without_images_refuses_with_the_data_sets_name_and_the_next_action() {
        assertThat(work.train(train(0.05), START, Optional.empty()))
                .isInstanceOfSatisfying(Answer.Refusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo("no-images");
                    assertThat(refusal.reason())
                            .contains("'cells'")
                            .contains("train")
                            .contains("import");
                });
        assertThat(work.evaluate(evaluate(Split.VAL), START, 1))
                .isInstanceOfSatisfying(
                        Answer.Refusal.class,
                        refusal -> assertThat(refusal.reason()).contains("val"));
    }

    @Test
    void training_that_diverges_is_refused_with_the_step() {
        library.images.put(Split.TRAIN, images(12));

        float[] tooLarge = new float[START.count()];
        Arrays.fill(tooLarge, 1e30f);

        assertThat(work.train(train(0.05), Parameters.of(ARCHITECTURE, tooLarge), Optional.empty()))
                .isInstanceOfSatisfying(Answer.Refusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo("diverged");
                    assertThat(refusal.reason()).contains("step");
                });
    }

    @Test
    @DisabledIfSystemProperty(
            named = "without.onednn",
            matches = ".*",
            disabledReason = "Deeplearning4j says it otherwise")
    void a_batch_that_does_not_fit_the_nodes_native_memory_is_refused_and_the_next_one_is_trained() {
        ImageShape shape = new ImageShape(28, 28, 3);
        int many = 8_000;
        library.images.put(
                Split.TRAIN, LabelledImages.of(shape, 2, new byte[many * shape.samples()], new int[many], new int[0]));
        ArchitectureId architecture = new ArchitectureId("cnn.28x28x3.2");
        Parameters start = Networks.create().initial(architecture, 3);

        assertThat(work.train(train(many), start, Optional.empty()))
                .isInstanceOfSatisfying(Answer.Refusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo("memory-exhausted");
                    assertThat(refusal.reason())
                            .contains("no native memory is left")
                            .contains("use a smaller batch");
                });
        assertThat(work.train(train(32), start, Optional.empty())).isInstanceOf(Answer.Update.class);
    }

    @Test
    void images_of_another_size_than_the_network_takes_are_refused_naming_both() {
        library.images.put(
                Split.TRAIN, LabelledImages.of(new ImageShape(4, 4, 1), 2, new byte[32], new int[] {0, 1}, new int[0]));

        assertThat(work.train(train(0.05), START, Optional.empty()))
                .isInstanceOfSatisfying(
                        Answer.Refusal.class,
                        refusal ->
                                assertThat(refusal.reason()).contains("8x8x1").contains("4x4x1"));
    }

    @Test
    void the_consortium_does_not_learn_the_name_of_a_file() {
        library.failure = new ImageDataException("/data/radiology/smith-john.png was changed");

        assertThat(work.train(train(0.05), START, Optional.empty()))
                .isInstanceOfSatisfying(Answer.Refusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo("images-unusable");
                    assertThat(refusal.reason()).contains("'cells'").doesNotContain("smith");
                });
    }

    @Test
    void a_database_that_is_down_is_no_reason_to_refuse() {
        library.failure = new ProblemException(new Problem("database-unavailable", 503, null, "it is down", null));

        assertThatThrownBy(() -> work.train(train(0.05), START, Optional.empty()))
                .isSameAs(library.failure);
    }

    @Test
    void impressions_take_part_in_training_as_the_plan_says_and_not_otherwise() {
        library.images.put(Split.TRAIN, images(12));
        TrainingPlan plain = train(0.05).plan();
        TrainingPlan mixing =
                Strategies.named("fedimpression").configureTrain(plain, new RoundNumber(2), new SiteId("site-1"));

        Parameters with = trained(work.train(train(mixing), START, Optional.of(impressions())));

        assertThat(with)
                .as("what a simulation computes")
                .isEqualTo(Networks.create()
                        .train(START, mixing, images(12), Optional.of(impressions()))
                        .parameters())
                .isNotEqualTo(trained(work.train(train(mixing), START, Optional.empty())));
        assertThat(trained(work.train(train(plain), START, Optional.of(impressions()))))
                .isEqualTo(trained(work.train(train(plain), START, Optional.empty())));
    }

    private static Parameters trained(Answer answer) {
        return ((Answer.Update) answer).parameters();
    }

    @Test
    void features_are_described_as_a_simulation_describes_them() {
        library.images.put(Split.TRAIN, images(12));
        StatisticsPlan plan = new StatisticsPlan(Products.FULL, 5);

        Answer.Statistics answer = (Answer.Statistics) work.describe(describe(), START, plan, 0);

        ModelOrigin origin = new ModelOrigin(START.digest(), new RoundNumber(1), START.digest(), ARCHITECTURE);
        assertThat(answer.encode())
                .isEqualTo(Networks.create()
                        .describe(START, images(12), 5, Products.FULL)
                        .rounded()
                        .encode(origin));
        assertThat(ClassStatistics.decode(answer.encode()).origin()).isEqualTo(origin);
        assertThat(answer.classes()).isEqualTo(2);
        assertThat(answer.examples())
                .as("a multiple of the least number of each class")
                .isEqualTo(10);
    }

    @Test
    void of_a_class_of_too_few_images_nothing_is_said() {
        library.images.put(Split.TRAIN, images(13));

        Answer.Statistics answer =
                (Answer.Statistics) work.describe(describe(), START, new StatisticsPlan(Products.DIAGONAL, 7), 0);

        assertThat(answer.statistics().count(0)).isEqualTo(7);
        assertThat(answer.statistics().count(1)).isZero();
        assertThat(answer.classes()).isEqualTo(1);
        assertThat(answer.examples()).isEqualTo(7);
    }

    /** A server that asks again must not learn the exact sums from the mean of many answers, or from the difference of two. */
    @Test
    void noise_is_the_same_for_the_same_sums_another_for_others_and_nobodys_but_this_sites() {
        library.images.put(Split.TRAIN, images(12));
        StatisticsPlan plan = new StatisticsPlan(Products.DIAGONAL, 5);
        byte[] exact = bytes(work, plan, 0);
        byte[] noised = bytes(work, plan, 0.5);

        assertThat(noised).isNotEqualTo(exact).isEqualTo(bytes(new LocalWork(library, secret), plan, 0.5));
        LocalWork elsewhere = new LocalWork(library, new Pseudonyms(new KeyFolder(keys.resolve("elsewhere"))));
        assertThat(bytes(elsewhere, plan, 0)).isEqualTo(exact);
        assertThat(bytes(elsewhere, plan, 0.5)).isNotEqualTo(noised);

        ClassStatistics half = ClassStatistics.decode(noised).statistics();
        ClassStatistics whole = ClassStatistics.decode(bytes(work, plan, 1)).statistics();
        ClassStatistics none = ClassStatistics.decode(exact).statistics();
        int j = half.features() / 2;
        double drawn = (half.sum(0, j) - none.sum(0, j)) / 0.5;
        assertThat(whole.sum(0, j) - none.sum(0, j)).isNotCloseTo(drawn, within(Math.abs(drawn) * 1e-3));
    }

    private static byte[] bytes(LocalWork work, StatisticsPlan plan, double noise) {
        return ((Answer.Statistics) work.describe(describe(), START, plan, noise)).encode();
    }

    @Test
    void impressions_are_judged_as_a_simulation_judges_them_and_a_copy_of_a_training_image_is_caught() {
        library.images.put(Split.TRAIN, images(40));
        library.images.put(Split.VAL, images(24));
        Networks networks = Networks.create();

        ImpressionVerdict verdict = verdict(work.judge(judge(), START, impressions(), GATE, Set.of()));

        assertThat(verdict)
                .isEqualTo(new PrivacyGate(GATE)
                        .judge(
                                impressions(),
                                new PrivacyGate.Source(
                                        impressions().size(),
                                        visitor -> networks.show(START, impressions(), visitor::image)),
                                new PrivacyGate.Source(40, visitor -> networks.show(START, images(40), visitor::image)),
                                new PrivacyGate.Source(
                                        24, visitor -> networks.show(START, images(24), visitor::image))));
        assertThat(verdict.training()).isEqualTo(40);
        assertThat(verdict.heldOut()).isEqualTo(24);
        assertThat(verdict.images().get(2).pixels()).isZero();
        assertThat(verdict.images().get(2).vetoed()).isTrue();
        assertThat(verdict(work.judge(judge(), START, impressions(), GATE, Set.of())))
                .as("judged again, by what was measured the first time")
                .isEqualTo(verdict);
    }

    @Test
    void what_the_steward_vetoes_is_part_of_the_verdict() {
        library.images.put(Split.TRAIN, images(40));

        ImpressionVerdict verdict = verdict(work.judge(judge(), START, impressions(), GATE, Set.of(0)));

        assertThat(verdict.images().get(0).vetoed()).isTrue();
        assertThat(verdict.images().get(0).pixels()).isPositive();
    }

    @Test
    void a_site_without_training_images_neither_describes_nor_judges() {
        for (Answer answer : List.of(
                work.describe(describe(), START, new StatisticsPlan(Products.FULL, 5), 0),
                work.judge(judge(), START, impressions(), GATE, Set.of()))) {
            assertThat(answer)
                    .isInstanceOfSatisfying(
                            Answer.Refusal.class,
                            refusal -> assertThat(refusal.code()).isEqualTo("no-images"));
        }
    }

    private static ImpressionVerdict verdict(Answer answer) {
        return ((Answer.Judgement) answer).verdict();
    }

    /** Two that are like nothing, and a training image as the network sees it. */
    private static Impressions impressions() {
        ModelOrigin origin = new ModelOrigin(START.digest(), new RoundNumber(1), START.digest(), ARCHITECTURE);
        float[] pixels = new float[3 * 64];
        for (int i = 0; i < 64; i++) {
            pixels[i] = i % 2 == 0 ? 2 : -2;
            pixels[64 + i] = i % 3 == 0 ? 2 : -1.5f;
        }
        Arrays.fill(pixels, 128, 192, (float) (((200 + 3) / 255.0 - 0.5) / 0.25));
        return Impressions.of(origin, 2, new float[] {1, 0, 0, 1, 0, 1}, FloatBuffer.wrap(pixels));
    }

    private static WorkOffer.Describe describe() {
        return new WorkOffer.Describe(
                new StudyId("study"),
                new RoundNumber(1),
                START.digest(),
                "cells",
                START.digest(),
                ARCHITECTURE,
                Instant.EPOCH);
    }

    private static WorkOffer.Judge judge() {
        return new WorkOffer.Judge(
                new StudyId("study"),
                new RoundNumber(1),
                START.digest(),
                "cells",
                START.digest(),
                ARCHITECTURE,
                impressions().digest(),
                Instant.EPOCH);
    }

    private static WorkOffer.Train train(int batch) {
        return train(new TrainingPlan(new Effort.Steps(1), batch, new Optimiser.Sgd(0.05, 0), 7));
    }

    private static WorkOffer.Train train(double learningRate) {
        return train(new TrainingPlan(new Effort.Epochs(2), 4, new Optimiser.Sgd(learningRate, 0), 7));
    }

    private static WorkOffer.Train train(TrainingPlan plan) {
        return new WorkOffer.Train(
                new StudyId("study"),
                new RoundNumber(1),
                START.digest(),
                "cells",
                START.digest(),
                ARCHITECTURE,
                plan,
                Instant.EPOCH);
    }

    private static WorkOffer.Evaluate evaluate(Split split) {
        return new WorkOffer.Evaluate(
                new StudyId("study"),
                new RoundNumber(1),
                START.digest(),
                "cells",
                split,
                START.digest(),
                ARCHITECTURE,
                Instant.EPOCH);
    }

    private static LabelledImages images(int count) {
        return images(IntStream.range(0, count).map(i -> i % 2).toArray());
    }

    private static LabelledImages images(int[] labels) {
        ImageShape shape = new ImageShape(8, 8, 1);
        byte[] pixels = new byte[labels.length * shape.samples()];
        for (int i = 0; i < labels.length; i++) {
            Arrays.fill(pixels, i * shape.samples(), (i + 1) * shape.samples(), (byte) (labels[i] * 200 + i));
        }
        return LabelledImages.of(shape, 2, pixels, labels, new int[0]);
    }

    private static final class Library extends ImageLibrary {

        private final Map<Split, LabelledImages> images = new EnumMap<>(Split.class);
        private RuntimeException failure;

        Library() {
            super(null, null);
        }

        @Override
        public Optional<Sha256> fingerprint(String dataset) {
            return Optional.of(FINGERPRINT);
        }

        @Override
        public Optional<LabelledImages> images(String dataset, Split split) {
            if (failure != null) {
                throw failure;
            }
            return dataset.equals("cells") ? Optional.ofNullable(images.get(split)) : Optional.empty();
        }
    }
}
