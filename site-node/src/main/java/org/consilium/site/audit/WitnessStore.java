package org.consilium.site.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.consilium.auditlog.Records;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.site.platform.Database;

/**
 * The tables {@code consortium_key} and {@code consortium_checkpoint}, within the caller's transaction. Rows are only added:
 * whether there is an alarm, and which epoch it is, stands in the node's own log.
 */
final class WitnessStore {

    private static final String REFUSED = "checkpoint.refused";
    private static final String ACKNOWLEDGED = "checkpoint.acknowledged";

    private final Connection connection;

    WitnessStore(Connection connection) {
        this.connection = connection;
    }

    /**
     * A checkpoint as it was kept.
     *
     * @param id its place among all that were kept
     * @param checkpoint with this site's counter-signature if it has one
     * @param owners whether the key that was known then has signed it
     */
    record Seen(long id, SignedCheckpoint checkpoint, boolean owners) {}

    /** Returns the refusal that no steward has acknowledged yet. */
    Optional<AuditRecord> alarm() throws SQLException {
        Records records = new Records(connection, Database.SCHEMA);
        Optional<AuditRecord> refused = records.lastOf(REFUSED);
        long acknowledged = records.lastOf(ACKNOWLEDGED).map(AuditRecord::seq).orElse(-1L);
        return refused.filter(record -> record.seq() > acknowledged);
    }

    /** Returns which epoch it is: each acknowledgement begins another. */
    long epoch() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT count(*) FROM imaging.audit_record WHERE code = '" + ACKNOWLEDGED + "'")) {
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Returns the consortium's key of an epoch, nothing before it was seen. */
    Optional<NoteKey> key(long epoch) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT key FROM imaging.consortium_key WHERE epoch = ?")) {
            query.setLong(1, epoch);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(NoteKey.fromText(row.getString(1))) : Optional.empty();
            }
        }
    }

    /** Keeps the first key of an epoch, which is the only one that counts in it. */
    void pin(long epoch, NoteKey key, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO imaging.consortium_key (epoch, key, seen_at) VALUES (?, ?, ?)")) {
            insert.setLong(1, epoch);
            insert.setString(2, key.text());
            insert.setObject(3, now.atOffset(ZoneOffset.UTC));
            insert.executeUpdate();
        }
    }

    /** Returns the largest checkpoint that this site has counter-signed in an epoch. */
    Optional<SignedCheckpoint> lastSigned(long epoch) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT note FROM imaging.consortium_checkpoint"
                + " WHERE epoch = ? AND signed ORDER BY size DESC LIMIT 1")) {
            query.setLong(1, epoch);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(SignedCheckpoint.fromNote(row.getString(1))) : Optional.empty();
            }
        }
    }

    /** Keeps a checkpoint, as it came or with this site's counter-signature. */
    void keep(long epoch, SignedCheckpoint checkpoint, boolean signed, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO imaging.consortium_checkpoint (epoch, size, note, seen_at, signed)"
                        + " VALUES (?, ?, ?, ?, ?)")) {
            insert.setLong(1, epoch);
            insert.setLong(2, checkpoint.checkpoint().size());
            insert.setString(3, checkpoint.note());
            insert.setObject(4, now.atOffset(ZoneOffset.UTC));
            insert.setBoolean(5, signed);
            insert.executeUpdate();
        }
    }

    /** Returns how many checkpoints were seen. */
    long count() throws SQLException {
        try (PreparedStatement query =
                        connection.prepareStatement("SELECT count(*) FROM imaging.consortium_checkpoint");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Returns checkpoints in the order in which they were seen. */
    List<Seen> seen(long after, int most) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT c.id, c.note, k.key"
                + " FROM imaging.consortium_checkpoint c LEFT JOIN imaging.consortium_key k USING (epoch)"
                + " WHERE c.id > ? ORDER BY c.id LIMIT ?")) {
            query.setLong(1, after);
            query.setInt(2, most);
            try (ResultSet row = query.executeQuery()) {
                List<Seen> seen = new ArrayList<>();
                while (row.next()) {
                    SignedCheckpoint checkpoint = SignedCheckpoint.fromNote(row.getString(2));
                    boolean owners =
                            row.getString(3) != null && checkpoint.isSignedBy(NoteKey.fromText(row.getString(3)));
                    seen.add(new Seen(row.getLong(1), checkpoint, owners));
                }
                return seen;
            }
        }
    }
}
