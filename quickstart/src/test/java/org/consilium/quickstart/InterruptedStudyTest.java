package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A study that is ended in its middle, as by Ctrl-C, in a program of its own. */
class InterruptedStudyTest {

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_study_that_is_stopped_says_how_far_it_came_and_leaves_no_report() throws Exception {
        Process program = start("--rounds", "100000");
        try (BufferedReader output = program.inputReader()) {
            String line = output.readLine();
            while (line != null && !line.matches(" +2  .*")) {
                line = output.readLine();
            }
            assertThat(line).as("the second round").isNotNull();
            // Not Process.destroy(), which closes the output as well.
            program.toHandle().destroy();

            // It goes on until it is gone, so a third round may have ended.
            assertThat(output.lines())
                    .anySatisfy(last -> assertThat(last)
                            .matches("Stopped after \\d+ of 100,000 rounds, validation accuracy [01]\\.\\d{4};.*")
                            .contains("no report was written")
                            .contains("Run the same command again"));
        } finally {
            program.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(folder.resolve("report.json")).doesNotExist();
        assertThat(folder.resolve("report.json.part")).doesNotExist();
    }

    @Test
    void a_study_that_is_stopped_in_its_first_round_says_so() {
        try (StudyWatch watch = new StudyWatch(5, new Screen(new PrintWriter(new StringWriter()), false))) {
            assertThat(watch.line()).startsWith("Stopped before the first round had ended; no report was written.");
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_study_that_has_ended_was_not_stopped() throws Exception {
        Process program = start("--rounds", "1");
        try (BufferedReader output = program.inputReader()) {
            assertThat(output.lines())
                    .anyMatch(line -> line.startsWith("Report "))
                    .noneMatch(line -> line.contains("Stopped"));
            assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(program.exitValue()).isZero();
        } finally {
            program.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(folder.resolve("report.json")).isNotEmptyFile();
    }

    private Process start(String... more) throws IOException {
        TinyImages.write(folder);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Consilium.class.getName(),
                "simulate",
                "--sites",
                "1",
                "--data",
                folder.toString(),
                "--dataset",
                "tiny",
                "--out",
                folder.resolve("report.json").toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
