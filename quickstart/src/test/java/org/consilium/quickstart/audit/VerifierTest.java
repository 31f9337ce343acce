package org.consilium.quickstart.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.audit.WitnessedCheckpoints;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.quickstart.audit.sample.SampleFiles;
import org.consilium.quickstart.audit.sample.SampleStudy;
import org.consilium.quickstart.audit.sample.Steward;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verifier finds, each kind by a bundle that has that wrong and everything else right. */
class VerifierTest {

    @TempDir
    private Path folder;

    private SampleBundle sample;

    @BeforeEach
    void make() {
        sample = SampleBundle.small();
    }

    @Test
    void a_genuine_bundle_of_a_study_is_clean() throws IOException {
        Verification shown = verify(sample.zip());

        assertThat(shown.findings()).isEmpty();
        assertThat(shown.isClean()).isTrue();
        assertThat(shown.checked())
                .containsEntry("records", 38L)
                .containsEntry("checkpoints", 5L)
                .containsEntry("counterSignatures", 10L)
                .containsEntry("signatures", 2L)
                .containsEntry("protocols", 1L)
                .containsEntry("rounds", 3L)
                .containsEntry("aggregatesComputedAnew", 3L)
                .containsEntry("parameters", 6L);
        assertThat(shown.owner()).contains(sample.study.owner().key());
        assertThat(shown.lastWitnessed()).isEqualTo(shown.manifest().size());
    }

    @Test
    void a_genuine_bundle_of_a_whole_log_is_clean() throws IOException {
        Verification shown = verify(sample.ofWholeLog().zip());

        assertThat(shown.findings()).isEmpty();
        assertThat(shown.checked()).containsEntry("records", shown.manifest().size());
    }

    @Test
    void a_genuine_choice_of_records_is_clean_and_says_what_it_cannot_show() throws IOException {
        sample.choice = record ->
                KeyHistory.CODES.contains(record.code()) || record.code().startsWith("update");
        sample.isComplete = false;
        Verification shown = verify(sample.zip());

        assertThat(shown.findings()).isEmpty();
        assertThat(shown.notes()).anyMatch(note -> note.contains("whether others are missing"));
    }

    @Test
    void without_updates_the_models_are_not_computed_anew_and_that_is_said() throws IOException {
        sample.parameters.clear();
        Verification shown = verify(sample.zip());

        assertThat(shown.findings()).isEmpty();
        assertThat(shown.notes()).anyMatch(note -> note.contains("was computed anew"));
    }

    @Test
    void what_is_no_bundle_is_refused_with_its_name_and_what_to_name_instead() throws IOException {
        Path notes = Files.writeString(folder.resolve("notes.txt"), "Not a zip, but longer than the end of one.");
        assertThatExceptionOfType(UnusableBundle.class)
                .isThrownBy(() -> verify(notes))
                .withMessageContainingAll("notes.txt", "Name the zip");
        assertThatExceptionOfType(UnusableBundle.class)
                .isThrownBy(() -> verify(folder.resolve("none.zip")))
                .withMessageContaining("none.zip is not there");
        assertThatExceptionOfType(UnusableBundle.class)
                .isThrownBy(() -> verify(SampleBundle.zip(Map.of("a.txt", new byte[] {1}))))
                .withMessageContaining("it has no manifest.json");
        assertThatExceptionOfType(UnusableBundle.class)
                .isThrownBy(() -> verify(SampleBundle.zip(Map.of(BundleFormat.MANIFEST, SampleFiles.bytes("{}")))))
                .withMessageContaining("'format' must be");
    }

    // The zip and its files.

    @Test
    void bytes_that_belong_to_no_file_are_found() throws IOException {
        byte[] zip = sample.zip();
        assertFound("zip", concatenated(zip, new byte[] {0}));
        byte[] comment = concatenated(zip, new byte[] {'x'});
        comment[zip.length - 2] = 1;
        assertFound("zip", comment);
    }

    @Test
    void a_changed_file_is_found() throws IOException {
        Map<String, byte[]> files = sample.signed(sample.files(), sample.study.owner());
        files.put(BundleFormat.README, SampleFiles.bytes("What the files are not.\n"));
        assertFound("digest", SampleBundle.zip(files));
    }

    @Test
    void a_missing_file_and_one_too_many_are_found() throws IOException {
        Map<String, byte[]> files = sample.signed(sample.files(), sample.study.owner());
        files.remove(BundleFormat.README);
        assertFound("missing-file", SampleBundle.zip(files));
        files = sample.signed(sample.files(), sample.study.owner());
        files.put("z.txt", new byte[] {1});
        assertFound("strange-file", SampleBundle.zip(files));
    }

    @Test
    void another_order_of_the_files_and_an_empty_one_are_found() throws IOException {
        Map<String, byte[]> files = sample.signed(sample.files(), sample.study.owner());
        byte[] first = files.remove(BundleFormat.README);
        files.put(BundleFormat.README, first);
        assertFound("order", SampleBundle.zip(files));
        TreeMap<String, byte[]> more = sample.files();
        more.put("z.txt", new byte[0]);
        assertFound("empty-file", resigned(more));
    }

    @Test
    void a_manifest_that_another_key_has_signed_is_found() throws IOException {
        NoteSigner other = NoteSigner.generate(SampleStudy.ORIGIN);
        assertFound("manifest-signature", SampleBundle.zip(sample.signed(sample.files(), other)));
    }

    // Records.

    @Test
    void a_line_that_is_no_record_is_found_with_its_number() throws IOException {
        assertFound("unreadable-record", changed(BundleFormat.RECORDS, lines -> lines.set(3, lines.get(3) + " ")));
    }

    @Test
    void a_record_that_was_changed_taken_out_doubled_or_moved_is_found() throws IOException {
        assertFound(
                "root",
                changed(
                        BundleFormat.RECORDS,
                        lines -> lines.set(3, lines.get(3).replace("Klinik Süd", "Klinik Nord"))));
        assertFound("root", changed(BundleFormat.RECORDS, lines -> lines.remove(5)));
        assertFound("order", changed(BundleFormat.RECORDS, lines -> lines.add(5, lines.get(5))));
        assertFound("order", changed(BundleFormat.RECORDS, lines -> lines.add(5, lines.remove(9))));
        assertFound("root", changed(BundleFormat.RECORDS, lines -> lines.remove(lines.size() - 1)));
    }

    @Test
    void a_record_that_is_left_out_with_a_proof_of_the_rest_leaves_a_gap() throws IOException {
        long left = sample.seq("update.accepted");
        sample.choice = sample.choice.and(record -> record.seq() != left);
        Verification shown = verify(sample.zip());

        assertThat(shown.counts()).containsKey("gap");
        assertThat(shown.findings())
                .filteredOn(finding -> finding.kind().equals("gap"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.seq()).hasValue(left + 1));
    }

    @Test
    void records_that_are_cut_off_at_the_end_with_a_proof_of_the_rest_are_found() throws IOException {
        sample.choice = sample.choice.and(record -> record.seq() < sample.log.size() - 1);
        assertFound("no-export", sample.zip());
    }

    @Test
    void records_that_are_cut_off_after_an_earlier_export_are_found() throws IOException {
        sample.rewrite(records -> {
            AuditRecord last = records.get(records.size() - 1);
            int before = records.size() - 2;
            records.add(
                    before,
                    Records.recorded(
                            Records.detail(last, "lastStudySeq", "0"),
                            records.get(before).recorded()));
            return records;
        });
        long earlier = sample.seq("export.made");
        assertThat(earlier).isEqualTo(sample.log.size() - 3L);
        sample.moments.set(
                sample.moments.size() - 1,
                new SampleBundle.Moment(
                        sample.log.size(),
                        sample.moments.get(sample.moments.size() - 1).at()));
        assertThat(verify(sample.zip()).isClean()).isTrue();
        sample.choice = sample.choice.and(record -> record.seq() <= earlier);
        assertThat(verify(sample.zip()).counts()).containsOnlyKeys("no-export");
    }

    @Test
    void a_choice_that_says_that_it_is_complete_is_refused() {
        Map<String, byte[]> files = sample.signed(sample.files(), sample.study.owner());
        String manifest = new String(files.get(BundleFormat.MANIFEST), StandardCharsets.UTF_8);
        for (String chosen : List.of(
                "\"site\":\"site-1\"",
                "\"type\":\"round\"",
                "\"from\":\"2026-01-01T00:00:00Z\"",
                "\"to\":\"2026-01-01T00:00:00Z\"")) {
            files.put(
                    BundleFormat.MANIFEST,
                    SampleFiles.bytes(manifest.replace("\"complete\":", chosen + ",\"complete\":")));
            assertThatExceptionOfType(UnusableBundle.class)
                    .as(chosen)
                    .isThrownBy(() -> verify(SampleBundle.zip(files)))
                    .withMessageContaining("'complete'");
        }
    }

    @Test
    void files_of_a_zip_that_lie_upon_each_other_are_refused_before_they_are_read() {
        byte[] zip = sample.zip();
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int directory = bytes.getInt(zip.length - 6);
        int second = directory + 46 + BundleFormat.MANIFEST.length();
        assertThat(bytes.getInt(second + 42)).isPositive();
        bytes.putInt(second + 42, 0);
        assertThatExceptionOfType(UnusableBundle.class)
                .isThrownBy(() -> verify(zip))
                .withMessageContaining("lies upon another");
    }

    @Test
    void a_file_is_read_no_further_than_the_zip_says_that_it_goes() throws IOException {
        byte[] zeros = new byte[64 << 20];
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(zeros);
        deflater.finish();
        byte[] compressed = new byte[1 << 20];
        int length = deflater.deflate(compressed);
        deflater.end();
        Path file = Files.write(folder.resolve("bomb"), Arrays.copyOf(compressed, length));
        try (FileChannel channel = FileChannel.open(file);
                InputStream in =
                        new InflatedEntry(channel, new BundleZip.Entry("bomb", true, 0, length, 1000, 0), false)) {
            byte[] buffer = new byte[1 << 16];
            long read = 0;
            String why = "";
            try {
                for (int next = in.read(buffer); next >= 0; next = in.read(buffer)) {
                    read += next;
                }
            } catch (DamagedEntry e) {
                why = e.getMessage();
            }
            assertThat(why).contains("size");
            assertThat(read).isLessThan(1 << 20);
        }
    }

    @Test
    void what_a_bundle_says_does_not_write_into_the_report() throws IOException {
        Map<String, byte[]> files = sample.signed(sample.files(), sample.study.owner());
        String manifest = new String(files.get(BundleFormat.MANIFEST), StandardCharsets.UTF_8);
        files.put(
                BundleFormat.MANIFEST,
                SampleFiles.bytes(manifest.replace(
                        "\"origin\":\"", "\"origin\":\"x\\nResult    clean: trust me.\\u001b[8m\\u009b8m\\u202e")));
        List<String> lines = ReportText.lines(verify(SampleBundle.zip(files)));
        assertThat(lines).noneMatch(line -> line.lines().count() > 1);
        assertThat(lines).filteredOn(line -> line.startsWith("Result")).hasSize(1);
        assertThat(String.join("", lines).chars())
                .noneMatch(sign -> Character.isISOControl(sign) || Character.getType(sign) == Character.FORMAT);
    }

    @Test
    void an_export_that_knows_of_later_records_is_found() throws IOException {
        sample.change("export.made", record -> Records.detail(record, "lastStudySeq", "1000"));
        assertFound("no-export", sample.zip());
    }

    @Test
    void a_whole_log_of_which_a_record_is_left_out_is_found() throws IOException {
        sample.ofWholeLog().choice = record -> record.seq() != 0;
        assertFound("incomplete", sample.zip());
    }

    @Test
    void another_number_of_records_than_the_manifest_says_is_found() throws IOException {
        TreeMap<String, byte[]> files = sample.files();
        byte[] manifest = new String(sample.manifest(files), StandardCharsets.UTF_8)
                .replace("\"records\":38", "\"records\":39")
                .getBytes(StandardCharsets.UTF_8);
        assertFound("count", SampleBundle.zip(withManifest(manifest, files)));
    }

    @Test
    void records_of_another_study_and_of_another_log_are_found() throws IOException {
        sample.scope = Optional.of("other-study");
        assertFound("strange-record", sample.zip());
        sample = SampleBundle.small();
        sample.log.replaceAll(record -> record.code().equals("round.opened")
                ? AuditRecord.fromLine(record.line().replace("\"consortium\"", "\"site-1\""))
                : record);
        assertFound("streams", sample.zip());
    }

    @Test
    void a_time_that_runs_backwards_is_found_with_the_record() throws IOException {
        long seq = sample.seq("study.started");
        sample.change(
                "study.started",
                record -> Records.recorded(record, record.recorded().minusSeconds(2)));
        Verification shown = verify(sample.zip());

        assertThat(shown.counts()).containsOnlyKeys("time-backwards");
        assertThat(shown.findings().get(0).line()).startsWith("seq " + seq + ": it was recorded at ");
    }

    @Test
    void a_record_that_is_dated_back_before_a_checkpoint_is_found() throws IOException {
        Instant long_ago = SampleStudy.time(0).minusSeconds(100_000);
        sample.change("study.completed", record -> Records.recorded(record, long_ago));
        assertFound("record-time", sample.zip());
        sample = SampleBundle.small();
        Instant later = SampleStudy.time(0).plusSeconds(100_000);
        sample.change("study.started", record -> Records.recorded(record, later));
        assertFound("record-time", sample.zip());
    }

    // Checkpoints, keys and witnesses.

    @Test
    void a_line_that_is_no_checkpoint_is_found() throws IOException {
        assertFound("unreadable-checkpoint", changed(BundleFormat.CHECKPOINTS, lines -> lines.set(0, "{}")));
    }

    @Test
    void checkpoints_in_another_order_or_of_another_log_are_found() throws IOException {
        assertFound("checkpoint-order", changed(BundleFormat.CHECKPOINTS, lines -> lines.add(0, lines.remove(1))));
        sample.signing = checkpoint -> SampleFiles.signed(
                checkpoint.size() > 20
                        ? checkpoint
                        : new Checkpoint("other.example", checkpoint.size(), checkpoint.root(), checkpoint.time()),
                sample.study.owner(),
                sample.study.sites());
        assertFound("origin", sample.zip());
    }

    @Test
    void a_checkpoint_that_does_not_go_on_from_the_one_before_is_found() throws IOException {
        assertFound("consistency", changed(BundleFormat.CHECKPOINTS, lines -> lines.remove(1)));
        // A history that was rewritten after it had been signed.
        List<String> before = lines(sample.files(), BundleFormat.CHECKPOINTS);
        sample.change("round.opened", record -> Records.detail(record, "seed", "8"));
        TreeMap<String, byte[]> files = sample.files();
        List<String> after = lines(files, BundleFormat.CHECKPOINTS);
        after.set(1, before.get(1));
        put(files, BundleFormat.CHECKPOINTS, after);
        assertFound("consistency", resigned(files));
    }

    @Test
    void two_roots_of_one_size_are_two_histories() throws IOException {
        Checkpoint other = new Checkpoint(
                SampleStudy.ORIGIN,
                sample.moments.get(1).size(),
                Sha256.of(new byte[1]),
                sample.moments.get(1).at());
        String line = SampleFiles.checkpoint(
                        SampleFiles.signed(other, sample.study.owner(), sample.study.sites()), List.of())
                .toString();
        assertFound("two-histories", changed(BundleFormat.CHECKPOINTS, lines -> lines.add(2, line)));
    }

    @Test
    void another_last_checkpoint_than_the_manifest_names_is_found() throws IOException {
        TreeMap<String, byte[]> files = sample.files();
        byte[] manifest = new String(sample.manifest(files), StandardCharsets.UTF_8)
                .replace("\"size\":" + sample.log.size(), "\"size\":" + (sample.log.size() - 1))
                .getBytes(StandardCharsets.UTF_8);
        assertFound("last-checkpoint", SampleBundle.zip(withManifest(manifest, files)));
    }

    @Test
    void a_checkpoint_that_another_key_has_signed_is_found() throws IOException {
        NoteSigner other = NoteSigner.generate(SampleStudy.ORIGIN);
        sample.signing = checkpoint -> SampleFiles.signed(checkpoint, other, sample.study.sites());
        assertFound("not-signed", sample.zip());
    }

    @Test
    void a_key_that_no_record_names_is_found() throws IOException {
        NoteSigner other = NoteSigner.generate("another");
        TreeMap<String, byte[]> files = sample.files();
        files.put(
                BundleFormat.KEYS,
                concatenated(files.get(BundleFormat.KEYS), SampleFiles.bytes(SampleFiles.key("consortium", other))));
        assertFound("unnamed-key", resigned(files));
        assertFound("unreadable-key", changed(BundleFormat.KEYS, lines -> lines.set(1, "{\"holder\":\"site-1\"}")));
        assertFound("duplicate-key", changed(BundleFormat.KEYS, lines -> lines.add(lines.get(1))));
        assertFound("missing-file", withoutKeys());
    }

    @Test
    void a_key_of_the_owner_that_was_replaced_signs_no_later_checkpoint() throws IOException {
        // The second record that names a key names another one; the first goes on signing.
        sample.change(
                "study.started",
                record -> AuditRecord.fromLine(record.line()
                        .replace("study.started", "audit.key-used")
                        .replace("\"correlation\"", "\"correlation\"")));
        sample.change(
                "audit.key-used",
                record -> record.study().isPresent()
                        ? Records.detail(record, "keyFingerprint", "ab".repeat(32))
                        : record);
        assertFound("wrong-key", sample.zip());
    }

    @Test
    void a_counter_signature_by_a_strange_key_is_found() throws IOException {
        NoteSigner other = NoteSigner.fromPem("site-1", Es256KeyPair.generate().toPem());
        sample.signing = checkpoint -> SampleFiles.signed(
                checkpoint,
                sample.study.owner(),
                List.of(other, sample.study.sites().get(1)));
        assertFound("witness-signature", sample.zip());
    }

    @Test
    void a_counter_signature_by_a_key_that_was_not_the_sites_then_is_found() throws IOException {
        sample.signing = checkpoint -> SampleFiles.signed(checkpoint, sample.study.owner(), List.of())
                .with(sample.study
                        .sites()
                        .get(0)
                        .countersign(checkpoint, SampleStudy.time(0).minusSeconds(86_400)));
        assertThat(verify(sample.zip()).counts()).containsKeys("witness-key", "witness-time");
    }

    @Test
    void a_site_that_signs_a_checkpoint_twice_is_found() throws IOException {
        NoteSigner site = sample.study.sites().get(0);
        sample.signing = checkpoint -> SampleFiles.signed(checkpoint, sample.study.owner(), List.of(site, site));
        assertFound("witness-twice", sample.zip());
    }

    @Test
    void a_log_that_no_site_has_counter_signed_is_clean_and_said_to_be_so() throws IOException {
        sample.signing = checkpoint -> SignedCheckpoint.of(checkpoint, sample.study.owner());
        Verification shown = verify(sample.zip());

        assertThat(shown.findings()).isEmpty();
        assertThat(shown.notes()).anyMatch(note -> note.startsWith("No site has counter-signed"));
    }

    @Test
    void the_auditors_own_key_is_compared() throws IOException {
        Path zip = write(sample.zip());
        assertThat(new Verifier(zip, Optional.of(sample.study.owner().key()), List.of())
                        .run()
                        .isClean())
                .isTrue();
        NoteKey other = NoteSigner.generate(SampleStudy.ORIGIN).key();
        assertThat(new Verifier(zip, Optional.of(other), List.of()).run().counts())
                .containsOnlyKeys("other-key");
    }

    @Test
    void a_witness_that_was_shown_the_same_history_agrees() throws IOException {
        Path seen = witnessed(checkpoints(sample.files()));
        Verification shown = new Verifier(write(sample.zip()), Optional.empty(), List.of(seen)).run();

        assertThat(shown.findings()).isEmpty();
        assertThat(shown.checked()).containsEntry("witnessedCheckpoints", 5L);
    }

    @Test
    void a_witness_that_was_shown_another_history_is_told_as_such() throws IOException {
        byte[] shownToAuditor = sample.zip();
        sample.change("update.accepted", record -> Records.detail(record, "examples", "1"));
        Path seen = witnessed(checkpoints(sample.files()));
        Verification shown = new Verifier(write(shownToAuditor), Optional.empty(), List.of(seen)).run();

        assertThat(shown.counts()).containsOnlyKeys("two-histories");
        assertThat(shown.findings().get(0).text()).contains("both are signed by the log's owner", "site-1");
    }

    @Test
    void a_witness_whose_checkpoints_the_owner_has_not_signed_proves_nothing() throws IOException {
        NoteSigner other = NoteSigner.generate(SampleStudy.ORIGIN);
        byte[] zip = sample.zip();
        sample.signing = checkpoint -> SampleFiles.signed(checkpoint, other, sample.study.sites());
        Path seen = witnessed(checkpoints(sample.files()));

        assertThat(new Verifier(write(zip), Optional.empty(), List.of(seen))
                        .run()
                        .counts())
                .containsOnlyKeys("witness-file");
    }

    @Test
    void sizes_that_the_bundle_has_not_cannot_be_compared_and_that_is_said() throws IOException {
        Checkpoint later = new Checkpoint(SampleStudy.ORIGIN, 1_000, Sha256.of(new byte[1]), SampleStudy.time(1_000));
        Path seen = witnessed(List.of(SampleFiles.signed(later, sample.study.owner(), sample.study.sites())));
        Verification shown = new Verifier(write(sample.zip()), Optional.empty(), List.of(seen)).run();

        assertThat(shown.findings()).isEmpty();
        assertThat(shown.notes()).anyMatch(note -> note.contains("could not be compared"));
    }

    // Protocols and signatures.

    @Test
    void a_protocol_that_reads_otherwise_than_it_was_signed_is_found() throws IOException {
        sample.protocolJson = sample.protocolJson.replace("Adults.", "Children.");
        assertFound("protocol", sample.zip());
    }

    @Test
    void a_protocol_that_the_records_name_otherwise_is_found_with_the_record() throws IOException {
        sample.change(
                "protocol.approved",
                record -> Records.entity(
                        record,
                        new AuditRecord.Entity(
                                "protocol", "nodules", Optional.of("1"), Optional.of(Sha256.of(new byte[1])))));
        Verification shown = verify(sample.zip());

        assertThat(shown.counts()).containsKey("protocol");
        assertThat(shown.findings().get(0).seq()).hasValue(sample.seq("protocol.approved"));
    }

    @Test
    void a_protocol_that_is_missing_or_that_nobody_has_drafted_is_found() throws IOException {
        TreeMap<String, byte[]> files = sample.files();
        files.remove("protocols/nodules-v1.json");
        files.remove("protocols/nodules-v1.txt");
        assertFound("missing-file", resigned(files));
        files = sample.files();
        files.put(
                "protocols/nodules-v2.json",
                SampleFiles.bytes(org.consilium.contract.protocol.ProtocolJson.toJson(
                        sample.study.protocol().withVersion(2))));
        files.put(
                "protocols/nodules-v2.txt",
                sample.study.protocol().withVersion(2).canonical());
        assertFound("unrecorded-protocol", resigned(files));
    }

    @Test
    void a_log_in_that_does_not_sign_the_statement_is_found() throws IOException {
        for (Map.Entry<String, JsonValue> other : Map.<String, JsonValue>of(
                        "nonce", Json.createValue("x"),
                        "sub", Json.createValue("somebody"),
                        "name", Json.createValue("Somebody"),
                        "site", Json.createValue("site-2"),
                        "aud", Json.createValue("another-client"),
                        "groups", Json.createArrayBuilder().build(),
                        "auth_time", Json.createValue(1_000_000_000))
                .entrySet()) {
            sample = SampleBundle.small();
            Steward steward = sample.study.steward();
            SigningStatement statement = statement();
            JsonObject claims = Json.createObjectBuilder(steward.claims(statement))
                    .add(other.getKey(), other.getValue())
                    .build();
            assertThat(verify(changedSignature(steward.line(statement, claims))).findings())
                    .as(other.getKey())
                    .anyMatch(finding ->
                            finding.kind().equals("signature") && finding.file().equals("signatures.jsonl line 1"));
        }
    }

    @Test
    void a_log_in_that_the_key_beside_it_has_not_signed_is_found() throws IOException {
        JsonObject line = Json.createObjectBuilder(sample.signatures.get(0))
                .add(
                        "idTokenKey",
                        new Steward()
                                .line(statement(), sample.study.steward().claims(statement()))
                                .getString("idTokenKey"))
                .build();
        Verification shown = verify(changedSignature(line));
        assertThat(shown.findings()).anyMatch(finding -> finding.text().contains("not signed by the key beside it"));
    }

    @Test
    void a_signature_whose_meaning_was_changed_or_that_is_there_twice_is_found() throws IOException {
        JsonObject line = Json.createObjectBuilder(sample.signatures.get(0))
                .add("meaning", "Refusal")
                .build();
        assertFound("signature", changedSignature(line));
        sample = SampleBundle.small();
        sample.signatures.add(sample.signatures.get(0));
        assertThat(verify(sample.zip()).counts()).containsKeys("signature", "unrecorded-signature");
    }

    @Test
    void a_signature_without_a_record_and_a_record_without_a_signature_are_found() throws IOException {
        sample.signatures.remove(1);
        assertThat(verify(sample.zip()).counts()).containsOnlyKeys("unsigned-record", "missing-signature");
        sample = SampleBundle.small();
        sample.rewrite(records -> {
            records.removeIf(record -> record.code().equals("protocol.signed")
                    && record.site().orElseThrow().value().equals("site-2"));
            return records;
        });
        assertThat(verify(sample.zip()).counts()).containsOnlyKeys("unrecorded-signature");
    }

    @Test
    void a_site_that_left_after_the_approval_should_have_signed() throws IOException {
        sample.signatures.remove(1);
        sample.rewrite(records -> {
            records.removeIf(record -> record.code().equals("protocol.signed")
                    && record.site().orElseThrow().value().equals("site-2"));
            int last = records.size() - 1;
            AuditRecord update = records.stream()
                    .filter(record -> record.code().equals("update.accepted")
                            && record.site().orElseThrow().value().equals("site-2"))
                    .findFirst()
                    .orElseThrow();
            records.set(last, Records.detail(records.get(last), "lastStudySeq", "0"));
            records.add(
                    last,
                    Records.recorded(
                            Records.code(update, "study.site-withdrawn"),
                            records.get(last).recorded()));
            return records;
        });
        assertThat(verify(sample.zip()).counts()).containsOnlyKeys("missing-signature");
    }

    // Rounds.

    @Test
    void a_certificate_that_says_otherwise_than_the_records_is_found_from_both_sides() throws IOException {
        for (String member : List.of("update", "dataset", "peerHash", "examples")) {
            sample = SampleBundle.small();
            JsonValue other = member.equals("examples") ? Json.createValue(3) : Json.createValue("ab".repeat(32));
            participant(0, json -> json.add(member, other));
            assertThat(verify(sample.zip()).counts()).as(member).containsKeys("unrecorded-round", "uncertified-record");
        }
    }

    @Test
    void a_certificate_that_is_missing_or_unreadable_is_found() throws IOException {
        sample.rounds.remove(1);
        assertThat(verify(sample.zip()).counts()).containsKeys("round", "uncertified-record");
        sample = SampleBundle.small();
        round(0, json -> json.add("more", 1));
        assertThat(verify(sample.zip()).counts()).containsKeys("round", "uncertified-record");
    }

    @Test
    void certificates_that_do_not_follow_each_other_are_found() throws IOException {
        sample.rounds.add(0, sample.rounds.remove(1));
        assertFound("round", sample.zip());
        sample = SampleBundle.small();
        round(1, json -> json.add("startModel", "ab".repeat(32)));
        assertOnly("round", "does not start from the model");
        sample = SampleBundle.small();
        round(0, json -> json.add("startModel", "ab".repeat(32)));
        assertOnly("round", "initial model");
    }

    @Test
    void a_certificate_that_does_not_fit_its_protocol_is_found() throws IOException {
        round(0, json -> json.add("protocol", "ab".repeat(32)));
        assertOnly("round", "another protocol");
        sample = SampleBundle.small();
        round(0, json -> json.add("strategy", "fedprox"));
        assertThat(verify(sample.zip()).findings())
                .anyMatch(finding -> finding.text().contains("its strategy"));
        sample = SampleBundle.small();
        round(0, json -> json.add("protocolVersion", 2));
        assertThat(verify(sample.zip()).findings())
                .anyMatch(finding -> finding.text().contains("no version 2"));
        sample = SampleBundle.small();
        participant(0, json -> json.add("site", "site-9"));
        assertThat(verify(sample.zip()).findings())
                .anyMatch(finding -> finding.text().contains("no participant"));
    }

    @Test
    void a_weight_that_is_not_the_share_of_the_examples_is_found() throws IOException {
        participant(0, json -> json.add("weight", 0.7));
        assertOnly("round", "weight");
    }

    /** The settings count too: the method's name alone would weigh them by their examples. */
    @Test
    void updates_weigh_what_the_settings_of_the_protocol_say() throws IOException {
        sample = SampleBundle.uniform();
        assertThat(verify(sample.zip()).findings()).isEmpty();
        participant(0, json -> json.add("weight", 0.499));
        assertOnly("round", "weight");
    }

    /** The aggregate is computed anew and is what the next round starts from; the recalibrated head is only said. */
    @Test
    void of_a_recalibrated_model_the_aggregate_is_checked_and_the_rest_is_said_to_be_unchecked() throws IOException {
        sample = SampleBundle.by(
                new MethodSettings("fedimpression-plus", Map.of("impressions", "no", "recalibrated", "evaluated")));
        Verification shown = verify(sample.zip());
        assertThat(shown.findings()).isEmpty();
        assertThat(shown.checked())
                .containsEntry("aggregatesComputedAnew", 3L)
                .containsEntry("recalibratedNotComputedAnew", 3L);
        assertThat(shown.notes()).anyMatch(note -> note.contains("the recalibrated head was not"));
        round(1, json -> json.add("model", "0".repeat(64)));
        assertThat(verify(sample.zip()).findings())
                .anyMatch(finding -> finding.text().contains("was recalibrated to"));
    }

    @Test
    void a_model_that_is_not_the_aggregate_needs_a_method_that_recalibrates() throws IOException {
        round(1, json -> json.add("model", "0".repeat(64)));
        assertThat(verify(sample.zip()).findings())
                .anyMatch(finding -> finding.text().contains("recalibrates none"));
    }

    @Test
    void a_round_of_a_protocol_that_nobody_has_approved_is_found() throws IOException {
        sample.rewrite(records -> {
            records.removeIf(record -> record.code().equals("protocol.approved"));
            return records;
        });
        assertThat(verify(sample.zip()).findings())
                .anyMatch(finding -> finding.text().contains("was approved"));
    }

    @Test
    void a_model_that_its_updates_do_not_make_is_found() throws IOException {
        String other = "ab".repeat(32);
        round(2, json -> json.add("aggregate", other));
        long seq = sample.log.stream()
                .filter(record -> record.code().equals("round.aggregated"))
                .mapToLong(AuditRecord::seq)
                .max()
                .orElseThrow();
        sample.log.replaceAll(record -> record.seq() == seq
                ? Records.entity(record, AuditRecord.Entity.of("model", "m", new Sha256(other)))
                : record);
        Verification shown = verify(sample.zip());

        assertThat(shown.counts()).containsOnlyKeys("aggregate");
        assertThat(shown.checked()).containsEntry("aggregatesComputedAnew", 3L);
    }

    @Test
    void an_update_whose_content_is_not_what_its_name_says_is_found() throws IOException {
        String name = sample.parameters.keySet().iterator().next();
        Parameters other =
                Parameters.of(Parameters.decode(sample.parameters.get(name)).architecture(), new float[] {1, 2, 3, 4});
        sample.parameters.put(name, other.encode());
        assertOnly("parameters", "its header says");
        sample = SampleBundle.small();
        name = sample.parameters.keySet().iterator().next();
        byte[] renamed = sample.parameters.get(name);
        renamed[49] = 't';
        sample.parameters.put(name, renamed);
        assertFound("round", sample.zip());
        byte[] filled = renamed.clone();
        filled[127] = 1;
        sample.parameters.put(name, filled);
        assertFound("parameters", sample.zip());
        sample.parameters.put(name, Arrays.copyOf(other.encode(), 130));
        assertFound("parameters", sample.zip());
    }

    // What the tests are made of.

    private void assertOnly(String kind, String text) throws IOException {
        Verification shown = verify(sample.zip());
        assertThat(shown.counts()).containsOnlyKeys(kind);
        assertThat(shown.findings()).anyMatch(finding -> finding.text().contains(text));
    }

    private void assertFound(String kind, byte[] zip) throws IOException {
        assertThat(verify(zip).counts()).containsKey(kind);
    }

    private Verification verify(byte[] zip) throws IOException {
        return verify(write(zip));
    }

    private Path write(byte[] zip) throws IOException {
        return Files.write(folder.resolve("bundle.zip"), zip);
    }

    private static Verification verify(Path zip) throws IOException {
        return new Verifier(zip, Optional.empty(), List.of()).run();
    }

    private byte[] resigned(Map<String, byte[]> files) {
        return SampleBundle.zip(sample.signed(files, sample.study.owner()));
    }

    private byte[] withoutKeys() {
        TreeMap<String, byte[]> files = sample.files();
        files.remove(BundleFormat.KEYS);
        return resigned(files);
    }

    /** Changes lines of a file, and signs a manifest over it with the owner's key. */
    private byte[] changed(String name, Consumer<List<String>> change) {
        TreeMap<String, byte[]> files = sample.files();
        List<String> lines = lines(files, name);
        change.accept(lines);
        put(files, name, lines);
        return resigned(files);
    }

    private static List<String> lines(Map<String, byte[]> files, String name) {
        return new ArrayList<>(
                new String(files.get(name), StandardCharsets.UTF_8).lines().toList());
    }

    private static void put(Map<String, byte[]> files, String name, List<String> lines) {
        files.put(
                name, SampleFiles.bytes(lines.stream().map(line -> line + "\n").collect(Collectors.joining())));
    }

    private Map<String, byte[]> withManifest(byte[] manifest, Map<String, byte[]> files) {
        Map<String, byte[]> all = sample.signed(files, sample.study.owner());
        assertThat(manifest).isNotEqualTo(all.get(BundleFormat.MANIFEST));
        all.put(BundleFormat.MANIFEST, manifest);
        all.put(
                BundleFormat.MANIFEST_SIGNATURE,
                SampleFiles.bytes(SampleFiles.signature(manifest, sample.study.owner())));
        return all;
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static List<SignedCheckpoint> checkpoints(Map<String, byte[]> files) {
        return lines(files, BundleFormat.CHECKPOINTS).stream()
                .map(line -> CheckpointLine.parse(SampleFiles.bytes(line)).signed())
                .toList();
    }

    private Path witnessed(List<SignedCheckpoint> seen) throws IOException {
        return Files.writeString(folder.resolve("site-1.checkpoints"), WitnessedCheckpoints.write(seen));
    }

    private SigningStatement statement() {
        JsonObject line = sample.signatures.get(0);
        return new SigningStatement(
                sample.study.protocol().study(),
                1,
                sample.study.protocol().digest(),
                sample.study.protocol().participants().get(0),
                SigningStatement.Decision.APPROVE,
                Optional.empty(),
                line.getString("signer"),
                Instant.parse(line.getString("askedAt")));
    }

    /** Replaces the first signature, and has its record tell of the new one. */
    private byte[] changedSignature(JsonObject line) {
        sample.signatures.set(0, line);
        long seq = sample.seq("protocol.signed");
        sample.log.replaceAll(record -> record.seq() == seq
                ? Records.detail(
                        Records.detail(record, "idTokenHash", Steward.digest(line.getString("idToken"))),
                        "idTokenKeyHash",
                        Steward.digest(line.getString("idTokenKey")))
                : record);
        return sample.zip();
    }

    private void round(int index, Consumer<jakarta.json.JsonObjectBuilder> change) {
        jakarta.json.JsonObjectBuilder json = Json.createObjectBuilder(sample.rounds.get(index));
        change.accept(json);
        sample.rounds.set(index, json.build());
    }

    /** Changes the first participant of a round. */
    private void participant(int index, Consumer<jakarta.json.JsonObjectBuilder> change) {
        List<JsonObject> participants = new ArrayList<>(
                sample.rounds.get(index).getJsonArray("participants").getValuesAs(JsonObject.class));
        jakarta.json.JsonObjectBuilder json = Json.createObjectBuilder(participants.get(0));
        change.accept(json);
        participants.set(0, json.build());
        round(index, round -> round.add("participants", Json.createArrayBuilder(participants)));
    }
}
