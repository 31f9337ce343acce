package org.consilium.server.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.consilium.server.round.RoundState;
import org.consilium.server.round.ShareState;
import org.junit.jupiter.api.Test;

class AccuracyChartTest {

    @Test
    void without_a_scored_round_there_is_no_chart() {
        assertThat(AccuracyChart.of(
                        List.of(Example.open(1, RoundState.TRAINING, ShareState.OFFERED, ShareState.OFFERED)), 3))
                .isEmpty();
    }

    @Test
    void rounds_go_from_left_to_right_and_accuracy_upwards() {
        AccuracyChart chart = AccuracyChart.of(
                        List.of(Example.completed(1, 0.5, 0.7), Example.completed(2, 0.7, 0.7)), 3)
                .orElseThrow();

        // The axis goes from 0.4 to 0.7: three steps at least.
        assertThat(chart.levels()).extracting(AccuracyChart.Mark::label).containsExactly("0.4", "0.5", "0.6", "0.7");
        assertThat(chart.ticks())
                .containsExactly(
                        new AccuracyChart.Mark("0.00%", "1"),
                        new AccuracyChart.Mark("50.00%", "2"),
                        new AccuracyChart.Mark("100.00%", "3"));
        assertThat(chart.mean().points()).isEqualTo("0.00,33.33 50.00,0.00");
        assertThat(chart.worst().points()).isEqualTo("0.00,66.67 50.00,0.00");
        assertThat(chart.mean().last()).isEqualTo("0.700");
        assertThat(chart.sites()).extracting(AccuracyChart.Line::name).containsExactly("site-1", "site-2");
    }

    @Test
    void labels_of_equal_values_do_not_cover_each_other() {
        AccuracyChart chart =
                AccuracyChart.of(List.of(Example.completed(1, 0.6, 0.6)), 2).orElseThrow();

        double apart = percent(chart.worst().labelY()) - percent(chart.mean().labelY());
        assertThat(apart).isGreaterThanOrEqualTo(8);
        assertThat(chart.worst().endY()).isEqualTo(chart.mean().endY());
    }

    @Test
    void the_extremes_of_accuracy_stay_in_the_field() {
        AccuracyChart chart = AccuracyChart.of(List.of(Example.completed(1, 0, 0), Example.completed(2, 1, 1)), 2)
                .orElseThrow();

        assertThat(chart.mean().points()).isEqualTo("0.00,100.00 100.00,0.00");
        assertThat(chart.levels().size()).isLessThanOrEqualTo(7);
    }

    @Test
    void a_study_of_one_round_has_its_point_in_the_middle() {
        AccuracyChart chart =
                AccuracyChart.of(List.of(Example.completed(1, 0.6, 0.6)), 1).orElseThrow();

        assertThat(chart.mean().endX()).isEqualTo("50.00%");
        assertThat(chart.ticks()).containsExactly(new AccuracyChart.Mark("50.00%", "1"));
    }

    @Test
    void a_long_study_has_few_ticks() {
        AccuracyChart chart = AccuracyChart.of(Example.completed(3), 40).orElseThrow();

        assertThat(chart.ticks())
                .extracting(AccuracyChart.Mark::label)
                .containsExactly("1", "5", "10", "15", "20", "25", "30", "35", "40");
    }

    private static double percent(String text) {
        return Double.parseDouble(text.replace("%", ""));
    }
}
