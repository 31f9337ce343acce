package org.consilium.server.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void what_is_not_there_or_is_no_number_is_a_dash() {
        assertThat(Figures.share(OptionalDouble.empty())).isEqualTo("–");
        assertThat(Figures.share(Optional.of(Double.NaN))).isEqualTo("–");
        assertThat(Figures.share(OptionalDouble.of(Double.POSITIVE_INFINITY))).isEqualTo("–");
        assertThat(Figures.seconds(OptionalDouble.empty())).isEqualTo("–");
    }

    @Test
    void seconds_have_fewer_digits_the_more_they_are() {
        assertThat(Figures.seconds(OptionalDouble.of(0.314))).isEqualTo("0.31");
        assertThat(Figures.seconds(OptionalDouble.of(24.31))).isEqualTo("24.3");
        assertThat(Figures.seconds(OptionalDouble.of(2534.4))).isEqualTo("2,534");
    }

    @Test
    void numbers_do_not_depend_on_the_language_of_the_machine() {
        assertThat(Figures.megabytes(1_687_968)).isEqualTo("1.7");
        assertThat(Figures.count(12_345)).isEqualTo("12,345");
        assertThat(Figures.signed(-0.0034)).isEqualTo("−0.003");
        assertThat(Figures.signed(0.034)).isEqualTo("+0.034");
    }

    @Test
    void one_thing_is_not_several() {
        assertThat(Figures.several(1, "study")).isEqualTo("1 study");
        assertThat(Figures.several(2, "study")).isEqualTo("2 studies");
        assertThat(Figures.several(3, "site")).isEqualTo("3 sites");
    }
}
