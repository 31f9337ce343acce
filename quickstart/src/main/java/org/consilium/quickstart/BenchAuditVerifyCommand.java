package org.consilium.quickstart;

import static org.consilium.quickstart.RoundTable.decimals;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.consilium.quickstart.audit.sample.LargeBundle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium bench audit-verify}: how fast, and in how little memory, a large bundle is verified. */
@Command(
        name = "audit-verify",
        header = "Measure how fast an audit bundle is verified, and in how little memory.",
        description = {
            "",
            "Makes a bundle of a whole log with a study of 8 sites, a round and a checkpoint with all counter-signatures"
                    + " each 1,000 records, and verifies it in a Java process of its own with 256 MiB of heap. Beside it,"
                    + " in the same process: the SHA-256 of the same bytes.",
            ""
        },
        footer = {"", "Example:", "  consilium bench audit-verify --records 1000000 --out target/audit-verify.json"},
        sortOptions = false)
final class BenchAuditVerifyCommand implements Callable<Integer> {

    private static final long MOST = 10_000_000;
    private static final String HEAP = "-Xmx256m";

    private final Surroundings surroundings;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Fewest records of the bundle. Default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(names = "--out", paramLabel = "FILE.json", description = "Write the measurements there as JSON.")
    private Path out;

    @Spec
    private CommandSpec spec;

    /**
     * @param surroundings what the program finds around itself
     */
    BenchAuditVerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (records < 1_000 || records > MOST) {
            throw new BadOption("--records " + records, "use a whole number of 1000 to " + MOST);
        }
        if (out != null) {
            OutputFile.prepare("--out", out);
        }
        Screen screen = new Screen(spec.commandLine().getOut(), surroundings.terminal());
        Files.createDirectories(surroundings.workFolder());
        Path folder = Files.createTempDirectory(surroundings.workFolder(), "audit-verify");
        try {
            Path zip = folder.resolve("bundle.zip");
            screen.say("Making a bundle of at least " + Text.counted(records, "record") + " ...");
            long made = LargeBundle.write(zip, folder.resolve("parts"), records);
            deliver(made, Files.size(zip), measured(zip), screen);
        } finally {
            remove(folder);
        }
        return 0;
    }

    private JsonObject measured(Path zip) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-cp",
                        System.getProperty("java.class.path"),
                        AuditVerifyProbe.class.getName(),
                        zip.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new CommandFailure("The verification of " + zip + " failed: " + printed
                    + " Run the command again; if it fails again, report what it shows.");
        }
        try (var reader = Json.createReader(new StringReader(printed))) {
            return reader.readObject();
        }
    }

    private void deliver(long made, long bytes, JsonObject measured, Screen screen) {
        double seconds = measured.getJsonNumber("seconds").doubleValue();
        double hashing = measured.getJsonNumber("sha256Seconds").doubleValue();
        screen.say(Text.counted(made, "record") + ", "
                + Text.counted(measured.getInt("counterSignatures"), "counter-signature")
                + ", " + Text.counted(measured.getInt("rounds"), "round") + "; bundle of "
                + Text.of("%,d", bytes * 1_000 / made) + " bytes per 1,000 records");
        screen.say("verified in " + decimals(seconds, 1) + " s, "
                + Text.of("%,d", Math.round(made / seconds)) + " records/s; heap at most "
                + decimals(measured.getJsonNumber("peakHeapMb").doubleValue(), 0) + " MB, whole process at most "
                + decimals(measured.getJsonNumber("peakRssMb").doubleValue(), 0) + " MB");
        screen.say("SHA-256 of the same "
                + Text.of("%,d", measured.getJsonNumber("contentBytes").longValue())
                + " bytes: " + decimals(hashing, 2) + " s; verification takes " + decimals(seconds / hashing, 1)
                + " times as long");
        if (out != null) {
            String text = ReportJson.text(Json.createObjectBuilder(measured)
                    .add("records", made)
                    .add("bundleBytes", bytes)
                    .build());
            OutputFile.write(out, path -> Files.writeString(path, text));
            screen.say("Report   " + out);
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path one : all) {
            Files.delete(one);
        }
    }
}
