package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.consilium.model.Architectures;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import org.consilium.model.ModelFile;
import org.consilium.model.Networks;
import org.consilium.model.images.IdxFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands as a person types them: what they print, refuse and write. */
class CommandTest {

    @TempDir
    private Path folder;

    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @BeforeEach
    void forget() {
        output.getBuffer().setLength(0);
        errors.getBuffer().setLength(0);
    }

    @Test
    void every_command_explains_itself_and_all_its_options() {
        List<CommandLine> commands = new ArrayList<>();
        collect(line(), commands);

        assertThat(commands).extracting(CommandLine::getCommandName).contains("demo", "simulate", "evaluate", "bench");
        for (CommandLine command : commands) {
            assertThat(command.getCommandSpec().usageMessage().header())
                    .as(command.getCommandName())
                    .isNotEmpty();
            assertThat(command.getCommandSpec().options())
                    .as(command.getCommandName())
                    .allSatisfy(option -> assertThat(option.description())
                            .as(option.longestName())
                            .isNotEmpty());
        }
        assertThat(run("demo", "--help")).isZero();
        assertThat(output.toString())
                .contains("--sites", "--rounds", "--local-epochs", "--batch", "--learning-rate", "--partition")
                .contains("--dataset", "--strategy", "--seed", "--data", "--out", "--model-out", "--exit", "--quick")
                .contains("--jdbc-url");
    }

    @Test
    void a_server_port_in_use_is_refused_before_anything_is_started() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int exit = run(
                    "demo",
                    "--quick",
                    "--exit",
                    "--dataset",
                    "phantom-cells",
                    "--server-port",
                    "" + other.getLocalPort());

            assertThat(exit).isEqualTo(1);
            assertThat(errors.toString())
                    .contains("port " + other.getLocalPort() + " for the consortium-server is in use")
                    .contains("give another --server-port");
        }
    }

    @Test
    void a_database_that_is_none_or_does_not_answer_is_refused_by_name() throws IOException {
        assertThat(run("demo", "--quick", "--dataset", "phantom-cells", "--jdbc-url", "jdbc:mysql://x/y"))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("--jdbc-url").contains("jdbc:postgresql:");

        forget();
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        Files.createDirectories(folder.resolve("quickstart/target"));
        Files.writeString(folder.resolve("quickstart/target/distributions.txt"), "");
        assertThat(run(
                        "demo",
                        "--quick",
                        "--dataset",
                        "phantom-cells",
                        "--jdbc-url",
                        "jdbc:postgresql://localhost:" + closed + "/postgres?user=nobody&password=none"))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("localhost:" + closed).doesNotContain("password=none");
    }

    @Test
    void numbers_out_of_range_are_refused_with_the_range() {
        for (String[] bad : new String[][] {
            {"--sites", "0"}, {"--rounds", "0"}, {"--batch", "0"}, {"--learning-rate", "-1"}, {"--momentum", "1"}
        }) {
            forget();
            assertThat(run("simulate", "--dataset", "phantom-cells", bad[0], bad[1]))
                    .as(bad[0])
                    .isEqualTo(2);
            assertThat(errors.toString()).contains(bad[0] + " " + bad[1]);
        }
        assertThat(run("simulate", "--strategy", "magic", "--dataset", "phantom-cells"))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("--strategy magic").contains("fedavg");
        assertThat(run("simulate", "--sites", "three")).isEqualTo(2);
        assertThat(run("simulate", "--dataset", "retina")).isEqualTo(2);
        assertThat(errors.toString()).contains("--dataset retina").contains("phantom-cells");
    }

    @Test
    @EnabledIf("hasFullDevice")
    void a_full_disk_costs_the_file_and_not_the_result() {
        int exit = run(
                "simulate",
                "--quick",
                "--rounds",
                "1",
                "--dataset",
                "phantom-cells",
                "--out",
                "/dev/full",
                "--model-out",
                folder.resolve("model.zip").toString());

        assertThat(exit).isEqualTo(1);
        assertThat(errors.toString())
                .contains("/dev/full could not be written")
                .contains("No space left on device")
                .contains("Free some space");
        assertThat(output.toString()).contains("The report follows here").contains("\"globalModelSha256\"");
        assertThat(folder.resolve("model.zip")).isNotEmptyFile();
    }

    static boolean hasFullDevice() {
        return Files.isWritable(Path.of("/dev/full"));
    }

    @Test
    void a_saved_model_is_scored_on_a_split_that_the_program_has_not_seen() {
        Path model = folder.resolve("model.zip");
        Path report = folder.resolve("report.json");
        assertThat(run(
                        "simulate",
                        "--quick",
                        "--dataset",
                        "phantom-cells",
                        "--model-out",
                        model.toString(),
                        "--out",
                        report.toString()))
                .as(errors.toString())
                .isZero();

        forget();
        assertThat(run(
                        "evaluate",
                        "--model",
                        model.toString(),
                        "--dataset",
                        "phantom-cells",
                        "--split",
                        "val",
                        "--json"))
                .as(errors.toString())
                .isZero();
        JsonObject scores = object(output.toString());
        assertThat(scores.keySet()).contains("accuracy", "macroF1", "auc", "confusion");
        assertThat(scores.getJsonNumber("accuracy").doubleValue()).isBetween(0.2, 1.0);

        forget();
        assertThat(run("evaluate", "--model", model.toString(), "--dataset", "phantom-brain", "--split", "test"))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("Choose the data set that the model was trained for");

        forget();
        assertThat(run("evaluate", "--model", folder + "/none.zip", "--dataset", "phantom-cells", "--split", "test"))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("none.zip").contains("--model-out");
    }

    @Test
    void a_model_file_that_is_none_is_refused_by_name() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "not a model");

        assertThat(run("evaluate", "--model", file.toString(), "--dataset", "phantom-cells", "--split", "test"))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("notes.txt");
    }

    @Test
    void a_split_without_images_is_refused_and_one_image_is_one() {
        ImageShape shape = new ImageShape(8, 8, 1);
        LabelledImages none = LabelledImages.of(shape, 2, new byte[0], new int[0], new int[0]);
        LabelledImages one = LabelledImages.of(shape, 2, new byte[64], new int[] {1}, new int[0]);
        IdxFiles.write(folder.resolve("mine"), "none", none);
        IdxFiles.write(folder.resolve("mine"), "train", one);
        Path model = folder.resolve("model.zip");
        ModelFile.write(model, Networks.create().initial(Architectures.id("cnn", shape, 2), 7));
        String[] evaluate = {
            "evaluate", "--model", model.toString(), "--data", folder.toString(), "--dataset", "mine", "--split"
        };

        assertThat(run(with(evaluate, "none"))).isEqualTo(1);
        assertThat(errors.toString()).contains("The split none of mine has no images to score", "--split");
        assertThat(output.toString()).isEmpty();

        assertThat(run(with(evaluate, "train"))).as(errors.toString()).isZero();
        assertThat(output.toString()).contains("Split    train, 1 image" + System.lineSeparator());
    }

    @Test
    void one_round_at_one_site_is_not_told_in_the_plural() {
        TinyImages.write(folder);
        assertThat(run("simulate", "--sites", "1", "--rounds", "1", "--data", folder.toString(), "--dataset", "tiny"))
                .as(errors.toString())
                .isZero();
        assertThat(output.toString())
                .contains("fedavg, 1 round" + System.lineSeparator())
                .doesNotContainPattern("\\b1 (rounds|sites|images)\\b");
    }

    @Test
    void a_file_that_is_no_medmnist_file_is_refused_with_what_to_give_instead() throws IOException {
        for (String name : List.of("scans.npz", "notes.txt", "My Scans.npz", "phantom-cells.npz")) {
            forget();
            Path file = Files.writeString(folder.resolve(name), "no images");
            assertThat(run("simulate", "--quick", "--data", file.toString()))
                    .as(name)
                    .isNotZero();
            assertThat(errors.toString())
                    .contains(file.toString(), "folder", "MedMNIST .npz file", "train_images.npy")
                    .doesNotContain("zip END header");
        }
        forget();
        assertThat(run("simulate", "--quick", "--data", folder + "/notes.txt", "--dataset", "blood28"))
                .isNotZero();
        assertThat(errors.toString())
                .contains(folder + "/notes.txt is neither a folder nor a MedMNIST .npz file")
                .doesNotContain("zip END header");
    }

    @Test
    void a_medmnist_file_is_the_data_set_of_its_name_and_another_one_is_of_unknown_origin() throws IOException {
        assertThat(run(
                        "simulate",
                        "--sites",
                        "1",
                        "--rounds",
                        "1",
                        "--data",
                        npz("bloodmnist.npz").toString()))
                .as(errors.toString())
                .isZero();
        assertThat(output.toString())
                .contains("Images   bloodmnist, 8x8x1, 8 classes: basophil")
                .contains("Source   MedMNIST file bloodmnist.npz")
                .doesNotContain("blood28");

        forget();
        assertThat(run(
                        "simulate",
                        "--sites",
                        "1",
                        "--rounds",
                        "1",
                        "--data",
                        npz("My_scans.npz").toString()))
                .as(errors.toString())
                .isZero();
        assertThat(output.toString())
                .contains("Images   my-scans, 8x8x1")
                .contains("Licence  not stated")
                .doesNotContain("blood28", "Yang");
    }

    @Test
    void a_folder_that_is_a_data_set_itself_is_the_one_of_its_name() {
        TinyImages.write(folder);
        Path tiny = folder.resolve("tiny");
        assertThat(run("simulate", "--sites", "1", "--rounds", "1", "--data", tiny.toString()))
                .as(errors.toString())
                .isZero();
        assertThat(output.toString()).contains("Images   tiny, 8x8x1").doesNotContain("blood28");

        forget();
        assertThat(run("simulate", "--sites", "1", "--rounds", "1", "--data", tiny.toString(), "--dataset", "mine"))
                .as(errors.toString())
                .isZero();
        assertThat(output.toString()).contains("Images   mine, 8x8x1");
    }

    /** Writes grey images of 8 by 8 pixels, 24 in each split, three of each of 8 classes. */
    private Path npz(String name) throws IOException {
        Path file = folder.resolve(name);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String split : List.of("train", "val", "test")) {
                byte[] labels = new byte[24];
                byte[] pixels = new byte[24 * 64];
                for (int i = 0; i < 24; i++) {
                    labels[i] = (byte) (i % 8);
                    Arrays.fill(pixels, i * 64, i * 64 + 64, (byte) (i % 8 * 30));
                }
                array(zip, split + "_images", "(24, 8, 8)", pixels);
                array(zip, split + "_labels", "(24, 1)", labels);
            }
        }
        return file;
    }

    private static void array(ZipOutputStream zip, String name, String shape, byte[] values) throws IOException {
        byte[] header = ("{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }\n")
                .getBytes(StandardCharsets.US_ASCII);
        zip.putNextEntry(new ZipEntry(name + ".npy"));
        zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, 0});
        zip.write(header);
        zip.write(values);
        zip.closeEntry();
    }

    private static String[] with(String[] arguments, String last) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = last;
        return all;
    }

    private int run(String... arguments) {
        return line().execute(arguments);
    }

    private CommandLine line() {
        CommandLine line = Consilium.commandLine(
                new Surroundings(Map.of(), folder, false, Optional.of("test"), Clock.systemUTC()));
        line.setOut(new PrintWriter(output, true));
        line.setErr(new PrintWriter(errors, true));
        return line;
    }

    private static void collect(CommandLine command, List<CommandLine> into) {
        into.add(command);
        command.getSubcommands().values().forEach(sub -> collect(sub, into));
    }

    private static JsonObject object(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }
}
