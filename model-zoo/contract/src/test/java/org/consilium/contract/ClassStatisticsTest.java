package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.consilium.contract.ClassStatistics.Products;
import org.junit.jupiter.api.Test;

class ClassStatisticsTest {

    private static final ModelOrigin ORIGIN = new ModelOrigin(
            Sha256.of(new byte[] {1}),
            new RoundNumber(3),
            Sha256.of(new byte[] {2}),
            new ArchitectureId("cnn.8x8x1.2"));
    private static final ClassStatistics FULL = new ClassStatistics(
            Products.FULL, 2, new int[] {3, 0}, new double[][] {{1, 2}, {0, 0}}, new double[][] {{4, 5, 6}, {0, 0, 0}});

    @Test
    void they_come_back_the_same() {
        ClassStatistics.Received back = ClassStatistics.decode(FULL.encode(ORIGIN));
        assertThat(back.origin()).isEqualTo(ORIGIN);
        ClassStatistics statistics = back.statistics();
        assertThat(statistics.count(0)).isEqualTo(3);
        assertThat(statistics.count(1)).isZero();
        assertThat(statistics.sum(0, 1)).isEqualTo(2);
        assertThat(statistics.product(0, 0, 0)).isEqualTo(4);
        assertThat(statistics.product(0, 0, 1)).isEqualTo(5).isEqualTo(statistics.product(0, 1, 0));
        assertThat(statistics.product(0, 1, 1)).isEqualTo(6);
    }

    @Test
    void merging_is_a_plain_sum() {
        ClassStatistics sum = FULL.plus(FULL).plus(FULL);
        assertThat(sum.count(0)).isEqualTo(9);
        assertThat(sum.sum(0, 0)).isEqualTo(3);
        assertThat(sum.product(0, 1, 0)).isEqualTo(15);
    }

    @Test
    void squares_alone_have_no_products_of_others() {
        ClassStatistics diagonal = new ClassStatistics(
                Products.DIAGONAL, 2, new int[] {1, 1}, new double[2][2], new double[][] {{4, 9}, {0, 1}});
        assertThat(diagonal.product(0, 1, 1)).isEqualTo(9);
        assertThat(diagonal.product(0, 1, 0)).isZero();
        assertThat(ClassStatistics.decode(diagonal.encode(ORIGIN)).statistics().kind())
                .isEqualTo(Products.DIAGONAL);
        assertThatThrownBy(() -> FULL.plus(diagonal)).hasMessageContaining("cannot be added up");
    }

    @Test
    void every_changed_byte_is_seen_or_makes_other_statistics_of_another_model() {
        byte[] bytes = FULL.encode(ORIGIN);
        for (int at = 196; at < bytes.length; at++) {
            byte[] changed = bytes.clone();
            changed[at] ^= 4;
            assertThatThrownBy(() -> ClassStatistics.decode(changed)).hasMessageContaining("send them again");
        }
    }

    @Test
    void what_is_no_statistics_is_refused() {
        assertThatThrownBy(() -> ClassStatistics.decode(new byte[10]))
                .hasMessageContaining("does not start with 'CNST'");
        refused(4, 2, "have format version 2");
        refused(8, 1, "name 1 classes and 2 features");
        refused(12, 1 << 30, "features");
        refused(12, 3, "should have");
        assertThatThrownBy(() -> new ClassStatistics(
                        Products.FULL, 2, new int[] {0, 1}, new double[][] {{1, 0}, {0, 0}}, new double[2][3]))
                .hasMessageContaining("sums of class 0 of 0 images have the value 1.0");
        assertThatThrownBy(() -> new ClassStatistics(
                        Products.FULL, 2, new int[] {1, 1}, new double[][] {{Double.NaN, 0}, {0, 0}}, new double[2][3]))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() ->
                        new ClassStatistics(Products.FULL, 2, new int[] {1, -1}, new double[2][2], new double[2][3]))
                .hasMessageContaining("below 0");
        assertThatThrownBy(() ->
                        new ClassStatistics(Products.FULL, 2, new int[] {1, 1}, new double[2][2], new double[2][2]))
                .hasMessageContaining("are 2 values, not 3");
    }

    private static void refused(int at, int value, String why) {
        byte[] changed = FULL.encode(ORIGIN);
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        assertThatThrownBy(() -> ClassStatistics.decode(changed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
