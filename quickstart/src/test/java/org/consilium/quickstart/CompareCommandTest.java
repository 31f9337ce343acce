package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import org.consilium.model.images.IdxFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A comparison on images of eight sites with one class each. */
class CompareCommandTest {

    private static final List<String> TWO = List.of(
            "compare",
            "--strategies",
            "fedavg,prox=fedprox",
            "--set",
            "prox:mu=0.5",
            "--seeds",
            "1,2",
            "--sites",
            "8",
            "--partition",
            "one-class",
            "--work",
            "4x1,2x2",
            "--learning-rates",
            "0.02,0.2",
            "--dataset",
            "tiny");

    @TempDir
    private Path folder;

    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @BeforeEach
    void images() {
        TinyImages.write(folder);
    }

    @Test
    void every_method_is_tried_with_the_same_grid_and_only_the_chosen_settings_are_tested() throws IOException {
        JsonObject report = compared(folder, "all.json", "--with-centralised", "--with-local");

        List<JsonObject> runs = report.getJsonArray("runs").getValuesAs(JsonObject.class);
        // Two methods with four settings and two references with two, on two seeds.
        assertThat(runs).hasSize(24);
        assertThat(runs.stream().filter(run -> run.containsKey("test"))).hasSize(8);
        for (JsonObject method : report.getJsonArray("methods").getValuesAs(JsonObject.class)) {
            double best = method.getJsonArray("tried").getValuesAs(JsonObject.class).stream()
                    .mapToDouble(tried -> tried.getJsonNumber("meanValAccuracy").doubleValue())
                    .max()
                    .orElseThrow();
            assertThat(method.getJsonObject("valAccuracy").getJsonNumber("mean").doubleValue())
                    .isEqualTo(best);
            List<JsonObject> tested = runs.stream()
                    .filter(run ->
                            run.containsKey("test") && run.getString("label").equals(method.getString("label")))
                    .toList();
            assertThat(tested)
                    .hasSize(2)
                    .extracting(run -> run.getJsonObject("of").getJsonNumber("learningRate"))
                    .containsOnly(method.getJsonNumber("learningRate"));
        }
        assertThat(report.getJsonArray("methods")
                        .getJsonObject(1)
                        .getJsonObject("settings")
                        .getString("mu"))
                .isEqualTo("0.5");
        assertThat(report.getString("commit")).isEqualTo("test");
        assertThat(report.getJsonArray("arguments").getString(0)).isEqualTo("compare");
        JsonObject round =
                runs.get(0).getJsonObject("run").getJsonArray("rounds").getJsonObject(0);
        assertThat(round.getJsonArray("valRecallByClass")).hasSize(8);
        assertThat(round.getJsonArray("valAccuracyBySite")).hasSize(8);
        assertThat(Files.readString(folder.resolve("all.md")))
                .contains("| fedavg ", "| prox ", "| centralised ", "| local-only ", "Commit: test", "compare");
    }

    @Test
    void a_run_is_what_simulate_makes_with_the_same_settings() throws IOException {
        JsonObject report = compared(folder, "same.json");
        Path simulated = folder.resolve("simulated.json");
        run(
                "simulate",
                "--strategy",
                "fedprox",
                "--set",
                "mu=0.5",
                "--seed",
                "2",
                "--sites",
                "8",
                "--partition",
                "one-class",
                "--rounds",
                "4",
                "--learning-rate",
                "0.2",
                "--dataset",
                "tiny",
                "--data",
                folder.toString(),
                "--out",
                simulated.toString());

        JsonObject run = report.getJsonArray("runs").getValuesAs(JsonObject.class).stream()
                .filter(one -> one.getString("label").equals("prox"))
                .filter(one -> one.getJsonObject("of").getInt("seed") == 2
                        && one.getJsonObject("of").getInt("rounds") == 4
                        && one.getJsonObject("of").getJsonNumber("learningRate").doubleValue() == 0.2)
                .findFirst()
                .orElseThrow();
        assertThat(accuracies(run.getJsonObject("run"))).isEqualTo(accuracies(read(simulated)));
        assertThat(run.getJsonObject("run").getInt("selectedRound"))
                .isEqualTo(read(simulated).getJsonObject("final").getInt("selectedRound"));
    }

    @Test
    void a_comparison_goes_on_where_it_stopped_and_ends_the_same() throws IOException {
        JsonObject whole = compared(folder, "whole.json");
        Path runs = folder.resolve("whole-runs");
        List<Path> finished;
        try (Stream<Path> files = Files.list(runs)) {
            finished = files.filter(file -> file.toString().endsWith(".json")
                            && !file.toString().endsWith("-test.json"))
                    .sorted()
                    .toList();
        }
        assertThat(finished).hasSize(16);
        // As after a kill: one run has its model but not its JSON, another has nothing.
        Files.delete(finished.get(3));
        Files.delete(finished.get(7));
        Files.delete(runs.resolve(finished.get(7).getFileName().toString().replace(".json", "-model-1.zip")));

        assertThat(compare(folder, "whole.json")).isEqualTo(2);
        assertThat(errors.toString()).contains("14 runs of this comparison are kept there", "--resume");

        output.getBuffer().setLength(0);
        JsonObject again = compared(folder, "whole.json", "--resume");
        assertThat(output.toString().lines().filter(line -> line.endsWith(", kept")))
                .hasSize(14);
        assertThat(figures(again)).isEqualTo(figures(whole));
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_comparison_that_is_stopped_says_how_to_go_on() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Consilium.class.getName()));
        command.addAll(TWO);
        command.addAll(List.of(
                "--data",
                folder.toString(),
                "--out",
                folder.resolve("stopped.json").toString()));
        Process program = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = program.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("run 2 of 16")) {
                line = lines.readLine();
            }
            assertThat(line).as("the second run").isNotNull();
            // Not Process.destroy(), which closes the output as well.
            program.toHandle().destroy();

            // It goes on until it is gone, so a third run may have ended.
            assertThat(lines.lines())
                    .anySatisfy(last -> assertThat(last)
                            .matches("Stopped after \\d+ of 16 runs; .*")
                            .contains(folder.resolve("stopped-runs").toString())
                            .endsWith("Go on with the same command and --resume."));
        } finally {
            program.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(folder.resolve("stopped.json")).doesNotExist();

        compared(folder, "stopped.json", "--resume");
        assertThat(output.toString().lines().filter(line -> line.endsWith(", kept")))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void a_run_on_other_images_is_not_taken_for_this_one() throws IOException {
        compared(folder, "mine.json");
        Path other = Files.createDirectory(folder.resolve("other"));
        TinyImages.write(other);
        write(other, "test", 7);

        compared(other, "mine.json", "--resume");
        assertThat(output.toString()).doesNotContain(", kept");
    }

    @Test
    void what_is_chosen_does_not_depend_on_the_test_images() throws IOException {
        JsonObject mine = compared(folder, "mine.json");
        Path other = Files.createDirectory(folder.resolve("other"));
        TinyImages.write(other);
        write(other, "test", 3);
        JsonObject others = compared(other, "others.json");

        for (int i = 0; i < 2; i++) {
            JsonObject one = mine.getJsonArray("methods").getJsonObject(i);
            JsonObject two = others.getJsonArray("methods").getJsonObject(i);
            assertThat(one.get("tried")).isEqualTo(two.get("tried"));
            assertThat(one.get("learningRate")).isEqualTo(two.get("learningRate"));
            assertThat(one.get("rounds")).isEqualTo(two.get("rounds"));
        }
        assertThat(figures(mine)).isNotEqualTo(figures(others));
    }

    @Test
    void a_rate_with_which_training_diverges_is_not_chosen() throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "compare --strategies fedavg,fedimpression-plus --seeds 1 --rounds 3 --sites 1 --partition iid --dataset tiny"
                        .split(" ")));
        arguments.addAll(List.of("--learning-rates", "100,0.05", "--momentum", "0.99"));
        Path report = folder.resolve("wild.json");
        arguments.addAll(List.of("--data", folder.toString(), "--out", report.toString()));

        assertThat(run(arguments.toArray(String[]::new))).as(errors.toString()).isZero();
        for (JsonObject method : read(report).getJsonArray("methods").getValuesAs(JsonObject.class)) {
            assertThat(method.getJsonNumber("learningRate").doubleValue()).isEqualTo(0.05);
            assertThat(method.getJsonArray("tried").getJsonObject(0).get("meanValAccuracy"))
                    .isEqualTo(JsonValue.NULL);
        }
        assertThat(output.toString()).contains("diverged");
    }

    @Test
    void plots_are_drawn_and_a_sheet_for_each_kept_set_of_impressions() throws IOException {
        Path plots = folder.resolve("plots");
        List<String> arguments = new ArrayList<>(List.of(
                "compare --strategies fedavg,dream=fedimpression --seeds 1,2 --rounds 3 --sites 1 --partition iid --dataset tiny"
                        .split(" ")));
        for (String setting : List.of("data_size=16", "iters_img=2", "lr_img=0.1", "iters_admm=1", "img_batch=16")) {
            arguments.addAll(List.of("--set", "dream:" + setting));
        }
        arguments.addAll(List.of("--data", folder.toString(), "--plots", plots.toString()));
        arguments.addAll(List.of("--out", folder.resolve("drawn.json").toString()));

        assertThat(run(arguments.toArray(String[]::new))).as(errors.toString()).isZero();
        try (Stream<Path> files = Files.list(plots)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "accuracy.png",
                            "accuracy.svg",
                            "recall.png",
                            "recall.svg",
                            "sites.png",
                            "sites.svg",
                            "impressions-dream-round-1.png",
                            "impressions-dream-round-2.png",
                            "impressions-dream-round-3.png");
        }
        // The second seed's impressions are not drawn and not kept.
        try (Stream<Path> files = Files.list(folder.resolve("drawn-runs"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".impressions")))
                    .hasSize(3);
        }
    }

    @Test
    void bad_options_are_refused_with_what_is_allowed() {
        assertRefused("--work 4x1,2x3", "6 passes", "equal local work");
        assertRefused("--work 4", "75x1");
        assertRefused("--work 4x1 --rounds 3", "leave out --rounds");
        assertRefused("--seeds 1,1", "--seeds 1", "twice");
        assertRefused("--learning-rates 0", "--learning-rates 0");
        assertRefused("--strategies fedavg,best", "best", "fedimpression-plus");
        assertRefused("--strategies fedavg,fedavg", "twice");
        assertRefused("--strategies fedavg --set fedprox:mu=1", "no method that takes part is called so");
        assertRefused("--strategies fedprox --set mu=1", "fedprox:mu=0.01");
        assertRefused("--strategies fedprox --set fedprox:nu=1", "nu");
        assertRefused("--partition random", "dirichlet:ALPHA");
        assertRefused("--sites 0", "1 to 1000");
    }

    private void assertRefused(String options, String... said) {
        errors.getBuffer().setLength(0);
        List<String> arguments = new ArrayList<>(List.of("compare", "--dataset", "tiny", "--data", folder.toString()));
        arguments.addAll(List.of(options.split(" ")));
        assertThat(run(arguments.toArray(String[]::new))).as(options).isEqualTo(2);
        assertThat(errors.toString()).contains(said);
    }

    private JsonObject compared(Path data, String name, String... more) throws IOException {
        assertThat(compare(data, name, more)).as(errors.toString()).isZero();
        return read(folder.resolve(name));
    }

    private int compare(Path data, String name, String... more) {
        List<String> arguments = new ArrayList<>(TWO);
        arguments.addAll(
                List.of("--data", data.toString(), "--out", folder.resolve(name).toString()));
        arguments.addAll(
                List.of("--table", folder.resolve(name.replace(".json", ".md")).toString()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return Consilium.commandLine(new Surroundings(Map.of(), folder, false, Optional.of("test"), Clock.systemUTC()))
                .setErr(new PrintWriter(errors, true))
                .setOut(new PrintWriter(output, true))
                .execute(arguments);
    }

    /** Writes a split whose images look as if they were of other classes. */
    private static void write(Path data, String split, int shift) {
        byte[] pixels = new byte[24 * 64];
        int[] labels = new int[24];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 8;
            Arrays.fill(pixels, i * 64, i * 64 + 64, (byte) ((i + shift) % 8 * 30));
        }
        IdxFiles.write(
                data.resolve("tiny"), split, LabelledImages.of(new ImageShape(8, 8, 1), 8, pixels, labels, new int[0]));
    }

    /** Returns all figures but times. */
    private static List<String> figures(JsonObject report) {
        List<String> figures = new ArrayList<>();
        for (JsonObject run : report.getJsonArray("runs").getValuesAs(JsonObject.class)) {
            figures.add(run.getJsonObject("run").getJsonArray("rounds") + " " + run.get("test"));
        }
        for (JsonObject method : report.getJsonArray("methods").getValuesAs(JsonObject.class)) {
            figures.add(method.get("testAccuracy") + " " + method.get("differenceToBaseline") + method.get("tried"));
        }
        return figures;
    }

    private static List<JsonValue> accuracies(JsonObject report) {
        return report.getJsonArray("rounds").getValuesAs(JsonObject.class).stream()
                .map(round -> round.get("valAccuracy"))
                .toList();
    }

    private static JsonObject read(Path file) throws IOException {
        try (var reader = Json.createReader(Files.newInputStream(file))) {
            return reader.readObject();
        }
    }
}
