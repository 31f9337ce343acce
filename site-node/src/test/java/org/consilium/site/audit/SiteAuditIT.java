package org.consilium.site.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.Merkle;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSignature;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.site.images.SiteDatabase;
import org.consilium.site.platform.ProblemException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteAuditIT {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T10:00:00Z"), ZoneOffset.UTC);
    private static SiteDatabase database;

    @TempDir
    Path keys;

    private RealAudit node;

    @BeforeAll
    static void start() throws IOException {
        database = new SiteDatabase();
    }

    @AfterAll
    static void stop() throws IOException {
        database.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        database.empty();
        node = node();
    }

    private RealAudit node() {
        return new RealAudit(database, keys, "site-1", CLOCK);
    }

    @Test
    void the_log_begins_with_the_nodes_key_and_says_when_it_started_and_when_the_key_was_changed() throws SQLException {
        node.audit.open();
        node.audit.open();
        RealAudit again = node();
        again.audit.open();
        Sha256 first = again.key.notes("site-1").key().fingerprint();
        again.key.prepare();
        again.key.promote();
        again.audit.sign();

        assertThat(node.codes()).containsExactly("key.made", "system.started", "system.started", "key.rotated");
        List<AuditRecord> records = node.records();
        assertThat(records).allSatisfy(record -> {
            assertThat(record.stream()).isEqualTo("site-1");
            assertThat(record.actor().kind()).isEqualTo(AuditRecord.Kind.SYSTEM);
        });
        assertThat(records.get(0).details()).containsEntry("keyFingerprint", first.hex());
        NoteKey present = NoteKey.fromText(records.get(3).details().get("key"));
        assertThat(present).isEqualTo(again.key.notes("site-1").key());
    }

    @Test
    void a_checkpoint_is_signed_with_the_sites_key_over_what_is_there_and_only_when_something_is_new()
            throws SQLException {
        node.audit.open();
        SignedCheckpoint signed = node.audit.sign().orElseThrow();

        assertThat(node.audit.sign()).contains(signed);
        assertThat(database.column("SELECT size FROM imaging.audit_checkpoint")).containsExactly("2");
        assertThat(signed.checkpoint().origin()).isEqualTo("consortium.test:8443/site-1");
        assertThat(signed.isSignedBy(node.key.notes(node.audit.origin()).key())).isTrue();
        List<AuditRecord> records = node.records();
        assertThat(signed.checkpoint().root().bytes())
                .isEqualTo(Merkle.node(
                        records.get(0).leafHash().bytes(),
                        records.get(1).leafHash().bytes()));

        node.audit.append(new SiteEvent.ExportMade("records", 2));
        assertThat(node.audit.sign().orElseThrow().checkpoint().size()).isEqualTo(3);
    }

    @Test
    void what_belongs_to_a_change_is_recorded_with_it_or_not_at_all() throws SQLException {
        SiteEvent event = new SiteEvent.DatasetRegistered("cells", new Sha256("ab".repeat(32)), 4);
        try (Connection connection = database.source().getConnection()) {
            connection.setAutoCommit(false);
            node.audit.append(connection, node.audit.acting(), event);
            connection.rollback();
        }
        assertThat(node.records()).isEmpty();
        try (Connection connection = database.source().getConnection()) {
            connection.setAutoCommit(false);
            node.audit.append(connection, node.audit.acting(), event);
            connection.commit();
        }
        assertThat(node.codes()).containsExactly("dataset.registered");
        assertThat(node.records().get(0).entity().hash()).isEqualTo(Optional.of(new Sha256("ab".repeat(32))));
    }

    @Test
    void what_cannot_be_recorded_fails_as_a_database_that_is_away() throws SQLException {
        database.run("ALTER TABLE imaging.audit_record ADD CHECK (code <> 'export.made')");
        assertThatThrownBy(() -> node.audit.append(new SiteEvent.ExportMade("records", 2)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(503));
        assertThat(node.records()).isEmpty();
    }

    @Test
    void an_export_is_a_bundle_of_the_whole_log_signed_with_the_sites_key_and_names_its_keys_of_before()
            throws Exception {
        node.audit.open();
        node.audit.sign();
        NoteKey before = node.key.notes(node.audit.origin()).key();
        node.key.prepare();
        node.key.promote();
        for (int i = 0; i < 1_200; i++) {
            node.audit.append(new SiteEvent.ExportMade("witness", i));
        }
        AuditResource resource = new AuditResource();
        resource.audit = node.audit;

        Response answer = resource.export();

        assertThat(answer.getHeaderString("Content-Disposition")).contains("consilium-audit-site-1-1203.zip");
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ((StreamingOutput) answer.getEntity()).write(zip);
        Map<String, String> files = unzipped(zip.toByteArray());
        assertThat(files.keySet())
                .containsExactly(
                        "manifest.json",
                        "manifest.sig",
                        "README.md",
                        "checkpoints.jsonl",
                        "keys.jsonl",
                        "records.jsonl");
        JsonObject manifest = object(files.get("manifest.json"));
        manifest.getJsonObject("files")
                .forEach((name, digest) -> assertThat(Sha256.of(files.get(name).getBytes(StandardCharsets.UTF_8))
                                .hex())
                        .as(name)
                        .isEqualTo(((JsonString) digest).getString()));
        NoteKey key = node.key.notes(node.audit.origin()).key();
        assertThat(key.isSigned(
                        BundleFormat.FORMAT,
                        files.get("manifest.json").getBytes(StandardCharsets.UTF_8),
                        NoteSignature.fromLine(files.get("manifest.sig").strip())))
                .isTrue();
        assertThat(files.get("keys.jsonl").lines().map(line -> object(line).getString("key")))
                .containsExactly(before.text(), key.text());
        List<JsonObject> checkpoints =
                files.get("checkpoints.jsonl").lines().map(SiteAuditIT::object).toList();
        SignedCheckpoint first = SignedCheckpoint.fromNote(checkpoints.get(0).getString("note"));
        SignedCheckpoint last = SignedCheckpoint.fromNote(checkpoints.get(1).getString("note"));
        assertThat(checkpoints).hasSize(2);
        assertThat(first.isSignedBy(before)).isTrue();
        assertThat(last.isSignedBy(key)).isTrue();
        assertThat(Merkle.isConsistent(
                        2,
                        first.checkpoint().root().bytes(),
                        1_203,
                        last.checkpoint().root().bytes(),
                        checkpoints.get(1).getJsonArray("consistency").getValuesAs(JsonString.class).stream()
                                .map(hash -> HexFormat.of().parseHex(hash.getString()))
                                .toList()))
                .isTrue();
        List<String> lines = files.get("records.jsonl").lines().toList();
        assertThat(lines).hasSize(1_203);
        assertThat(manifest.getString("root"))
                .isEqualTo(last.checkpoint().root().hex())
                .isEqualTo(HexFormat.of()
                        .formatHex(root(lines.stream()
                                .map(line -> Merkle.leaf(line.getBytes(StandardCharsets.UTF_8)))
                                .toList())));
        AuditRecord told = node.records().get(1_203);
        assertThat(told.code()).as("that it was given away is recorded").isEqualTo("export.made");
        assertThat(told.details()).containsEntry("records", "1203");
    }

    private static JsonObject object(String json) {
        try (JsonReader reader = Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }

    private static byte[] root(List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return leaves.get(0);
        }
        int left = (int) Merkle.split(leaves.size());
        return Merkle.node(root(leaves.subList(0, left)), root(leaves.subList(left, leaves.size())));
    }

    private static Map<String, String> unzipped(byte[] bytes) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    @Test
    void refused_requests_are_counted_and_hold_nothing_of_what_a_stranger_wrote() throws SQLException {
        AtomicReference<Instant> now = new AtomicReference<>(CLOCK.instant());
        RefusedRequests refused = new RefusedRequests(node.audit, new MovedClock(now));
        for (int i = 0; i < 5; i++) {
            refused.refused(new org.consilium.site.platform.RefusedAccess("GET", "/api/v1/policy/eyJhbGciOi", 403));
        }
        refused.refused(new org.consilium.site.platform.RefusedAccess("GET", "/api/v1/eyJhbGciOi", 401));
        refused.flush();
        assertThat(node.records()).as("the minute is not over").hasSize(2);
        now.set(CLOCK.instant().plusSeconds(60));
        refused.flush();
        refused.flush();

        assertThat(node.records())
                .extracting(record -> record.entity().id())
                .containsExactly("GET policy", "GET other", "GET policy");
        assertThat(node.records())
                .extracting(record -> record.details().get("times"))
                .as("the first at once, four more together")
                .containsExactly("1", "1", "4");
        assertThat(database.column("SELECT line FROM imaging.audit_record"))
                .noneSatisfy(line -> assertThat(line).contains("eyJ"));
    }

    private static final class MovedClock extends Clock {

        private final AtomicReference<Instant> now;

        MovedClock(AtomicReference<Instant> now) {
            this.now = now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    }
}
