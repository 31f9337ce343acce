package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessagesTest {

    private static final String MODEL = "ab".repeat(32);
    private static final String PROTOCOL = "cd".repeat(32);

    private static final String TRAIN = "{\"kind\":\"train\",\"study\":\"blood-1\",\"round\":3,"
            + "\"protocol\":\"" + PROTOCOL + "\",\"dataset\":\"blood28\",\"model\":\"" + MODEL
            + "\",\"architecture\":\"cnn.28x28x3.8\","
            + "\"plan\":{\"epochs\":2,\"batchSize\":32,"
            + "\"optimiser\":{\"name\":\"sgd\",\"learningRate\":0.05,\"momentum\":0.0},"
            + "\"seed\":\"-9223372036854775808\"},\"deadline\":\"2026-11-25T12:00:00Z\"}";

    private static final String EVALUATE = "{\"kind\":\"evaluate\",\"study\":\"blood-1\",\"round\":3,"
            + "\"protocol\":\"" + PROTOCOL + "\",\"dataset\":\"blood28\",\"model\":\"" + MODEL
            + "\",\"architecture\":\"cnn.28x28x3.8\",\"split\":\"val\",\"deadline\":\"2026-11-25T12:00:00Z\"}";

    private static final WorkOffer.Train TRAIN_OFFER = new WorkOffer.Train(
            new StudyId("blood-1"),
            new RoundNumber(3),
            new Sha256(PROTOCOL),
            "blood28",
            new Sha256(MODEL),
            new ArchitectureId("cnn.28x28x3.8"),
            new TrainingPlan(new Effort.Epochs(2), 32, new Optimiser.Sgd(0.05, 0), Long.MIN_VALUE),
            Instant.parse("2026-11-25T12:00:00Z"));

    private static final WorkOffer.Evaluate EVALUATE_OFFER = new WorkOffer.Evaluate(
            new StudyId("blood-1"),
            new RoundNumber(3),
            new Sha256(PROTOCOL),
            "blood28",
            Split.VAL,
            new Sha256(MODEL),
            new ArchitectureId("cnn.28x28x3.8"),
            Instant.parse("2026-11-25T12:00:00Z"));

    /** Weights that overflowed when they were added up would turn a global model into noise. */
    @Test
    void metrics_have_so_few_examples_that_a_thousand_sites_add_up() {
        String most = "{\"examples\":1000000000000,\"loss\":1,\"seconds\":1}";
        assertThat(Messages.metrics(json(most)).examples()).isEqualTo(1_000_000_000_000L);
        assertThatThrownBy(() -> Messages.metrics(json(most.replace("000,", "001,"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 1000000000000 examples, not 1000000000001");
    }

    @Test
    void counts_that_are_not_whole_are_refused() {
        assertThatThrownBy(
                        () -> Messages.scores(json("{\"lossSum\":1,\"confusion\":[[1.5,0],[0,0]],\"histograms\":[]}")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Messages.scores(
                        json("{\"lossSum\":1,\"confusion\":[[99999999999999999999,0],[0,0]],\"histograms\":[]}")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_train_offer_has_its_golden_form() {
        assertThat(Messages.toJson(TRAIN_OFFER)).hasToString(TRAIN);
        assertThat(Messages.offer(json(TRAIN))).isEqualTo(TRAIN_OFFER);
    }

    @Test
    void an_evaluate_offer_has_its_golden_form() {
        assertThat(Messages.toJson(EVALUATE_OFFER)).hasToString(EVALUATE);
        assertThat(Messages.offer(json(EVALUATE))).isEqualTo(EVALUATE_OFFER);
    }

    @Test
    void a_train_offer_with_impressions_and_an_objective_comes_back_the_same() {
        for (LocalObjective.Mixing mixing :
                List.of(new LocalObjective.Mixing.Joined(160), new LocalObjective.Mixing.Separate(32, 0.25))) {
            WorkOffer.Train offer = new WorkOffer.Train(
                    TRAIN_OFFER.study(),
                    TRAIN_OFFER.round(),
                    TRAIN_OFFER.protocol(),
                    TRAIN_OFFER.dataset(),
                    TRAIN_OFFER.model(),
                    TRAIN_OFFER.architecture(),
                    TRAIN_OFFER.plan().with(new LocalObjective(0.1, 4, 0.5, true, Optional.of(mixing))),
                    Optional.of(new Sha256(PROTOCOL)),
                    TRAIN_OFFER.deadline());
            assertThat(Messages.offer(json(Messages.toJson(offer).toString()))).isEqualTo(offer);
        }
        refused(
                TRAIN.replace(
                        "\"seed\"",
                        "\"objective\":{\"proximal\":-1,\"headPull\":0,"
                                + "\"logitAdjustment\":0,\"headFrozen\":false},\"seed\""),
                "proximal -1.0 is not valid");
    }

    @Test
    void offers_to_describe_and_to_judge_come_back_the_same() {
        WorkOffer.Describe describe = new WorkOffer.Describe(
                EVALUATE_OFFER.study(),
                EVALUATE_OFFER.round(),
                EVALUATE_OFFER.protocol(),
                EVALUATE_OFFER.dataset(),
                EVALUATE_OFFER.model(),
                EVALUATE_OFFER.architecture(),
                EVALUATE_OFFER.deadline());
        assertThat(Messages.offer(json(Messages.toJson(describe).toString()))).isEqualTo(describe);
        WorkOffer.Judge judge = new WorkOffer.Judge(
                EVALUATE_OFFER.study(),
                EVALUATE_OFFER.round(),
                EVALUATE_OFFER.protocol(),
                EVALUATE_OFFER.dataset(),
                EVALUATE_OFFER.model(),
                EVALUATE_OFFER.architecture(),
                new Sha256(PROTOCOL),
                EVALUATE_OFFER.deadline());
        String text = Messages.toJson(judge).toString();
        assertThat(Messages.offer(json(text))).isEqualTo(judge);
        refused(text.replace("\"impressions\"", "\"images\""), "'impressions' is missing");
    }

    @Test
    void a_verdict_comes_back_the_same() {
        ImpressionVerdict verdict = new ImpressionVerdict(
                new Sha256(MODEL),
                100,
                30,
                List.of(new ImpressionVerdict.Image(0.5, 1.25, false), new ImpressionVerdict.Image(0, 0, true)),
                new ImpressionVerdict.Membership(0.55, 0.04),
                ImpressionVerdict.Membership.UNKNOWN);
        assertThat(Messages.verdict(json(Messages.toJson(verdict).toString()))).isEqualTo(verdict);
        assertThat(verdict.vetoes()).isEqualTo(1);
        assertThat(verdict.refused().vetoes()).isEqualTo(2);
        assertThat(verdict.vetoing(Set.of(0))).isEqualTo(verdict.refused());
        assertThat(verdict.vetoing(Set.of())).isEqualTo(verdict);
    }

    @Test
    void a_plan_by_steps_with_adam_comes_back_the_same() {
        TrainingPlan plan = new TrainingPlan(new Effort.Steps(20), 8, new Optimiser.Adam(1e-3), 7);

        assertThat(Messages.toJson(plan))
                .hasToString("{\"steps\":20,\"batchSize\":8,\"optimiser\":{\"name\":\"adam\",\"learningRate\":0.001},"
                        + "\"seed\":\"7\"}");
        assertThat(Messages.plan(Messages.toJson(plan))).isEqualTo(plan);
    }

    @Test
    void metrics_come_back_the_same() {
        TrainingMetrics metrics = new TrainingMetrics(120, 0.1 + 0.2, 1.5, "onednn 3.13.0 avx2, 1 thread");

        assertThat(Messages.metrics(Messages.toJson(metrics))).isEqualTo(metrics);
        assertThat(Messages.metrics(json("{\"examples\":1,\"loss\":1,\"seconds\":1}"))
                        .executor())
                .isEqualTo("unknown");
        assertThat(Messages.toJson(metrics.withoutLoss()).keySet()).containsExactly("examples", "seconds", "executor");
        assertThat(Messages.metrics(Messages.toJson(metrics.withoutLoss()))).isEqualTo(metrics.withoutLoss());
        assertThatThrownBy(() -> Messages.metrics(json("{\"examples\":1,\"loss\":null,\"seconds\":1}")))
                .hasMessageContaining("'loss' must be");
    }

    @Test
    void scores_come_back_the_same_and_empty_bins_are_not_sent() {
        long[] counts = new long[ScoreHistogram.BINS];
        counts[7] = 2;
        counts[511] = 1;
        long[] none = new long[ScoreHistogram.BINS];
        ClassificationScores scores = new ClassificationScores(
                1.25,
                new long[][] {{1, 2}, {0, 0}},
                List.of(new ScoreHistogram(counts, none), new ScoreHistogram(none, counts)));

        assertThat(Messages.toJson(scores))
                .hasToString("{\"lossSum\":1.25,\"confusion\":[[1,2],[0,0]],\"histograms\":["
                        + "{\"positives\":[7,2,511,1],\"negatives\":[]},"
                        + "{\"positives\":[],\"negatives\":[7,2,511,1]}]}");
        assertThat(Messages.scores(Messages.toJson(scores))).isEqualTo(scores);
    }

    @Test
    void each_missing_member_is_named() {
        JsonObject whole = json(TRAIN);
        for (String key : whole.keySet()) {
            JsonObject without = Json.createObjectBuilder(whole).remove(key).build();
            assertThatThrownBy(() -> Messages.offer(without))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("'" + key + "' is missing");
        }
    }

    @Test
    void members_of_another_type_are_refused_by_name() {
        refused(TRAIN.replace("\"round\":3", "\"round\":\"3\""), "'round' must be a JSON number");
        refused(TRAIN.replace("\"round\":3", "\"round\":3.5"), "'round' must be a whole number, not 3.5");
        refused(TRAIN.replace("\"round\":3", "\"round\":4294967297"), "'round' must be a whole number");
        refused(TRAIN.replace("\"round\":3", "\"round\":0"), "round 0 is not valid");
        refused(TRAIN.replace("\"train\"", "\"prune\""), "offer kind 'prune' is not known");
        refused("{\"kind\":\"prune\"}", "offer kind 'prune' is not known; install the consortium's Consilium version");
        refused(TRAIN.replace("12:00:00Z", "noon"), "'deadline' must be an instant");
        refused(TRAIN.replace("\"epochs\":2", "\"epochs\":2,\"steps\":4"), "either 'epochs' or 'steps'");
        refused(TRAIN.replace("\"-9223372036854775808\"", "\"x\""), "'seed' must be a whole number in quotes");
        refused(EVALUATE.replace("\"val\"", "\"exam\""), "split 'exam' is not known");
    }

    @Test
    void a_histogram_bin_out_of_range_is_refused() {
        String scores = "{\"lossSum\":0,\"confusion\":[[0,0],[0,0]],\"histograms\":["
                + "{\"positives\":[512,1],\"negatives\":[]},{\"positives\":[],\"negatives\":[]}]}";

        assertThatThrownBy(() -> Messages.scores(json(scores))).hasMessageContaining("bin 512");
    }

    @Test
    void a_confusion_matrix_of_words_is_refused_without_a_class_cast() {
        String scores = "{\"lossSum\":0,\"confusion\":[[\"a\"]],\"histograms\":[]}";

        assertThatThrownBy(() -> Messages.scores(json(scores))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_problem_does_not_repeat_ten_thousand_characters_that_a_caller_sent() {
        Problem word =
                new Problem("id-invalid", 422, null, "id '" + "x".repeat(10_000) + "' is not valid.", "Shorten it.");
        assertThat(word.detail()).isEqualTo("id '" + "x".repeat(119) + "… is not valid.");
        Problem text = new Problem("id-invalid", 422, null, "id '" + "x y ".repeat(10_000) + "' is not valid.", "");
        assertThat(text.detail()).hasSize(2_001).endsWith("…");
        assertThat(Problem.fromJson(word.toJson(), 422)).isEqualTo(word);
    }

    @Test
    void a_problem_comes_back_the_same_and_a_strangers_answer_is_still_readable() {
        Problem problem = new Problem("update-differs", 409, "Update differs", "site-1 sent other bytes.", "Stop.");

        assertThat(Problem.fromJson(problem.toJson(), 409)).isEqualTo(problem);
        assertThat(problem.toJson().getString("type")).isEqualTo("urn:consilium:problem:update-differs");
        assertThat(Problem.fromJson(json("{\"message\":\"gateway\"}"), 502).text())
                .isEqualTo("no detail was given");
    }

    @Test
    void scores_of_many_classes_survive() {
        long[][] confusion = new long[20][20];
        List<ScoreHistogram> histograms = IntStream.range(0, 20)
                .mapToObj(i -> new ScoreHistogram(new long[512], new long[512]))
                .toList();
        confusion[3][4] = Long.MAX_VALUE / 1000;
        ClassificationScores scores = new ClassificationScores(0, confusion, histograms);

        assertThat(Messages.scores(json(Messages.toJson(scores).toString()))).isEqualTo(scores);
    }

    private static void refused(String text, String message) {
        assertThatThrownBy(() -> Messages.offer(json(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
