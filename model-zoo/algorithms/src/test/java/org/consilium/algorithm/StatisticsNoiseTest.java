package org.consilium.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleSupplier;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassStatistics.Products;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsNoiseTest {

    private static final int FEATURES = 60;

    @Test
    void without_noise_the_sums_are_as_they_are() {
        ClassStatistics exact = exact(Products.FULL);
        assertThat(StatisticsNoise.added(exact, 0, () -> {
                    throw new AssertionError("no draw is needed");
                }))
                .isSameAs(exact);
    }

    /** Class 0 has 100 images whose features have a root mean square of 3, so what one adds is 3 and 9. */
    @ParameterizedTest
    @EnumSource
    void noise_is_of_the_size_of_what_one_image_adds_times_the_multiple(Products kind) {
        ClassStatistics exact = exact(kind);
        ClassStatistics noised = StatisticsNoise.added(exact, 2, normals(7));

        double sums = 0;
        double products = 0;
        int pairs = 0;
        for (int i = 0; i < FEATURES; i++) {
            sums += square(noised.sum(0, i) - exact.sum(0, i));
            for (int j = kind == Products.FULL ? 0 : i; j <= i; j++) {
                products += square(noised.product(0, i, j) - exact.product(0, i, j));
                pairs++;
            }
        }
        assertThat(Math.sqrt(sums / FEATURES)).isCloseTo(2 * 3.0, within(1.5));
        assertThat(Math.sqrt(products / pairs)).isCloseTo(2 * 9.0, within(4.5));
    }

    @ParameterizedTest
    @EnumSource
    void counts_stay_whole_and_of_a_class_without_images_nothing_is_said(Products kind) {
        ClassStatistics noised = StatisticsNoise.added(exact(kind), 10, normals(7));
        assertThat(noised.count(0)).isEqualTo(100);
        assertThat(noised.count(1)).isZero();
        for (int j = 0; j < FEATURES; j++) {
            assertThat(noised.sum(1, j)).isZero();
            assertThat(noised.product(1, j, j)).isZero();
        }
    }

    @Test
    void each_number_has_a_draw_of_its_own() {
        int[] drawn = {0};
        ClassStatistics exact = exact(Products.FULL);
        ClassStatistics noised = StatisticsNoise.added(exact, 1, () -> ++drawn[0]);
        assertThat(drawn[0]).isEqualTo(FEATURES + FEATURES * (FEATURES + 1) / 2);
        assertThat(noised.sum(0, 1) - exact.sum(0, 1)).isCloseTo(3 * 2, within(1e-6));
        assertThat(noised.product(0, 1, 0) - exact.product(0, 1, 0)).isCloseTo(9 * (FEATURES + 2), within(1e-6));
    }

    @Test
    void equal_draws_give_equal_sums() {
        assertThat(StatisticsNoise.added(exact(Products.FULL), 1, normals(7)).sum(0, 5))
                .isEqualTo(StatisticsNoise.added(exact(Products.FULL), 1, normals(7))
                        .sum(0, 5))
                .isNotEqualTo(StatisticsNoise.added(exact(Products.FULL), 1, normals(8))
                        .sum(0, 5));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 10.1, Double.NaN})
    void a_multiple_out_of_range_is_refused(double multiple) {
        assertThatThrownBy(() -> StatisticsNoise.added(exact(Products.FULL), multiple, normals(7)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use 0 to 10");
    }

    private static ClassStatistics exact(Products kind) {
        double[][] sums = new double[2][FEATURES];
        double[][] products = new double[2][kind.length(FEATURES)];
        int at = 0;
        for (int i = 0; i < FEATURES; i++) {
            sums[0][i] = i % 2 == 0 ? 300 : -300;
            for (int j = kind == Products.FULL ? 0 : i; j <= i; j++) {
                products[0][at++] = (i + j) % 2 == 0 ? 900 : -900;
            }
        }
        return new ClassStatistics(kind, FEATURES, new int[] {100, 0}, sums, products);
    }

    private static DoubleSupplier normals(long seed) {
        return ZigguratSampler.NormalizedGaussian.of(RandomSource.XO_RO_SHI_RO_128_PP.create(seed))::sample;
    }

    private static double square(double value) {
        return value * value;
    }
}
