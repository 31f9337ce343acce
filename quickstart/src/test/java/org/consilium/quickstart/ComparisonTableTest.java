package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.consilium.algorithm.Partitioner;
import org.consilium.algorithm.Strategies;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {

    private static final Contender AVERAGING = new Contender.Federated("fedavg", Strategies.named("fedavg"));
    private static final Contender OTHER = new Contender.Federated("prox", Strategies.named("fedprox"));
    private static final ComparisonPlan.Work WORK = new ComparisonPlan.Work(12, 1);
    private static final ComparisonPlan PLAN = new ComparisonPlan(
            List.of(OTHER, AVERAGING),
            List.of(1L, 2L),
            List.of(0.03, 0.1),
            List.of(WORK),
            new ComparisonPlan.Common(2, Partitioner.parse("iid"), "cnn", 32, 0, false));

    @Test
    void figures_are_those_computed_by_hand() {
        ComparisonTable table =
                ComparisonTable.of(PLAN, List.of(result(OTHER, 0.85, 0.94), result(AVERAGING, 0.80, 0.90)));
        ComparisonTable.Row row = table.rows().get(0);

        assertThat(table.baseline()).isEqualTo("fedavg");
        assertThat(row.test().mean()).isCloseTo(0.895, within(1e-12));
        assertThat(row.test().sd()).isCloseTo(0.0636396103, within(1e-9));
        // differences 0.05 and 0.04; t(0.975; 1) = 12.7062047, deviation 0.00707107, half width 12.7062047 * 0.005
        assertThat(row.difference().mean()).isCloseTo(0.045, within(1e-12));
        assertThat(row.difference().low()).isCloseTo(0.045 - 0.0635310, within(1e-6));
        assertThat(row.worstRecall().mean()).isCloseTo(0.25, within(1e-12));
        assertThat(row.worstSite().mean()).isCloseTo(0.5, within(1e-12));
        // of the rounds 3 to 12 with accuracies 0.03 to 0.12; deviation sqrt(82.5 / 9) hundredths
        assertThat(row.lastRange().mean()).isCloseTo(0.09, within(1e-12));
        assertThat(row.lastSd().mean()).isCloseTo(0.030276504, within(1e-8));
        assertThat(row.bytesUp().mean()).isEqualTo(12_000_000);
        assertThat(row.bytesDown().mean()).isEqualTo(24_000_000);

        List<String> lines = table.markdown(PLAN.seeds());
        assertThat(lines.get(2))
                .startsWith("| prox ")
                .contains("| 0.8950 ± 0.0636 |", "| +4.50 [-1.85, +10.85] |", "0.250 |", "0.500 |", "0.0900, 0.0303 |")
                .contains(" 12.0 |", " 24.0 |", " 0.1 |", " 12x1 |");
        assertThat(lines.get(3)).contains("| 0.8500 ± 0.0707 |", " - |");
        assertThat(lines).anyMatch(line -> line.matches("\\| prox +\\| +0\\.8500 \\| +0\\.9400 \\|"));
        assertThat(lines).anyMatch(line -> line.matches("\\| prox +\\| +0\\.03 \\| +12x1 \\| +diverged \\| +\\|"));
    }

    @Test
    void the_best_mean_on_validation_is_chosen_the_first_of_equals_and_nothing_that_diverged() {
        Map<ComparisonPlan.Candidate, Double> tried = new LinkedHashMap<>();
        tried.put(new ComparisonPlan.Candidate(OTHER, 0.5, WORK), Double.NaN);
        tried.put(new ComparisonPlan.Candidate(OTHER, 0.1, WORK), 0.7);
        tried.put(new ComparisonPlan.Candidate(OTHER, 0.05, WORK), 0.8);
        tried.put(new ComparisonPlan.Candidate(OTHER, 0.03, WORK), 0.8);

        assertThat(Comparison.best(tried).rate()).isEqualTo(0.05);

        Map<ComparisonPlan.Candidate, Double> none = Map.of(new ComparisonPlan.Candidate(OTHER, 9, WORK), Double.NaN);
        assertThatThrownBy(() -> Comparison.best(none))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("all settings of prox")
                .hasMessageContaining("--learning-rates");
    }

    private static Comparison.Result result(Contender contender, double first, double second) {
        ComparisonPlan.Candidate chosen = new ComparisonPlan.Candidate(contender, 0.1, WORK);
        Map<ComparisonPlan.Candidate, Double> tried = new LinkedHashMap<>();
        tried.put(new ComparisonPlan.Candidate(contender, 0.03, WORK), Double.NaN);
        tried.put(chosen, 0.12);
        ComparedRun run = new ComparedRun(
                IntStream.rangeClosed(1, 12)
                        .mapToObj(i -> new ComparedRun.Round(
                                i, i / 100.0, List.of(1.0, 0.5), List.of(0.5, 0.5), 1_000_000, 2_000_000))
                        .toList(),
                12,
                0.12,
                1,
                2.5,
                "abc",
                Optional.empty());
        return new Comparison.Result(chosen, tried, List.of(run, run), List.of(tested(first), tested(second)));
    }

    private static ComparedRun.Tested tested(double accuracy) {
        return new ComparedRun.Tested(
                accuracy,
                accuracy,
                accuracy,
                List.of(0.25, Double.NaN, 1.0),
                List.of(
                        new StudyReport.SiteTest("site-1", 10, 0.5),
                        new StudyReport.SiteTest("site-2", 0, Double.NaN),
                        new StudyReport.SiteTest("site-3", 10, 0.75)));
    }
}
