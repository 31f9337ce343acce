package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {

    @TempDir
    private Path folder;

    private final StringWriter errors = new StringWriter();

    @Test
    void one_seed_gives_one_model_whatever_the_number_of_threads() throws IOException {
        JsonObject one = report("1", "7");
        JsonObject two = report("2", "7");
        JsonObject other = report("2", "8");

        assertThat(digests(one)).hasSize(2).doesNotHaveDuplicates().isEqualTo(digests(two));
        assertThat(digests(other)).doesNotContainAnyElementsOf(digests(one));
    }

    @Test
    void the_report_has_the_documented_keys() throws IOException {
        JsonObject report = report("2", "7");

        assertThat(report.keySet())
                .contains(
                        "dataset",
                        "data",
                        "partition",
                        "seed",
                        "model",
                        "strategy",
                        "rounds",
                        "modelFile",
                        "final",
                        "wallSeconds",
                        "peakRssMb",
                        "commit");
        assertThat(report.getJsonArray("rounds").getJsonObject(0).keySet())
                .contains(
                        "round",
                        "globalModelSha256",
                        "trainLoss",
                        "valAccuracy",
                        "valMacroF1",
                        "worstSiteValAccuracy",
                        "perSite",
                        "trainSeconds",
                        "overheadSeconds",
                        "aggregateSeconds",
                        "synthesiseSeconds",
                        "bytesUp",
                        "bytesDown");
        assertThat(report.getJsonObject("final").keySet())
                .contains(
                        "selectedRound", "testAccuracy", "testMacroF1", "testAuc", "worstSiteTestAccuracy", "perSite");
    }

    @Test
    void an_unknown_partition_is_answered_with_those_that_exist() {
        int exit = run("simulate", "--quick", "--dataset", "phantom-cells", "--partition", "random");

        assertThat(exit).isEqualTo(2);
        assertThat(errors.toString()).contains("random").contains("dirichlet:ALPHA");
    }

    @Test
    void a_data_set_without_its_folder_names_what_to_do() {
        int exit = run(
                "simulate",
                "--dataset",
                "blood28",
                "--data",
                folder.resolve("nowhere").toString());

        assertThat(exit).isNotZero();
        assertThat(errors.toString()).contains("nowhere");
    }

    private JsonObject report(String threads, String seed) throws IOException {
        Path out = folder.resolve("report-" + threads + "-" + seed + ".json");
        int exit = run(
                "simulate",
                "--quick",
                "--dataset",
                "phantom-cells",
                "--threads",
                threads,
                "--seed",
                seed,
                "--out",
                out.toString());
        assertThat(exit).as(errors.toString()).isZero();
        try (var reader = Json.createReader(Files.newInputStream(out))) {
            return reader.readObject();
        }
    }

    private int run(String... arguments) {
        CommandLine line = Consilium.commandLine(
                new Surroundings(Map.of(), folder, false, Optional.of("test"), Clock.systemUTC()));
        line.setErr(new PrintWriter(errors, true));
        return line.execute(arguments);
    }

    private static List<String> digests(JsonObject report) {
        return report.getJsonArray("rounds").getValuesAs(JsonObject.class).stream()
                .map(round -> round.getString("globalModelSha256"))
                .toList();
    }
}
