package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PrimitiveIterator;
import java.util.function.Consumer;
import org.consilium.auditlog.AuditLog;
import org.consilium.auditlog.Checkpoints;
import org.consilium.auditlog.Draft;
import org.consilium.auditlog.Records;
import org.consilium.auditlog.StoredTree;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.NoteSignature;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.hibernate.Session;

/** The audit log's tables, by the connection of the present transaction. */
@ApplicationScoped
class AuditStore {

    private static final String SCHEMA = "public";

    private final EntityManager em;
    private final AuditLog log;

    @Inject
    AuditStore(EntityManager em, Clock clock) {
        this.em = em;
        this.log = new AuditLog(AuditRecord.CONSORTIUM, SCHEMA, clock);
    }

    /** For the container's proxy. */
    AuditStore() {
        this.em = null;
        this.log = null;
    }

    @FunctionalInterface
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    List<AuditRecord> append(List<Draft> drafts) {
        // What waits in memory may wait for another transaction's lock in the database: before ours, not after.
        em.flush();
        return with(connection -> log.append(connection, drafts));
    }

    void sign(String origin, NoteSigner signer, Instant now) {
        with(connection -> new Checkpoints(connection, SCHEMA).sign(origin, signer, now));
    }

    Optional<SignedCheckpoint> last() {
        return with(connection -> new Checkpoints(connection, SCHEMA).last());
    }

    Optional<SignedCheckpoint> checkpoint(long size) {
        return with(connection -> new Checkpoints(connection, SCHEMA).of(size));
    }

    List<SignedCheckpoint> checkpointsAfter(long size) {
        return with(connection -> new Checkpoints(connection, SCHEMA).after(size));
    }

    boolean witness(long size, SiteId site, NoteSignature signature) {
        return with(connection -> new Checkpoints(connection, SCHEMA).witness(size, site, signature));
    }

    Optional<SignedCheckpoint> unstamped() {
        return with(connection -> new Checkpoints(connection, SCHEMA).unstamped());
    }

    void stamp(long size, byte[] token) {
        with(connection -> {
            new Checkpoints(connection, SCHEMA).stamp(size, token);
            return size;
        });
    }

    Optional<byte[]> timestamp(long size) {
        return with(connection -> new Checkpoints(connection, SCHEMA).timestamp(size));
    }

    List<byte[]> consistency(long first, long second) {
        return with(connection -> new StoredTree(connection, SCHEMA).consistency(first, second));
    }

    List<byte[]> inclusion(long seq, long size) {
        return with(connection -> new StoredTree(connection, SCHEMA).inclusion(seq, size));
    }

    void selection(long size, PrimitiveIterator.OfLong chosen, Consumer<byte[]> sink) {
        with(connection -> {
            new StoredTree(connection, SCHEMA).selection(size, chosen, sink::accept);
            return size;
        });
    }

    long read(Records.Filter filter, long most, Consumer<AuditRecord> sink) {
        return with(connection -> new Records(connection, SCHEMA).read(filter, most, sink::accept));
    }

    OptionalLong lastOfStudy(StudyId study) {
        return with(connection -> new Records(connection, SCHEMA).lastOfStudy(study));
    }

    Optional<AuditRecord> lastOf(String... codes) {
        return with(connection -> new Records(connection, SCHEMA).lastOf(codes));
    }

    /** Returns the latest record that tells of a site's data in a study; the condition is that of the index made for it. */
    Optional<AuditRecord> lastOfData(StudyId study, SiteId site) {
        return with(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT line FROM " + SCHEMA + ".audit_record WHERE code IN ('dataset.declared', 'dataset.changed')"
                            + " AND study = ? AND site = ? ORDER BY seq DESC LIMIT 1")) {
                query.setString(1, study.value());
                query.setString(2, site.value());
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? Optional.of(AuditRecord.fromLine(row.getString(1))) : Optional.empty();
                }
            }
        });
    }

    /** Notes a failed log-in; returns false if it is noted already. */
    boolean addFailedLogIn(String id, Instant at) {
        return with(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO failed_log_in (id, at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING")) {
                insert.setString(1, id);
                insert.setObject(2, at.atOffset(ZoneOffset.UTC));
                return insert.executeUpdate() == 1;
            }
        });
    }

    Optional<Instant> lastFailedLogIn() {
        return with(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT max(at) FROM failed_log_in");
                    ResultSet row = query.executeQuery()) {
                row.next();
                return Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant);
            }
        });
    }

    void forgetFailedLogIns(Instant before) {
        with(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM failed_log_in WHERE at < ?")) {
                delete.setObject(1, before.atOffset(ZoneOffset.UTC));
                return delete.executeUpdate();
            }
        });
    }

    private <T> T with(Work<T> work) {
        return em.unwrap(Session.class).doReturningWork(work::on);
    }
}
