package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers have a decimal point and commas between thousands where the machine's language has it the other way round. */
class GermanLocaleTest {

    private final Locale usual = Locale.getDefault();

    @TempDir
    private Path folder;

    @BeforeEach
    void german() {
        Locale.setDefault(Locale.GERMANY);
    }

    @AfterEach
    void asBefore() {
        Locale.setDefault(usual);
    }

    @Test
    void a_study_is_shown_with_decimal_points() {
        TinyImages.write(folder);
        String options =
                "simulate --sites 1 --rounds 2 --with-centralised --with-local --dataset tiny --data " + folder;
        StringWriter output = new StringWriter();
        int exit = Consilium.commandLine(
                        new Surroundings(Map.of(), folder, false, Optional.of("test"), Clock.systemUTC()))
                .setOut(new PrintWriter(output, true))
                .execute(options.split(" "));

        assertThat(exit).isZero();
        assertThat(output.toString()).doesNotContainPattern("[0-9],[0-9]{4}\\b").contains("validation accuracy 0.");
        // The number of parameters.
        assertThat(output.toString()).containsPattern("\\d,\\d{3} parameters");
    }

    @Test
    void the_summary_and_the_round_table_are_those_of_any_other_language() {
        assertThat(StudySummary.lines(report()))
                .isEqualTo(inEnglish(() -> StudySummary.lines(report())))
                .anyMatch(line -> line.contains("1,234,567 parameters; 1.5 s in all"));
        assertThat(RoundTable.line(report().rounds().get(0)))
                .isEqualTo(inEnglish(() -> RoundTable.line(report().rounds().get(0))))
                .contains("0.5000");
    }

    @Test
    void the_plot_is_that_of_any_other_language() {
        Path file = Path.of("plot.svg");
        // Ids of clip paths are new in each drawing; the numbers at the axes are drawn as outlines.
        Supplier<String> plot = () ->
                new String(AccuracyPlot.draw(report(), file), StandardCharsets.UTF_8).replaceAll("clip[0-9]+", "clip");

        assertThat(plot.get().equals(inEnglish(plot))).as("the same drawing").isTrue();
    }

    @Test
    void the_time_that_a_start_took_has_a_decimal_point() {
        StringWriter output = new StringWriter();
        new StartProgress(new Screen(new PrintWriter(output), false)).done("Keycloak", Duration.ofMillis(1_500));

        assertThat(output.toString()).contains("Keycloak, 1.5 s");
    }

    private static <T> T inEnglish(Supplier<T> work) {
        Locale german = Locale.getDefault();
        Locale.setDefault(Locale.ENGLISH);
        try {
            return work.get();
        } finally {
            Locale.setDefault(german);
        }
    }

    private static StudyReport report() {
        return new StudyReport(
                "simulate",
                "phantom-cells",
                new StudyReport.Data("made up", "none", true),
                "iid",
                7,
                new StudyReport.Model("cnn.28x28x3.8", 1_234_567),
                new StudyReport.StrategyChoice("fedavg", Map.of()),
                new StudyReport.Training(1, 32, 0.05, 0),
                List.of(round(1, 0.5), round(2, 0.75)),
                Optional.empty(),
                new StudyReport.Final(2, 0.75, 0.75, 0.75, List.of(new StudyReport.SiteTest("site-1", 20, 0.75))),
                StudyReport.Baselines.none(),
                new StudyReport.Resources(1.5, 512, 1),
                Optional.empty());
    }

    private static StudyReport.Round round(int number, double accuracy) {
        return new StudyReport.Round(
                number,
                "0".repeat(64),
                1.25,
                accuracy,
                accuracy,
                List.of(new StudyReport.SiteRound("site-1", 20, accuracy)),
                1.5,
                0.25,
                0.125,
                0.5,
                0,
                1_500_000,
                2_500_000);
    }
}
