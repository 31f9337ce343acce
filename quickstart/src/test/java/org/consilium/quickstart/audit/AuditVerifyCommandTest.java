package org.consilium.quickstart.audit;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.quickstart.audit.sample.SampleFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command as an auditor types it. */
class AuditVerifyCommandTest {

    @TempDir
    private Path folder;

    private final SampleBundle sample = SampleBundle.small();
    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private Path zip;

    @BeforeEach
    void write() throws IOException {
        zip = Files.write(folder.resolve("study.zip"), sample.zip());
    }

    @Test
    void a_clean_bundle_ends_with_0_and_says_what_was_checked_and_whose_key_to_compare() {
        assertThat(run(zip.toString())).isZero();

        assertThat(output.toString())
                .contains("38 records, 5 checkpoints, 10 counter-signatures, 0 time stamps")
                .contains(
                        "1 protocol, 2 signatures, 3 rounds, of which 3 new models computed anew from 6 parameter files")
                .contains("all records of study nodules")
                .contains("Key       " + sample.study.owner().key().fingerprint())
                .contains("Compare it with the one that the consortium tells you by another way")
                .contains("Result    clean");
        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void with_the_consortiums_key_nothing_is_left_to_compare() throws IOException {
        String key = sample.study.owner().key().text();
        assertThat(run(zip.toString(), "--key", key)).isZero();
        assertThat(output.toString()).doesNotContain("Compare it with the one that the consortium");

        Path file = Files.writeString(folder.resolve("consortium.key"), key + "\n");
        assertThat(run(zip.toString(), "--key", file.toString())).isZero();
    }

    @Test
    void findings_end_with_1_and_stand_on_a_line_each_with_the_number_of_the_record() throws IOException {
        long seq = sample.seq("study.started");
        sample.change(
                "study.started",
                record -> Records.recorded(record, record.recorded().minusSeconds(2)));
        Files.write(zip, sample.zip());

        assertThat(run(zip.toString())).isEqualTo(1);
        assertThat(output.toString().lines())
                .anyMatch(line -> line.startsWith("seq " + seq + ": it was recorded at ")
                        && line.endsWith("ask the consortium about its clock [time-backwards]"))
                .anyMatch(line -> line.equals("Result    1 finding. Do not rely on this bundle."));
    }

    @Test
    void the_report_can_be_read_by_programs() throws IOException {
        var files = sample.signed(sample.files(), sample.study.owner());
        files.put(BundleFormat.README, SampleFiles.bytes("Something else.\n"));
        Files.write(zip, SampleBundle.zip(files));

        assertThat(run(zip.toString(), "--json")).isEqualTo(1);
        JsonObject report = object(output.toString());
        assertThat(report.getBoolean("clean")).isFalse();
        assertThat(report.getJsonObject("checked").getInt("records")).isEqualTo(38);
        assertThat(report.getJsonArray("findings").getJsonObject(0).getString("file"))
                .isEqualTo(BundleFormat.README);
        assertThat(report.getJsonObject("findingCounts").getInt("digest")).isEqualTo(1);
        assertThat(report.getString("keyFingerprint"))
                .isEqualTo(sample.study.owner().key().fingerprint().hex());
    }

    @Test
    void what_cannot_be_verified_ends_with_2_and_says_what_to_do() throws IOException {
        assertThat(run(folder.resolve("none.zip").toString())).isEqualTo(2);
        assertThat(errors.toString()).contains("none.zip is not there", "Name the zip that was exported");
        assertThat(run(zip.toString(), "--key", "nonsense")).isEqualTo(2);
        assertThat(errors.toString()).contains("--key nonsense", "Name the text of the consortium's key");
        assertThat(run(zip.toString(), "--witness", folder.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("Name the file that the site has exported");
        Path text = Files.writeString(folder.resolve("text"), "no notes");
        assertThat(run(zip.toString(), "--witness", text.toString())).isEqualTo(2);
        assertThat(errors.toString()).contains("text is not readable");
        assertThat(output.toString()).isEmpty();
    }

    @Test
    void a_million_findings_of_a_kind_are_counted_and_the_first_ones_told() throws IOException {
        var files = sample.files();
        files.put(BundleFormat.RECORDS, SampleFiles.bytes("x\n".repeat(1_000)));
        Files.write(zip, SampleBundle.zip(sample.signed(files, sample.study.owner())));

        assertThat(run(zip.toString())).isEqualTo(1);
        assertThat(output.toString()).contains("... and 900 more of unreadable-record");
    }

    private int run(String... arguments) {
        CommandLine line = new CommandLine(new AuditVerifyCommand());
        line.setOut(new PrintWriter(output, true));
        line.setErr(new PrintWriter(errors, true));
        return line.execute(arguments);
    }

    private static JsonObject object(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }
}
