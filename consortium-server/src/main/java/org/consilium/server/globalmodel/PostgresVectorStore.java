package org.consilium.server.globalmodel;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Sha256;

/** Parameters in PostgreSQL: chunks by plain JDBC, the rest through the transaction's entity manager. */
@ApplicationScoped
class PostgresVectorStore implements VectorStore {

    private final EntityManager em;
    private final DataSource pool;

    /** @param pool gives connections that commit by themselves outside a transaction */
    @Inject
    PostgresVectorStore(EntityManager em, DataSource pool) {
        this.em = em;
        this.pool = pool;
    }

    /** For the container's proxy. */
    PostgresVectorStore() {
        this(null, null);
    }

    @Override
    public Optional<StoredVector> find(Sha256 digest) {
        List<?> rows = em.createNativeQuery(
                        "SELECT id, architecture, count FROM parameter_vector WHERE sha256 = :digest")
                .setParameter("digest", digest.hex())
                .getResultList();
        return rows.stream().findFirst().map(Object[].class::cast).map(row -> vector(row, digest));
    }

    @Override
    public long begin(ArchitectureId architecture, long count) {
        return withConnection(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO parameter_vector (architecture, count) VALUES (?, ?) RETURNING id")) {
                insert.setString(1, architecture.value());
                insert.setLong(2, count);
                try (ResultSet key = insert.executeQuery()) {
                    key.next();
                    return key.getLong(1);
                }
            }
        });
    }

    @Override
    public void write(long id, int chunk, byte[] bytes) {
        withConnection(connection -> {
            // No wait for the disk here: the commit that completes the vector flushes all that was written before.
            try (PreparedStatement insert = connection.prepareStatement(
                    "WITH lazy AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))"
                            + " INSERT INTO parameter_chunk (vector_id, chunk, payload) SELECT ?, ?, ? FROM lazy")) {
                insert.setLong(1, id);
                insert.setInt(2, chunk);
                insert.setBytes(3, bytes);
                return insert.executeUpdate();
            }
        });
    }

    @Override
    public boolean hold(Sha256 digest) {
        return !em.createNativeQuery("SELECT id FROM parameter_vector WHERE sha256 = :digest FOR KEY SHARE")
                .setParameter("digest", digest.hex())
                .getResultList()
                .isEmpty();
    }

    @Override
    public StoredVector complete(long id, Sha256 digest) {
        // Equal bytes may arrive from two sites at once: the lock makes the second see the first.
        em.createNativeQuery("SELECT CAST(pg_advisory_xact_lock(hashtextextended(:digest, 0)) AS text)")
                .setParameter("digest", "vector/" + digest)
                .getSingleResult();
        Optional<StoredVector> known = hold(digest) ? find(digest) : Optional.empty();
        if (known.isPresent()) {
            em.createNativeQuery("DELETE FROM parameter_vector WHERE id = :id AND sha256 IS NULL")
                    .setParameter("id", id)
                    .executeUpdate();
            return known.get();
        }
        em.createNativeQuery("UPDATE parameter_vector SET sha256 = :digest WHERE id = :id")
                .setParameter("digest", digest.hex())
                .setParameter("id", id)
                .executeUpdate();
        return find(digest).orElseThrow(() -> new IllegalStateException("vector " + id + " was dropped while written"));
    }

    @Override
    public void discard(long id) {
        withConnection(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM parameter_vector WHERE id = ? AND sha256 IS NULL")) {
                delete.setLong(1, id);
                return delete.executeUpdate();
            }
        });
    }

    @Override
    public byte[] read(StoredVector vector, int chunk) {
        return withConnection(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT payload FROM parameter_chunk WHERE vector_id = ? AND chunk = ?")) {
                select.setLong(1, vector.id());
                select.setInt(2, chunk);
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        throw new IllegalStateException("chunk " + chunk + " of parameters " + vector.digest()
                                + " is missing in the database; restore it from a backup");
                    }
                    return row.getBytes(1);
                }
            }
        });
    }

    @Override
    public int discardBegunBefore(Instant instant) {
        return withConnection(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM parameter_vector WHERE sha256 IS NULL AND created_at < ?")) {
                delete.setTimestamp(1, Timestamp.from(instant));
                return delete.executeUpdate();
            }
        });
    }

    private static StoredVector vector(Object[] row, Sha256 digest) {
        return new StoredVector(
                ((Number) row[0]).longValue(),
                digest,
                new ArchitectureId((String) row[1]),
                ((Number) row[2]).longValue());
    }

    private <T> T withConnection(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            return work.with(connection);
        } catch (SQLException e) {
            throw new VectorStoreException(e);
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }
}
