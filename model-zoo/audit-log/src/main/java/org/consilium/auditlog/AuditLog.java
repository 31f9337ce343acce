package org.consilium.auditlog;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.Merkle;
import org.consilium.contract.audit.SignedCheckpoint;

/** Appends to one stream's log, within the caller's transaction. */
public final class AuditLog {

    private final String stream;
    private final String schema;
    private final Clock clock;

    /**
     * @param stream whose log it is, {@link AuditRecord#CONSORTIUM} or a site's id
     * @param schema of its tables
     * @param clock for the time of recording
     */
    public AuditLog(String stream, String schema, Clock clock) {
        this.stream = stream;
        this.schema = schema;
        this.clock = clock;
    }

    /**
     * Appends records. They are durable, in this order and at the places that are returned, when the transaction has been
     * committed; until then nobody else appends. To be called last in a transaction, when it holds all its other locks.
     *
     * @param connection of a transaction with READ COMMITTED; containers do not tell whether there is one, so this is not checked
     * @return the records, with their places
     * @throws SQLException if the database fails or refuses
     */
    public List<AuditRecord> append(Connection connection, List<Draft> drafts) throws SQLException {
        if (drafts.isEmpty()) {
            return List.of();
        }
        lock(connection, schema);
        Last last = last(connection);
        Instant recorded = notBefore(last.time, clock.instant());
        Map<StudyId, Long> inStudy = new HashMap<>();
        List<AuditRecord> records = new ArrayList<>();
        for (Draft draft : drafts) {
            OptionalLong studySeq = OptionalLong.empty();
            if (draft.study().isPresent()) {
                StudyId study = draft.study().get();
                Long known = inStudy.get(study);
                long next = known == null ? nextOf(connection, study) : known + 1;
                inStudy.put(study, next);
                studySeq = OptionalLong.of(next);
            }
            records.add(draft.at(last.next + records.size(), stream, recorded, studySeq));
        }
        write(connection, records, new GrowingTree(connection, schema, last.leaf));
        return List.copyOf(records);
    }

    /** Waits until nobody else appends or signs; the transaction's end lets go. */
    static void lock(Connection connection, String schema) throws SQLException {
        try (PreparedStatement lock =
                connection.prepareStatement("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")) {
            lock.setString(1, "audit log/" + schema);
            lock.executeQuery().close();
        }
    }

    /** What the log ends with; a second statement, which sees what was committed while this one waited for the lock. */
    private Last last(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT seq, recorded, leaf, (SELECT note FROM "
                        + schema + ".audit_checkpoint ORDER BY size DESC LIMIT 1) FROM " + schema
                        + ".audit_record ORDER BY seq DESC LIMIT 1");
                ResultSet row = query.executeQuery()) {
            if (!row.next()) {
                return new Last(0, Instant.MIN, new byte[0]);
            }
            Instant recorded = row.getObject(2, OffsetDateTime.class).toInstant();
            Instant signed = row.getString(4) == null
                    ? Instant.MIN
                    : SignedCheckpoint.fromNote(row.getString(4)).checkpoint().time();
            return new Last(row.getLong(1) + 1, signed.isAfter(recorded) ? signed : recorded, row.getBytes(3));
        }
    }

    private record Last(long next, Instant time, byte[] leaf) {}

    private long nextOf(Connection connection, StudyId study) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT coalesce(max(study_seq) + 1, 0) FROM " + schema + ".audit_record WHERE study = ?")) {
            query.setString(1, study.value());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /**
     * A clock that is set back, or another replica's, must not make the log run backwards, nor behind its last checkpoint;
     * events keep their own time.
     */
    private static Instant notBefore(Instant last, Instant now) {
        Instant present = now.truncatedTo(ChronoUnit.MILLIS);
        return present.isBefore(last) ? last : present;
    }

    private void write(Connection connection, List<AuditRecord> records, GrowingTree tree) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + schema
                + ".audit_record (seq, id, code, outcome, recorded, study, study_seq, site, line, leaf)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (AuditRecord record : records) {
                String line = record.line();
                byte[] leaf = Merkle.leaf(line.getBytes(StandardCharsets.UTF_8));
                insert.setLong(1, record.seq());
                insert.setObject(2, record.id());
                insert.setString(3, record.code());
                insert.setInt(4, record.outcome().code());
                insert.setObject(5, record.recorded().atOffset(ZoneOffset.UTC));
                insert.setString(6, record.study().map(StudyId::value).orElse(null));
                if (record.studySeq().isPresent()) {
                    insert.setLong(7, record.studySeq().getAsLong());
                } else {
                    insert.setNull(7, Types.BIGINT);
                }
                insert.setString(8, record.site().map(SiteId::value).orElse(null));
                insert.setString(9, line);
                insert.setBytes(10, leaf);
                insert.addBatch();
                tree.add(record.seq(), leaf);
            }
            insert.executeBatch();
        }
        tree.write();
    }
}
