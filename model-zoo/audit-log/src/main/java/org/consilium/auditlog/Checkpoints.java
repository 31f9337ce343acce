package org.consilium.auditlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.NoteSignature;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;

/** The checkpoints of a log, with the signatures of their witnesses. */
public final class Checkpoints {

    private final Connection connection;
    private final String schema;

    /** Returns the checkpoints as this connection sees them. */
    public Checkpoints(Connection connection, String schema) {
        this.connection = connection;
        this.schema = schema;
    }

    /**
     * Signs the log as it is now, unless nothing has been appended since the last checkpoint. Nobody appends or signs
     * meanwhile, for a few milliseconds: so what comes later says a later time, whatever the replicas' clocks say.
     *
     * @return the new checkpoint
     */
    public Optional<SignedCheckpoint> sign(String origin, NoteSigner signer, Instant now) throws SQLException {
        StoredTree tree = new StoredTree(connection, schema);
        if (isSigned(tree.size())) {
            return Optional.empty();
        }
        AuditLog.lock(connection, schema);
        long size = tree.size();
        if (isSigned(size)) {
            return Optional.empty();
        }
        Instant time = notBefore(last().map(one -> one.checkpoint().time()), notBefore(lastRecorded(), now));
        SignedCheckpoint signed =
                SignedCheckpoint.of(new Checkpoint(origin, size, Sha256.ofDigest(tree.root(size)), time), signer);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO " + schema + ".audit_checkpoint (size, note) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
            insert.setLong(1, size);
            insert.setString(2, signed.note());
            return insert.executeUpdate() == 1 ? Optional.of(signed) : Optional.empty();
        }
    }

    private boolean isSigned(long size) throws SQLException {
        return size == 0
                || last().filter(one -> one.checkpoint().size() == size).isPresent();
    }

    private Optional<Instant> lastRecorded() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                        "SELECT recorded FROM " + schema + ".audit_record ORDER BY seq DESC LIMIT 1");
                ResultSet row = query.executeQuery()) {
            return row.next()
                    ? Optional.of(row.getObject(1, OffsetDateTime.class).toInstant())
                    : Optional.empty();
        }
    }

    private static Instant notBefore(Optional<Instant> last, Instant now) {
        return last.filter(now::isBefore).orElse(now);
    }

    /** Returns the latest one with its witnesses. */
    public Optional<SignedCheckpoint> last() throws SQLException {
        return list("ORDER BY size DESC LIMIT 1", 0).stream().findFirst();
    }

    /** Returns the one of that size. */
    public Optional<SignedCheckpoint> of(long size) throws SQLException {
        return list("AND size = ?", size).stream().findFirst();
    }

    /** Returns those of a larger size, the smallest first, at most 1000. */
    public List<SignedCheckpoint> after(long size) throws SQLException {
        return list("AND size > ? ORDER BY size LIMIT 1000", size);
    }

    private List<SignedCheckpoint> list(String which, long size) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT note, array(SELECT signature FROM " + schema + ".audit_witness w WHERE w.size = c.size"
                        + " ORDER BY site) FROM " + schema + ".audit_checkpoint c WHERE true " + which)) {
            if (which.contains("?")) {
                query.setLong(1, size);
            }
            try (ResultSet row = query.executeQuery()) {
                List<SignedCheckpoint> checkpoints = new ArrayList<>();
                while (row.next()) {
                    SignedCheckpoint signed = SignedCheckpoint.fromNote(row.getString(1));
                    for (String line : (String[]) row.getArray(2).getArray()) {
                        signed = signed.with(NoteSignature.fromLine(line));
                    }
                    checkpoints.add(signed);
                }
                return checkpoints;
            }
        }
    }

    /**
     * Keeps the signature of a witness that has been checked.
     *
     * @return whether it is new; a site signs a checkpoint once
     */
    public boolean witness(long size, SiteId site, NoteSignature signature) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + schema
                + ".audit_witness (size, site, signature) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")) {
            insert.setLong(1, size);
            insert.setString(2, site.value());
            insert.setString(3, signature.line());
            return insert.executeUpdate() == 1;
        }
    }

    /** Keeps the time-stamp token of a checkpoint (RFC 3161); the first one stays. */
    public void stamp(long size, byte[] token) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO " + schema + ".audit_timestamp (size, token) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
            insert.setLong(1, size);
            insert.setBytes(2, token);
            insert.executeUpdate();
        }
    }

    /** Returns the time-stamp token of a checkpoint (RFC 3161). */
    public Optional<byte[]> timestamp(long size) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT token FROM " + schema + ".audit_timestamp WHERE size = ?")) {
            query.setLong(1, size);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
            }
        }
    }

    /** Returns the latest checkpoint that has no time-stamp token. */
    public Optional<SignedCheckpoint> unstamped() throws SQLException {
        Optional<SignedCheckpoint> last = last();
        return last.isPresent() && timestamp(last.get().checkpoint().size()).isEmpty() ? last : Optional.empty();
    }
}
