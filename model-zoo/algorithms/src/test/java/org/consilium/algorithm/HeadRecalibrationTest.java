package org.consilium.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassStatistics.Products;
import org.consilium.contract.Head;
import org.junit.jupiter.api.Test;

class HeadRecalibrationTest {

    private static final int FEATURES = 4;
    private static final Head HEAD = new Head(0, FEATURES, 3);
    private static final HeadRecalibration RECALIBRATION = new HeadRecalibration(300, 0, false, 20, 32, 0.05, 1e-3);

    private final UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(5);
    private final ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(random);

    @Test
    void draws_have_the_mean_and_the_covariance_of_the_features() {
        ClassStatistics statistics = statistics(2_000, 2_000, 2_000);
        FeatureModel model = FeatureModel.of(statistics, 1e-6);
        double[][] drawn = model.draw(1, 40_000, random, false);
        for (int i = 0; i < FEATURES; i++) {
            for (int j = 0; j <= i; j++) {
                double count = statistics.count(1);
                double meanI = statistics.sum(1, i) / count;
                double meanJ = statistics.sum(1, j) / count;
                double covariance = (statistics.product(1, i, j) - count * meanI * meanJ) / (count - 1);
                double sum = 0;
                double sumI = 0;
                double sumJ = 0;
                for (double[] one : drawn) {
                    sum += one[i] * one[j];
                    sumI += one[i];
                    sumJ += one[j];
                }
                double n = drawn.length;
                assertThat(sumI / n).isCloseTo(meanI, within(0.05));
                assertThat(sum / n - sumI / n * sumJ / n).isCloseTo(covariance, within(0.08));
            }
        }
        for (double[] one : model.draw(1, 100, random, true)) {
            assertThat(Arrays.stream(one).min().orElseThrow()).isNotNegative();
        }
    }

    @Test
    void a_head_that_never_learnt_a_class_recognises_it_again() {
        float[] forgotten = new float[HEAD.length()];
        forgotten[HEAD.biases() + 2] = -20;
        FeatureModel model = FeatureModel.of(statistics(500, 500, 500), 1e-3);
        assertThat(accuracy(forgotten, 2)).isLessThan(0.05);
        float[] recalibrated = RECALIBRATION.recalibrated(HEAD, forgotten, model, 1);
        for (int label = 0; label < 3; label++) {
            assertThat(accuracy(recalibrated, label)).isGreaterThan(0.9);
        }
    }

    @Test
    void equal_seeds_give_equal_heads() {
        FeatureModel model = FeatureModel.of(statistics(50, 50, 50), 1e-3);
        float[] start = new float[HEAD.length()];
        assertThat(RECALIBRATION.recalibrated(HEAD, start, model, 1))
                .isEqualTo(RECALIBRATION.recalibrated(HEAD, start, model, 1))
                .isNotEqualTo(RECALIBRATION.recalibrated(HEAD, start, model, 2));
    }

    @Test
    void a_class_that_nobody_describes_keeps_out_and_its_weights_move_only_as_others_push_them() {
        FeatureModel model = FeatureModel.of(statistics(500, 500, 1), 1e-3);
        assertThat(model.knows(2)).isFalse();
        float[] recalibrated = RECALIBRATION.recalibrated(HEAD, new float[HEAD.length()], model, 1);
        assertThat(accuracy(recalibrated, 0)).isGreaterThan(0.9);
        assertThat(accuracy(recalibrated, 1)).isGreaterThan(0.9);
    }

    @Test
    void shares_of_the_classes_count_where_they_are_asked_for() {
        FeatureModel skewed = FeatureModel.of(statistics(5_000, 50, 50), 1e-3);
        float[] start = new float[HEAD.length()];
        HeadRecalibration byShare = new HeadRecalibration(300, 1, false, 20, 32, 0.05, 1e-3);
        float[] shares = byShare.recalibrated(HEAD, start, skewed, 1);
        float[] alike = RECALIBRATION.recalibrated(HEAD, start, skewed, 1);
        assertThat(shares[HEAD.biases()] - shares[HEAD.biases() + 1])
                .isGreaterThan(alike[HEAD.biases()] - alike[HEAD.biases() + 1]);
    }

    @Test
    void few_images_or_none_that_differ_still_give_a_distribution() {
        ClassStatistics one = new ClassStatistics(
                Products.FULL, 2, new int[] {2, 2}, new double[][] {{2, 4}, {0, 0}}, new double[][] {
                    {2, 4, 8}, {0, 0, 0}
                });
        double[] drawn = FeatureModel.of(one, 0.1).draw(0, 1, random, false)[0];
        assertThat(drawn[0]).isCloseTo(1, within(1e-3));
        assertThat(drawn[1]).isCloseTo(2, within(1e-3));
    }

    @Test
    void noise_that_leaves_no_factor_is_shrunk_away() {
        ClassStatistics noisy = new ClassStatistics(
                Products.FULL, 2, new int[] {2, 2}, new double[2][2], new double[][] {{1, 50, 1}, {1, 0, 1}});
        assertThat(FeatureModel.of(noisy, 0.01).draw(0, 3, random, false)).hasDimensions(3, 2);
        assertThatThrownBy(() -> FeatureModel.of(noisy, 0)).hasMessageContaining("shrinkage 0.0");
    }

    @Test
    void squares_alone_give_independent_features() {
        ClassStatistics diagonal = new ClassStatistics(
                Products.DIAGONAL, 2, new int[] {100, 2}, new double[2][2], new double[][] {{99, 396}, {0, 0}});
        double[][] drawn = FeatureModel.of(diagonal, 1e-6).draw(0, 20_000, random, false);
        double first = 0;
        double second = 0;
        double both = 0;
        for (double[] one : drawn) {
            first += one[0] * one[0];
            second += one[1] * one[1];
            both += one[0] * one[1];
        }
        assertThat(first / drawn.length).isCloseTo(1, within(0.05));
        assertThat(second / drawn.length).isCloseTo(4, within(0.2));
        assertThat(both / drawn.length).isCloseTo(0, within(0.08));
    }

    private double accuracy(float[] head, int label) {
        int right = 0;
        for (int i = 0; i < 300; i++) {
            double[] f = features(label);
            int best = 0;
            double most = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < 3; k++) {
                double z = head[HEAD.biases() + k];
                for (int j = 0; j < FEATURES; j++) {
                    z += head[k * FEATURES + j] * f[j];
                }
                if (z > most) {
                    most = z;
                    best = k;
                }
            }
            right += best == label ? 1 : 0;
        }
        return right / 300.0;
    }

    /** Features of a class: around 3 in its own direction, and the last feature follows the first. */
    private double[] features(int label) {
        double[] f = new double[FEATURES];
        for (int j = 0; j < FEATURES; j++) {
            f[j] = gaussian.sample() * 0.7 + (j == label ? 3 : 0);
        }
        f[3] += 0.5 * f[0];
        return f;
    }

    private ClassStatistics statistics(int... counts) {
        double[][] sums = new double[3][FEATURES];
        double[][] products = new double[3][Products.FULL.length(FEATURES)];
        for (int k = 0; k < 3; k++) {
            for (int n = 0; n < counts[k]; n++) {
                double[] f = features(k);
                int at = 0;
                for (int i = 0; i < FEATURES; i++) {
                    sums[k][i] += f[i];
                    for (int j = 0; j <= i; j++) {
                        products[k][at++] += f[i] * f[j];
                    }
                }
            }
        }
        return new ClassStatistics(Products.FULL, FEATURES, counts, sums, products);
    }
}
