package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClassificationScoresTest {

    /** Three classes; the figures below were worked out by hand from this matrix. */
    private static final long[][] CONFUSION = {{5, 1, 0}, {2, 2, 0}, {0, 0, 0}};

    @Test
    void accuracy_recall_and_macro_f1_are_the_textbook_figures() {
        ClassificationScores scores = scores(CONFUSION);

        assertThat(scores.examples()).isEqualTo(10);
        assertThat(scores.accuracy()).isEqualTo(0.7);
        assertThat(scores.recall(0)).isCloseTo(5.0 / 6, within(1e-15));
        assertThat(scores.recall(2)).isNaN();
        // class 0: 2*5/(6+7), class 1: 2*2/(4+3), class 2 occurs nowhere and does not count
        assertThat(scores.macroF1()).isCloseTo((10.0 / 13 + 4.0 / 7) / 2, within(1e-15));
    }

    @Test
    void adding_two_sites_equals_scoring_their_images_together() {
        ClassificationScores sum = scores(CONFUSION).plus(scores(new long[][] {{0, 0, 1}, {0, 3, 0}, {0, 0, 4}}));

        assertThat(sum.confusion()).isDeepEqualTo(new long[][] {{5, 1, 1}, {2, 5, 0}, {0, 0, 4}});
        assertThat(sum.accuracy()).isCloseTo(14.0 / 18, within(1e-15));
        assertThat(sum.lossSum()).isEqualTo(4);
    }

    /** Of a label that has too few images at each site nothing is scored. */
    @Test
    void a_class_without_scored_images_has_no_recall_and_no_auc_and_counts_in_macro_f1_only_where_it_is_predicted() {
        long[] low = new long[ScoreHistogram.BINS];
        long[] high = new long[ScoreHistogram.BINS];
        low[3] = 4;
        high[500] = 6;
        long[] none = new long[ScoreHistogram.BINS];
        long[] others = low.clone();
        others[500] = 6;
        List<ScoreHistogram> histograms =
                List.of(new ScoreHistogram(high, low), new ScoreHistogram(low, high), new ScoreHistogram(none, others));
        ClassificationScores unseen =
                new ClassificationScores(2, new long[][] {{6, 0, 0}, {1, 3, 0}, {0, 0, 0}}, histograms);
        assertThat(unseen.examples(2)).isZero();
        assertThat(unseen.recall(2)).isNaN();
        assertThat(unseen.macroAuc()).isEqualTo((1 + 0) / 2.0);
        assertThat(unseen.macroF1()).isCloseTo((12.0 / 13 + 6.0 / 7) / 2, within(1e-15));
        ClassificationScores predicted =
                new ClassificationScores(2, new long[][] {{6, 0, 0}, {0, 3, 1}, {0, 0, 0}}, histograms);
        assertThat(predicted.macroF1()).isCloseTo((1 + 6.0 / 7 + 0) / 3, within(1e-15));
    }

    @Test
    void no_images_give_no_figure() {
        ClassificationScores none = scores(new long[3][3]);

        assertThat(none.accuracy()).isNaN();
        assertThat(none.loss()).isNaN();
        assertThat(none.macroF1()).isNaN();
        assertThat(none.macroAuc()).isNaN();
    }

    @Test
    void auc_from_the_histogram_is_close_to_the_exact_one() {
        SplittableRandom random = new SplittableRandom(5);
        double[] positive = new double[300];
        double[] negative = new double[400];
        long[] p = new long[ScoreHistogram.BINS];
        long[] n = new long[ScoreHistogram.BINS];
        for (int i = 0; i < positive.length; i++) {
            positive[i] = 1 / (1 + Math.exp(-(random.nextGaussian() + 1)));
            p[ScoreHistogram.bin(positive[i])]++;
        }
        for (int i = 0; i < negative.length; i++) {
            negative[i] = 1 / (1 + Math.exp(-(random.nextGaussian() - 1)));
            n[ScoreHistogram.bin(negative[i])]++;
        }
        double pairs = 0;
        for (double a : positive) {
            for (double b : negative) {
                pairs += a > b ? 1 : a == b ? 0.5 : 0;
            }
        }

        assertThat(new ScoreHistogram(p, n).auc()).isCloseTo(pairs / 300 / 400, within(2e-4));
    }

    @Test
    void auc_is_one_for_perfect_order_and_one_half_for_none() {
        long[] low = new long[ScoreHistogram.BINS];
        long[] high = new long[ScoreHistogram.BINS];
        low[ScoreHistogram.bin(0.1)] = 4;
        high[ScoreHistogram.bin(0.9)] = 6;

        assertThat(new ScoreHistogram(high, low).auc()).isEqualTo(1);
        assertThat(new ScoreHistogram(low, high).auc()).isEqualTo(0);
        assertThat(new ScoreHistogram(low, low).auc()).isEqualTo(0.5);
    }

    @Test
    void certain_probabilities_fall_into_the_outer_bins() {
        assertThat(ScoreHistogram.bin(0)).isZero();
        assertThat(ScoreHistogram.bin(1)).isEqualTo(ScoreHistogram.BINS - 1);
        assertThat(ScoreHistogram.bin(0.5)).isEqualTo(ScoreHistogram.BINS / 2);
        assertThatThrownBy(() -> ScoreHistogram.bin(1.5)).hasMessageContaining("1.5");
    }

    @Test
    void impossible_scores_are_refused() {
        assertThatThrownBy(() -> scores(new long[][] {{1, -1}, {0, 0}})).hasMessageContaining("no negative count");
        assertThatThrownBy(() -> scores(new long[][] {{1, 1}, {0}})).hasMessageContaining("2 by 2");
        assertThatThrownBy(() -> new ClassificationScores(Double.NaN, new long[2][2], histograms(2)))
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> new ClassificationScores(0, new long[2][2], histograms(3)))
                .hasMessageContaining("2 score histograms");
        assertThatThrownBy(() -> scores(CONFUSION).plus(scores(new long[2][2]))).hasMessageContaining("2 classes");
    }

    private static ClassificationScores scores(long[][] confusion) {
        return new ClassificationScores(2, confusion, histograms(confusion.length));
    }

    private static List<ScoreHistogram> histograms(int classes) {
        return java.util.Collections.nCopies(
                classes, new ScoreHistogram(new long[ScoreHistogram.BINS], new long[ScoreHistogram.BINS]));
    }
}
