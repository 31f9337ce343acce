package org.consilium.server.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.Merkle;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSignature;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.study.Signature;
import org.consilium.server.study.SignedStudies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleWriterTest {

    private static final NoteSigner SIGNER = NoteSigner.generate("consortium.test/audit");
    private static final StudyId STUDY = new StudyId("nodules");
    private static final BundleScope SOME = new BundleScope(
            Optional.of(STUDY),
            Optional.of(Instant.parse("2026-11-01T00:00:00Z")),
            Optional.empty(),
            Optional.empty(),
            Optional.of("update"));
    private static final byte[] UPDATE = "updated!".getBytes(StandardCharsets.UTF_8);
    private static final byte[] MODEL = "a model!".getBytes(StandardCharsets.UTF_8);

    @Test
    void the_manifest_comes_first_and_names_the_digest_of_every_other_file() throws IOException {
        LogForTests parts = full();

        Map<String, byte[]> files = unzipped(bundle(parts, SOME));

        assertThat(files.keySet())
                .containsExactly(
                        BundleFormat.MANIFEST,
                        BundleFormat.MANIFEST_SIGNATURE,
                        BundleFormat.README,
                        BundleFormat.CHECKPOINTS,
                        BundleFormat.KEYS,
                        "models/" + Sha256.of(MODEL) + ".bin",
                        BundleFormat.PROOF,
                        "protocols/nodules-v1.json",
                        "protocols/nodules-v1.txt",
                        BundleFormat.RECORDS,
                        BundleFormat.ROUNDS,
                        BundleFormat.SIGNATURES,
                        "updates/" + Sha256.of(UPDATE) + ".bin");
        JsonObject manifest = json(text(files, BundleFormat.MANIFEST));
        assertThat(manifest.keySet())
                .containsExactlyInAnyOrder(
                        "format",
                        "origin",
                        "made",
                        "size",
                        "root",
                        "study",
                        "from",
                        "type",
                        "records",
                        "complete",
                        "files");
        assertThat(manifest.getString("format")).isEqualTo(BundleFormat.FORMAT);
        assertThat(manifest.getString("made")).isEqualTo("2026-11-26T12:00:00Z");
        assertThat(manifest.getInt("size")).isEqualTo(100);
        assertThat(manifest.getInt("records")).isEqualTo(34);
        assertThat(manifest.getBoolean("complete")).isFalse();
        Map<String, String> digests = new TreeMap<>();
        files.forEach((name, bytes) -> digests.put(name, Sha256.of(bytes).hex()));
        digests.keySet().removeAll(List.of(BundleFormat.MANIFEST, BundleFormat.MANIFEST_SIGNATURE));
        JsonObject named = manifest.getJsonObject("files");
        assertThat(named.keySet().stream().collect(Collectors.toMap(name -> name, named::getString)))
                .isEqualTo(digests);
        assertThat(SIGNER.key()
                        .isSigned(
                                BundleFormat.FORMAT,
                                files.get(BundleFormat.MANIFEST),
                                NoteSignature.fromLine(text(files, BundleFormat.MANIFEST_SIGNATURE)
                                        .strip())))
                .isTrue();
    }

    @Test
    void records_and_proof_make_the_root_of_the_signed_checkpoint() throws IOException {
        LogForTests parts = full();

        Map<String, byte[]> files = unzipped(bundle(parts, SOME));

        List<AuditRecord> records = text(files, BundleFormat.RECORDS)
                .lines()
                .map(AuditRecord::fromLine)
                .toList();
        assertThat(records).extracting(AuditRecord::seq).startsWith(0L, 3L, 6L).hasSize(34);
        JsonObject checkpoint = json(text(files, BundleFormat.CHECKPOINTS));
        SignedCheckpoint note = SignedCheckpoint.fromNote(checkpoint.getString("note"));
        assertThat(note.isSignedBy(SIGNER.key())).isTrue();
        assertThat(checkpoint.getJsonArray("consistency")).isEmpty();
        assertThat(checkpoint.getString("timestamp")).isEqualTo("AQID");
        byte[] root = Merkle.root(
                note.checkpoint().size(),
                records.stream().map(AuditRecord::seq).iterator(),
                place -> records.get((int) (place / 3)).leafHash().bytes(),
                text(files, BundleFormat.PROOF)
                        .lines()
                        .map(HexFormat.of()::parseHex)
                        .iterator());
        assertThat(Sha256.ofDigest(root)).isEqualTo(note.checkpoint().root());
        JsonObject key = json(text(files, BundleFormat.KEYS));
        assertThat(key.getString("holder")).isEqualTo("consortium");
        assertThat(NoteKey.fromText(key.getString("key"))).isEqualTo(SIGNER.key());
    }

    @Test
    void protocols_signatures_and_rounds_are_as_the_format_says() throws IOException {
        LogForTests parts = full();

        Map<String, byte[]> files = unzipped(bundle(parts, SOME));

        StudyProtocol protocol = parts.protocols.get(0);
        assertThat(ProtocolJson.protocol(json(text(files, "protocols/nodules-v1.json"))))
                .isEqualTo(protocol);
        assertThat(Sha256.of(files.get("protocols/nodules-v1.txt"))).isEqualTo(protocol.digest());
        JsonObject signature = json(text(files, BundleFormat.SIGNATURES));
        assertThat(signature.getString("protocol")).isEqualTo(protocol.digest().hex());
        assertThat(signature.getString("decision")).isEqualTo("DECLINE");
        assertThat(signature.getString("reason")).isEqualTo("too soon");
        assertThat(signature.getString("name")).isEqualTo("Dr. Sam Steward");
        assertThat(signature.getString("meaning")).startsWith("Refusal: site site-2");
        assertThat(signature.getString("idTokenKey")).isEqualTo("{\"kty\":\"EC\"}");
        assertThat(signature.keySet())
                .containsExactly(
                        "study",
                        "version",
                        "protocol",
                        "site",
                        "decision",
                        "reason",
                        "signer",
                        "name",
                        "meaning",
                        "askedAt",
                        "authenticatedAt",
                        "signedAt",
                        "idToken",
                        "idTokenKey");
        assertThat(text(files, BundleFormat.ROUNDS))
                .isEqualTo(("{'study':'nodules','round':3,'protocolVersion':1,'protocol':'" + protocol.digest()
                                + "','serverVersion':'0.1','strategy':'fedavg','startModel':'" + Sha256.of(MODEL)
                                + "','state':'COMPLETED','openedAt':'2026-11-26T12:00:00Z','participants':["
                                + "{'site':'site-1','state':'TAKEN','update':'" + Sha256.of(UPDATE)
                                + "','examples':30,'weight':0.75,'bytes':10,'nodeVersion':'0.1','dataset':'"
                                + Sha256.of(UPDATE)
                                + "','peerEvent':'00000000-0000-0001-0000-000000000002','peerHash':'"
                                + Sha256.of(MODEL) + "'},{'site':'site-2','state':'TAKEN','update':'" + Sha256.of(MODEL)
                                + "','examples':10,'weight':0.25,'bytes':9},{'site':'site-3','state':'AWAITED'}]"
                                + ",'aggregate':'" + Sha256.of(MODEL) + "','model':'" + Sha256.of(UPDATE)
                                + "','startImpressions':'" + Sha256.of(MODEL) + "','impressions':{'made':'"
                                + Sha256.of(UPDATE) + "','outcome':'withheld: why','verdicts':2,'vetoes':7}}\n")
                        .replace('\'', '"'));
    }

    @Test
    void equal_parts_give_equal_bytes_wherever_and_whenever_they_are_written() throws IOException {
        byte[] once = bundle(full(), SOME);
        TimeZone zone = TimeZone.getDefault();
        byte[] again;
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            again = bundle(full(), SOME);
        } finally {
            TimeZone.setDefault(zone);
        }

        assertThat(again).isEqualTo(once);
    }

    @Test
    void all_of_a_log_needs_no_proof_and_nothing_of_it_only_the_root() throws IOException {
        LogForTests all = new LogForTests(7, Records::generated, seq -> true, SIGNER);
        LogForTests none = new LogForTests(7, Records::generated, seq -> false, SIGNER);

        Map<String, byte[]> complete = unzipped(bundle(all, BundleScope.all()));
        Map<String, byte[]> empty = unzipped(bundle(none, SOME));

        assertThat(json(text(complete, BundleFormat.MANIFEST)).getBoolean("complete"))
                .isTrue();
        assertThat(complete.keySet())
                .doesNotContain(BundleFormat.PROOF, BundleFormat.ROUNDS, BundleFormat.SIGNATURES)
                .contains(BundleFormat.RECORDS);
        assertThat(empty.keySet()).doesNotContain(BundleFormat.RECORDS);
        assertThat(text(empty, BundleFormat.PROOF))
                .isEqualTo(none.checkpoint().checkpoint().root() + "\n");
    }

    @Test
    void a_log_that_was_changed_after_it_was_signed_gives_no_bundle() {
        boolean[] changed = new boolean[1];
        LogForTests parts = new LogForTests(
                10, seq -> Records.generated(changed[0] && seq == 4 ? 400 : seq), seq -> seq >= 5, SIGNER);
        changed[0] = true;

        assertRefused(parts, BundleScope.all(), SIGNER, "another root");
    }

    @Test
    void parts_that_do_not_fit_together_give_no_bundle() {
        LogForTests parts = new LogForTests(10, Records::generated, seq -> true, SIGNER);

        assertRefused(parts, BundleScope.all(), NoteSigner.generate("consortium.test/audit"), "not signed by the key");
        assertRefused(parts, BundleScope.of(new StudyId("other")), SIGNER, "none of study other");
        assertRefused(
                new LogForTests(10, seq -> Records.generated(9 - seq), seq -> true, SIGNER),
                BundleScope.all(),
                SIGNER,
                "record 8 comes after record 9");
        assertRefused(
                new LogForTests(10, seq -> Records.generated(seq + 1), seq -> true, SIGNER),
                BundleScope.all(),
                SIGNER,
                "record 10");
        assertRefused(
                new LogForTests(10, Records::generated, seq -> true, SIGNER) {
                    @Override
                    public void checkpoints(To<Stamped> to) {}
                },
                BundleScope.all(),
                SIGNER,
                "needs a checkpoint");
    }

    @Test
    void an_update_that_is_not_what_its_name_says_gives_no_bundle() {
        LogForTests parts = full();
        parts.updates.set(0, LogForTests.content(Sha256.of(UPDATE), MODEL));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThatIOException()
                .isThrownBy(() -> BundleWriter.write(parts, SOME, SIGNER, LogForTests.NOW, out))
                .withMessageContaining("updates/" + Sha256.of(UPDATE) + ".bin has the SHA-256 " + Sha256.of(MODEL));
        assertThat(out.size()).isZero();
    }

    @Test
    void nothing_is_left_behind_however_it_ends(@TempDir Path folder) throws Exception {
        ChildJvm.Ended ended =
                ChildJvm.run(List.of("-Xmx64m", "-Djava.io.tmpdir=" + folder), Leftovers.class, folder.toString());

        assertThat(ended.exit()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("written", "refused");
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    /** In a JVM of its own: which folder is the temporary one is decided when it starts. */
    static final class Leftovers {

        private Leftovers() {}

        public static void main(String[] arguments) throws IOException {
            BundleWriter.write(full(), SOME, SIGNER, LogForTests.NOW, new OutputStream() {
                private boolean seen;

                @Override
                public void write(int b) throws IOException {
                    try (var there = Files.list(Path.of(arguments[0]))) {
                        if (!seen && there.findAny().isEmpty()) {
                            throw new IOException("the temporary folder is another one");
                        }
                    }
                    seen = true;
                }

                @Override
                public void write(byte[] bytes, int from, int count) throws IOException {
                    write(0);
                }
            });
            System.out.println("written");
            try {
                BundleWriter.write(
                        full(),
                        BundleScope.of(new StudyId("other")),
                        SIGNER,
                        LogForTests.NOW,
                        OutputStream.nullOutputStream());
            } catch (IllegalArgumentException e) {
                System.out.println("refused");
            }
        }
    }

    @Test
    void the_readme_s_own_commands_check_the_bundle_and_notice_a_flipped_byte(@TempDir Path folder) throws Exception {
        Map<String, byte[]> files = unzipped(bundle(full(), SOME));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        String script = "set -eo pipefail\n"
                + Arrays.stream(text(files, BundleFormat.README).split("```sh\n"))
                        .skip(1)
                        .map(block -> block.substring(0, block.indexOf("```")))
                        .collect(Collectors.joining());

        ChildJvm.Ended good = bash(script, folder);

        assertThat(good.exit()).as(good.output()).isZero();
        assertThat(good.output())
                .contains(
                        "records.jsonl: OK",
                        "updates/" + Sha256.of(UPDATE) + ".bin: OK",
                        SIGNER.key().fingerprint() + "  -",
                        full().protocols.get(0).digest() + "  protocols/nodules-v1.txt",
                        Records.generated(0).leafHash() + "  -")
                .containsPattern("(?s)Signature Verified Successfully.*Signature Verified Successfully");
        for (String name : List.of("records.jsonl", "manifest.json", "manifest.sig")) {
            byte[] bytes = files.get(name).clone();
            bytes[bytes.length - 9] ^= 1;
            Files.write(folder.resolve(name), bytes);
            ChildJvm.Ended bad = bash(script, folder);
            assertThat(bad.exit()).as(name + ": " + bad.output()).isNotZero();
            Files.write(folder.resolve(name), files.get(name));
        }
    }

    private static ChildJvm.Ended bash(String script, Path folder) throws Exception {
        Path output = Files.createTempFile("bash", ".txt");
        try {
            Process process = new ProcessBuilder("bash", "-c", script)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new ChildJvm.Ended(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    private static void assertRefused(LogForTests parts, BundleScope scope, NoteSigner signer, String why) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BundleWriter.write(parts, scope, signer, LogForTests.NOW, out))
                .withMessageContaining(why);
        assertThat(out.size()).isZero();
    }

    private static LogForTests full() {
        LogForTests parts = new LogForTests(100, Records::generated, seq -> seq % 3 == 0, SIGNER);
        StudyProtocol protocol = SignedStudies.protocol(
                STUDY,
                "Nodules",
                "chest",
                new ArchitectureId("small-cnn"),
                Sha256.of(MODEL),
                new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0), 7),
                List.of(new SiteId("site-1"), new SiteId("site-2")),
                new Schedule(3, 1, Duration.ofMinutes(5), false));
        parts.protocols.add(protocol);
        parts.signatures.add(new Signature(
                new SigningStatement(
                        STUDY,
                        1,
                        protocol.digest(),
                        new SiteId("site-2"),
                        SigningStatement.Decision.DECLINE,
                        Optional.of("too soon"),
                        "5f2c",
                        LogForTests.NOW),
                "Dr. Sam Steward",
                LogForTests.NOW,
                LogForTests.NOW,
                "a.b.c",
                "{\"kty\":\"EC\"}"));
        parts.rounds.add(new RoundCertificate(
                STUDY,
                3,
                1,
                protocol.digest(),
                "0.1",
                "fedavg",
                Sha256.of(MODEL),
                "COMPLETED",
                LogForTests.NOW,
                Optional.empty(),
                List.of(
                        new RoundCertificate.Participant(new SiteId("site-3"), "AWAITED", Optional.empty()),
                        new RoundCertificate.Participant(
                                new SiteId("site-2"),
                                "TAKEN",
                                Optional.of(new RoundCertificate.Taken(
                                        Sha256.of(MODEL),
                                        10,
                                        9,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        OptionalDouble.of(0.25)))),
                        new RoundCertificate.Participant(
                                new SiteId("site-1"),
                                "TAKEN",
                                Optional.of(new RoundCertificate.Taken(
                                        Sha256.of(UPDATE),
                                        30,
                                        10,
                                        Optional.of("0.1"),
                                        Optional.of(Sha256.of(UPDATE)),
                                        Optional.of(new AuditRecord.Peer(new UUID(1, 2), Sha256.of(MODEL))),
                                        OptionalDouble.of(0.75))))),
                Optional.of(Sha256.of(MODEL)),
                Optional.of(Sha256.of(UPDATE)),
                Optional.of(Sha256.of(MODEL)),
                Optional.of(new RoundCertificate.Impressions(
                        Optional.of(Sha256.of(UPDATE)), Optional.empty(), Optional.of("withheld: why"), 2, 7))));
        parts.updates.add(LogForTests.content(Sha256.of(UPDATE), UPDATE));
        parts.models.add(LogForTests.content(Sha256.of(MODEL), MODEL));
        return parts;
    }

    private static byte[] bundle(LogForTests parts, BundleScope scope) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BundleWriter.write(parts, scope, SIGNER, LogForTests.NOW, out);
        return out.toByteArray();
    }

    private static Map<String, byte[]> unzipped(byte[] zip) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        return files;
    }

    private static String text(Map<String, byte[]> files, String name) {
        return new String(files.get(name), StandardCharsets.UTF_8);
    }

    private static JsonObject json(String text) {
        return Json.createReader(new StringReader(text)).readObject();
    }
}
