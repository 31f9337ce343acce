package org.consilium.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.consilium.auditlog.AuditLog;
import org.consilium.auditlog.Checkpoints;
import org.consilium.auditlog.Draft;
import org.consilium.auditlog.Records;
import org.consilium.auditlog.StoredTree;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Action;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Entity;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.contract.audit.AuditRecord.Outcome;
import org.consilium.contract.audit.Merkle;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.server.platform.PostgresForTests;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log on a real PostgreSQL, with the application's rights. */
class AuditLogIT {

    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00.123Z");
    private static final String SCHEMA = "public";
    private static final StudyId STUDY = new StudyId("nodules");

    private final PostgresForTests postgres = PostgresForTests.running();
    private final AuditLog log = new AuditLog(AuditRecord.CONSORTIUM, SCHEMA, Clock.fixed(NOW, ZoneOffset.UTC));

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    @BeforeEach
    void empty() {
        postgres.emptied();
    }

    @Test
    void the_first_record_has_place_zero_and_what_is_read_is_what_was_appended() throws SQLException {
        List<AuditRecord> appended =
                committed(c -> log.append(c, List.of(draft("study.started"), draft("study.paused"))));
        assertThat(appended).extracting(AuditRecord::seq).containsExactly(0L, 1L);
        assertThat(all()).isEqualTo(appended);
    }

    @Test
    void what_is_rolled_back_leaves_no_gap() throws SQLException {
        append(draft("study.started"));
        try (Connection connection = postgres.pool().getConnection()) {
            connection.setAutoCommit(false);
            log.append(connection, List.of(draft("study.paused")));
            connection.rollback();
        }
        append(draft("study.stopped"));
        assertThat(all()).extracting(AuditRecord::code).containsExactly("study.started", "study.stopped");
        assertThat(all()).extracting(AuditRecord::seq).containsExactly(0L, 1L);
    }

    @Test
    void a_study_counts_its_own_records() throws SQLException {
        append(draft("system.started", Optional.empty()), draft("study.started"), draft("study.paused"));
        append(draft("study.started", Optional.of(new StudyId("other"))), draft("study.resumed"));
        List<AuditRecord> ofStudy = new ArrayList<>();
        committed(c -> new Records(c, SCHEMA).read(Records.Filter.of(STUDY), 100, ofStudy::add));
        assertThat(ofStudy).extracting(record -> record.studySeq().getAsLong()).containsExactly(0L, 1L, 2L);
        assertThat(ofStudy).extracting(AuditRecord::seq).containsExactly(1L, 2L, 4L);
    }

    @Test
    void a_clock_that_is_set_back_does_not_make_the_log_run_backwards() throws SQLException {
        append(draft("study.started"));
        AuditLog earlier =
                new AuditLog(AuditRecord.CONSORTIUM, SCHEMA, Clock.fixed(NOW.minusSeconds(60), ZoneOffset.UTC));
        List<AuditRecord> appended = committed(c -> earlier.append(c, List.of(draft("study.paused"))));
        assertThat(appended.get(0).recorded()).isEqualTo(NOW);
    }

    @Test
    void sixteen_writers_leave_no_gap_and_every_record_is_where_its_writer_was_told() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(16);
        List<Future<List<AuditRecord>>> answers = new ArrayList<>();
        for (int writer = 0; writer < 16; writer++) {
            Random random = new Random(writer);
            Callable<List<AuditRecord>> work = () -> {
                List<AuditRecord> mine = new ArrayList<>();
                for (int i = 0; i < 25; i++) {
                    Draft[] drafts = IntStream.rangeClosed(0, random.nextInt(3))
                            .mapToObj(n -> draft("study.started"))
                            .toArray(Draft[]::new);
                    if (random.nextInt(5) == 0) {
                        // Some think better of it.
                        try (Connection connection = postgres.pool().getConnection()) {
                            connection.setAutoCommit(false);
                            log.append(connection, List.of(drafts));
                            connection.rollback();
                        }
                    } else {
                        mine.addAll(committed(c -> log.append(c, List.of(drafts))));
                    }
                }
                return mine;
            };
            answers.add(writers.submit(work));
        }
        writers.shutdown();
        assertThat(writers.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
        List<AuditRecord> stored = all();
        assertThat(stored).hasSizeGreaterThan(400);
        assertThat(stored)
                .extracting(AuditRecord::seq)
                .isEqualTo(LongStream.range(0, stored.size()).boxed().toList());
        assertThat(stored)
                .extracting(record -> record.studySeq().getAsLong())
                .isEqualTo(LongStream.range(0, stored.size()).boxed().toList());
        for (Future<List<AuditRecord>> answer : answers) {
            for (AuditRecord told : answer.get()) {
                assertThat(stored.get((int) told.seq())).isEqualTo(told);
            }
        }
        byte[] kept = committed(c -> new StoredTree(c, SCHEMA).root(stored.size()));
        assertThat(kept).isEqualTo(root(stored));
    }

    @Test
    void the_stored_tree_gives_the_root_and_every_proof_at_every_size() throws SQLException {
        for (int i = 0; i < 37; ) {
            int many = 1 + i % 4;
            append(IntStream.range(0, many)
                    .mapToObj(n -> draft("study.started"))
                    .toArray(Draft[]::new));
            i += many;
        }
        List<AuditRecord> records = all();
        committed(c -> {
            StoredTree tree = new StoredTree(c, SCHEMA);
            for (int size = 1; size <= records.size(); size++) {
                byte[] root = root(records.subList(0, size));
                assertThat(tree.root(size)).isEqualTo(root);
                for (int seq = 0; seq < size; seq++) {
                    assertThat(Merkle.isIncluded(
                                    records.get(seq).leafHash().bytes(), seq, size, tree.inclusion(seq, size), root))
                            .as("record %d of %d", seq, size)
                            .isTrue();
                }
                for (int first = 0; first <= size; first++) {
                    assertThat(Merkle.isConsistent(first, tree.root(first), size, root, tree.consistency(first, size)))
                            .as("%d of %d", first, size)
                            .isTrue();
                }
            }
            return null;
        });
    }

    @Test
    void one_proof_covers_a_choice_of_records() throws SQLException {
        append(IntStream.range(0, 53).mapToObj(n -> draft("study.started")).toArray(Draft[]::new));
        List<AuditRecord> records = all();
        List<Long> chosen = List.of(0L, 3L, 4L, 31L, 32L, 52L);
        List<byte[]> rest = new ArrayList<>();
        committed(c -> {
            new StoredTree(c, SCHEMA)
                    .selection(53, chosen.stream().mapToLong(Long::longValue).iterator(), rest::add);
            return null;
        });
        Iterator<byte[]> hashes = rest.iterator();
        assertThat(Merkle.root(
                        53,
                        chosen.iterator(),
                        seq -> records.get((int) seq).leafHash().bytes(),
                        hashes))
                .isEqualTo(root(records));
    }

    @Test
    void the_application_can_neither_change_nor_delete_what_is_recorded() throws SQLException {
        append(draft("study.started"), draft("study.paused"));
        checkpoint(NOW);
        for (String statement : List.of(
                "UPDATE audit_record SET line = 'x'",
                "DELETE FROM audit_record",
                "TRUNCATE audit_record",
                "UPDATE audit_node SET hash = hash",
                "DELETE FROM audit_node",
                "UPDATE audit_checkpoint SET note = 'x'",
                "DELETE FROM audit_checkpoint",
                "DELETE FROM audit_witness",
                "UPDATE audit_witness SET signature = 'x'",
                "DELETE FROM audit_timestamp",
                "UPDATE audit_timestamp SET token = ''",
                "DROP TABLE audit_record",
                "ALTER TABLE audit_record DROP COLUMN line",
                "ALTER TABLE audit_record DISABLE TRIGGER ALL",
                "CREATE RULE r AS ON INSERT TO audit_record DO INSTEAD NOTHING",
                "GRANT UPDATE, DELETE ON audit_record TO " + PostgresForTests.APPLICATION,
                "DELETE FROM audit_record WHERE seq = 0",
                "SET ROLE " + PostgresForTests.OWNER)) {
            assertThatThrownBy(() -> executed(statement))
                    .as(statement)
                    .isInstanceOf(SQLException.class)
                    .satisfies(refusal -> assertThat(((SQLException) refusal).getSQLState())
                            // 01007: PostgreSQL only warns where a user grants what it does not have.
                            .isIn("42501", "01007"));
        }
        assertThat(all()).hasSize(2);
    }

    @Test
    void a_checkpoint_is_signed_only_when_something_was_appended_and_keeps_its_witnesses() throws SQLException {
        assertThat(checkpoint(NOW)).isEmpty();
        append(draft("study.started"));
        SignedCheckpoint first = checkpoint(NOW).orElseThrow();
        assertThat(first.checkpoint().size()).isEqualTo(1);
        assertThat(first.isSignedBy(SIGNER.key())).isTrue();
        assertThat(checkpoint(NOW.plusSeconds(600))).isEmpty();
        NoteSigner witness =
                NoteSigner.fromPem("site-1", Es256KeyPair.generate().toPem());
        SiteId site = new SiteId("site-1");
        boolean isNew = committed(
                c -> new Checkpoints(c, SCHEMA).witness(1, site, witness.countersign(first.checkpoint(), NOW)));
        assertThat(isNew).isTrue();
        boolean again = committed(c -> new Checkpoints(c, SCHEMA)
                .witness(1, site, witness.countersign(first.checkpoint(), NOW.plusSeconds(1))));
        assertThat(again).isFalse();
        append(draft("study.paused"));
        SignedCheckpoint second = checkpoint(NOW.minusSeconds(5)).orElseThrow();
        assertThat(second.checkpoint().time())
                .as("not before the first")
                .isEqualTo(first.checkpoint().time());
        committed(c -> {
            Checkpoints checkpoints = new Checkpoints(c, SCHEMA);
            SignedCheckpoint kept = checkpoints.of(1).orElseThrow();
            assertThat(kept.witnesses()).hasSize(1);
            assertThat(kept.checkpoint().witnessed(kept.witnesses().get(0), witness.key()))
                    .contains(Instant.parse("2026-11-26T10:00:00Z"));
            assertThat(checkpoints.last()).contains(second);
            assertThat(checkpoints.after(0)).containsExactly(kept, second);
            assertThat(checkpoints.after(1)).containsExactly(second);
            assertThat(checkpoints.unstamped()).contains(second);
            checkpoints.stamp(2, new byte[] {1, 2});
            assertThat(checkpoints.unstamped()).isEmpty();
            assertThat(checkpoints.timestamp(2)).contains(new byte[] {1, 2});
            return null;
        });
    }

    @Test
    void records_and_checkpoints_follow_each_other_whatever_the_clocks_of_replicas_say() throws SQLException {
        AuditLog fast = log(NOW.plusSeconds(3600));
        AuditLog slow = log(NOW.minusSeconds(3600));
        committed(c -> fast.append(c, List.of(draft("study.started"))));
        SignedCheckpoint first = checkpoint(NOW).orElseThrow();
        assertThat(first.checkpoint().time())
                .as("not before what it covers, to the second")
                .isEqualTo(NOW.plusSeconds(3600).truncatedTo(ChronoUnit.SECONDS));
        append(draft("study.paused"));
        SignedCheckpoint second = checkpoint(NOW.plusSeconds(7200)).orElseThrow();
        AuditRecord after =
                committed(c -> slow.append(c, List.of(draft("study.resumed")))).get(0);
        assertThat(after.recorded())
                .as("not before the checkpoint that does not have it")
                .isAfterOrEqualTo(second.checkpoint().time());
        assertThat(after.occurred()).as("events keep their own time").isEqualTo(NOW.truncatedTo(ChronoUnit.MILLIS));
    }

    @Test
    void replicas_that_append_and_sign_at_once_leave_one_history_in_the_order_of_its_times() throws Exception {
        ExecutorService replicas = Executors.newFixedThreadPool(8);
        List<Future<Boolean>> done = new ArrayList<>();
        for (int replica = 0; replica < 8; replica++) {
            Instant now = NOW.plusSeconds(replica * 100L);
            AuditLog own = log(now);
            done.add(replicas.submit(() -> {
                for (int i = 0; i < 20; i++) {
                    committed(c -> own.append(c, List.of(draft("study.started"))));
                    checkpoint(now);
                }
                return true;
            }));
        }
        replicas.shutdown();
        assertThat(replicas.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
        for (Future<Boolean> one : done) {
            assertThat(one.get()).isTrue();
        }
        List<AuditRecord> records = all();
        List<SignedCheckpoint> checkpoints = committed(c -> new Checkpoints(c, SCHEMA).after(0));
        assertThat(checkpoints).isNotEmpty();
        Instant before = Instant.MIN;
        int seq = 0;
        for (SignedCheckpoint signed : checkpoints) {
            for (; seq < signed.checkpoint().size(); seq++) {
                assertThat(records.get(seq).recorded()).as("record %d", seq).isAfterOrEqualTo(before);
                assertThat(records.get(seq).recorded().truncatedTo(ChronoUnit.SECONDS))
                        .as("record %d", seq)
                        .isBeforeOrEqualTo(signed.checkpoint().time());
            }
            before = signed.checkpoint().time();
            assertThat(signed.checkpoint().root().bytes())
                    .isEqualTo(root(records.subList(0, (int) signed.checkpoint().size())));
        }
    }

    @Test
    void no_detour_leads_the_application_to_what_is_recorded() throws SQLException {
        append(draft("study.started"), draft("study.paused"));
        checkpoint(NOW);
        for (String statement : List.of(
                "INSERT INTO audit_record SELECT * FROM audit_record WHERE seq = 0"
                        + " ON CONFLICT (seq) DO UPDATE SET line = 'x'",
                "MERGE INTO audit_record r USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
                "SELECT * FROM audit_record FOR UPDATE",
                "DO $$ BEGIN LOCK TABLE audit_record IN ACCESS EXCLUSIVE MODE; END $$",
                "CREATE TRIGGER t BEFORE INSERT ON audit_record EXECUTE FUNCTION"
                        + " suppress_redundant_updates_trigger()",
                "CREATE FUNCTION public.hash(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
                "CREATE VIEW public.audit AS SELECT * FROM audit_record",
                "CREATE SCHEMA other",
                "CREATE TABLE public.child () INHERITS (audit_record)",
                "ALTER TABLE audit_record OWNER TO " + PostgresForTests.APPLICATION,
                "ALTER TABLE audit_record SET SCHEMA pg_temp",
                "ALTER TABLE audit_record ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON audit_record USING (false)",
                "CREATE INDEX i ON audit_record (line)",
                "COMMENT ON TABLE audit_record IS 'x'",
                "SET session_replication_role = replica",
                "COPY audit_record TO PROGRAM 'cat'",
                "CREATE TABLE pg_temp.t (seq bigint REFERENCES audit_record ON DELETE CASCADE)",
                "UPDATE flyway_schema_history SET checksum = 0")) {
            assertThatThrownBy(() -> executed(statement))
                    .as(statement)
                    .isInstanceOf(SQLException.class)
                    .satisfies(refusal -> assertThat(((SQLException) refusal).getSQLState())
                            // 42P16 and 42P17: a temporary table cannot hang on one that is not.
                            .isIn("42501", "42P16", "42P17"));
        }
        assertThat(all()).hasSize(2);
    }

    @Test
    void a_temporary_table_of_the_same_name_takes_no_record() throws SQLException {
        try (Connection connection = postgres.pool().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE audit_record (LIKE public.audit_record INCLUDING ALL)");
            statement.execute("CREATE TEMP TABLE audit_node (LIKE public.audit_node INCLUDING ALL)");
            connection.setAutoCommit(false);
            log.append(connection, List.of(draft("study.started"), draft("study.paused")));
            connection.commit();
        }
        assertThat(all()).hasSize(2);
    }

    @Test
    void who_has_appended_and_not_committed_sees_just_the_changes_that_the_records_before_tell_of() throws Exception {
        ExecutorService others = Executors.newSingleThreadExecutor();
        CountDownLatch begun = new CountDownLatch(1);
        try (Connection export = postgres.pool().getConnection()) {
            export.setAutoCommit(false);
            log.append(export, List.of(draft("export.made")));
            Future<?> other = others.submit(() -> committed(change -> {
                try (Statement statement = change.createStatement()) {
                    statement.execute("INSERT INTO parameter_vector (architecture, count) VALUES ('x', 1)");
                }
                begun.countDown();
                return log.append(change, List.of(draft("model.registered")));
            }));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(vectors(export)).isZero();
            export.commit();
            other.get(30, TimeUnit.SECONDS);
            assertThat(vectors(export)).isEqualTo(1);
        }
        others.shutdown();
        assertThat(all()).extracting(AuditRecord::code).containsExactly("export.made", "model.registered");
    }

    @Test
    void the_last_record_of_some_codes_is_found_and_of_no_other() throws SQLException {
        append(draft("site.approved"), draft("site.key-rotated"), draft("site.approved.again"), draft("study.started"));
        assertThat(seqOf("site.approved")).contains(0L);
        assertThat(seqOf("site.approved", "site.key-rotated")).contains(1L);
        assertThat(seqOf("site")).isEmpty();
    }

    private Optional<Long> seqOf(String... codes) throws SQLException {
        return committed(c -> new Records(c, SCHEMA).lastOf(codes).map(AuditRecord::seq));
    }

    private static long vectors(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM parameter_vector")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static AuditLog log(Instant now) {
        return new AuditLog(AuditRecord.CONSORTIUM, SCHEMA, Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void the_latest_word_on_the_data_of_one_site_in_one_study_is_found() {
        AuditStore store = new AuditStore(postgres.entityManager(), Clock.fixed(NOW, ZoneOffset.UTC));
        SiteId one = new SiteId("site-1");
        SiteId two = new SiteId("site-2");
        StudyId other = new StudyId("other");
        assertThat(postgres.committed(() -> store.lastOfData(STUDY, one))).isEmpty();
        Audit.TrainingData first = data("a", 10);
        postgres.committed(() -> store.append(List.of(
                told(STUDY, one, first, Optional.empty()),
                told(STUDY, one, data("b", 12), Optional.of(first)),
                told(STUDY, two, data("c", 13), Optional.empty()),
                told(other, one, data("d", 14), Optional.empty()),
                draft("study.paused"))));
        assertThat(postgres.committed(() -> store.lastOfData(STUDY, one)))
                .map(AuditRecord::seq)
                .contains(1L);
        assertThat(postgres.committed(() -> store.lastOfData(other, two))).isEmpty();
        assertThat(postgres.committed(() -> store.lastOfData(other, one)).orElseThrow())
                .satisfies(record -> {
                    assertThat(record.code()).isEqualTo("dataset.declared");
                    assertThat(record.entity().hash()).contains(data("d", 14).fingerprint());
                    assertThat(record.details()).containsEntry("examples", "14");
                });
    }

    private static Audit.TrainingData data(String bytes, long examples) {
        return new Audit.TrainingData(Sha256.of(bytes.getBytes(StandardCharsets.UTF_8)), examples);
    }

    private static Draft told(
            StudyId study, SiteId site, Audit.TrainingData data, Optional<Audit.TrainingData> before) {
        Actor node = new Actor(
                site.value(), "Node", site.value(), "site-node", Kind.NODE, "private_key_jwt", Optional.empty());
        AuditEvent event = new AuditEvent.DataDeclared(study, 1, new RoundNumber(1), site, "cells", data, before);
        return AuditTrail.draft(event.facts(), new Actors.Acting(node, UUID.randomUUID()), NOW);
    }

    private static final NoteSigner SIGNER = NoteSigner.generate("consortium.example/audit");

    private Optional<SignedCheckpoint> checkpoint(Instant now) throws SQLException {
        return committed(c -> new Checkpoints(c, SCHEMA).sign("consortium.example/audit", SIGNER, now));
    }

    private void append(Draft... drafts) throws SQLException {
        committed(c -> log.append(c, List.of(drafts)));
    }

    private List<AuditRecord> all() throws SQLException {
        List<AuditRecord> records = new ArrayList<>();
        committed(c -> new Records(c, SCHEMA).read(Records.Filter.all(), 10_000, records::add));
        return records;
    }

    private void executed(String sql) throws SQLException {
        try (Connection connection = postgres.pool().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            if (statement.getWarnings() != null) {
                throw statement.getWarnings();
            }
        }
    }

    private <T> T committed(Work<T> work) throws SQLException {
        try (Connection connection = postgres.pool().getConnection()) {
            connection.setAutoCommit(false);
            T result = work.on(connection);
            connection.commit();
            return result;
        }
    }

    private static byte[] root(List<AuditRecord> records) {
        if (records.size() == 1) {
            return records.get(0).leafHash().bytes();
        }
        int k = (int) Merkle.split(records.size());
        return Merkle.node(root(records.subList(0, k)), root(records.subList(k, records.size())));
    }

    private static Draft draft(String code) {
        return draft(code, Optional.of(STUDY));
    }

    private static Draft draft(String code, Optional<StudyId> study) {
        return new Draft(
                UUID.randomUUID(),
                NOW,
                new Actor("ada", "Ada", "University", "coordinator", Kind.USER, "bearer", Optional.empty()),
                Action.U,
                code,
                Outcome.success(),
                Entity.of("study", "nodules"),
                study,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                UUID.randomUUID(),
                Optional.empty(),
                Map.of());
    }
}
