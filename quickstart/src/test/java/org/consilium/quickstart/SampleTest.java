package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SampleTest {

    private static final Sample FIVE = new Sample(List.of(0.81, 0.84, 0.86, 0.83, 0.91));
    private static final Sample OTHERS = new Sample(List.of(0.80, 0.82, 0.83, 0.79, 0.86));

    @Test
    void mean_deviation_and_range_are_those_computed_by_hand() {
        assertThat(FIVE.mean()).isCloseTo(0.85, within(1e-12));
        // squares of -0.04, -0.01, 0.01, -0.02, 0.06: 0.0058; a quarter of it is 0.00145
        assertThat(FIVE.sd()).isCloseTo(0.0380788655, within(1e-9));
        assertThat(FIVE.range()).isCloseTo(0.10, within(1e-12));
    }

    @Test
    void a_paired_interval_is_that_of_students_t_with_one_degree_of_freedom_less() {
        // differences 1, 2, 3, 4, 5 points: mean 3, deviation sqrt(2.5), t(0.975; 4) = 2.776445 as in any table
        Sample.Interval interval = FIVE.minus(OTHERS).interval();

        assertThat(interval.mean()).isCloseTo(0.03, within(1e-12));
        assertThat(interval.high() - interval.mean()).isCloseTo(0.0196324, within(1e-6));
        assertThat(interval.mean() - interval.low()).isCloseTo(0.0196324, within(1e-6));
    }

    @Test
    void one_value_has_no_deviation_and_no_interval() {
        Sample one = new Sample(List.of(0.5));

        assertThat(one.sd()).isNaN();
        assertThat(one.interval().mean()).isEqualTo(0.5);
        assertThat(one.interval().low()).isNaN();
    }

    @Test
    void samples_of_different_seeds_are_no_pairs() {
        assertThatThrownBy(() -> FIVE.minus(new Sample(List.of(0.5)))).hasMessageContaining("no pairs");
    }
}
