package org.consilium.server.globalmodel;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.consilium.contract.Impressions;
import org.consilium.contract.ImpressionsHeader;
import org.consilium.contract.Sha256;

/** Impressions in PostgreSQL: chunks are read by plain JDBC, as they are sent while no transaction is open. */
@ApplicationScoped
class PostgresImpressionStore implements ImpressionStore {

    private final EntityManager em;
    private final DataSource pool;

    /** @param pool gives connections that commit by themselves outside a transaction */
    @Inject
    PostgresImpressionStore(EntityManager em, DataSource pool) {
        this.em = em;
        this.pool = pool;
    }

    /** For the container's proxy. */
    PostgresImpressionStore() {
        this(null, null);
    }

    @Override
    public Optional<ImpressionsHeader> find(Sha256 digest) {
        List<?> rows = em.createNativeQuery(
                        "SELECT header FROM impression_set WHERE sha256 = :digest ORDER BY id DESC LIMIT 1")
                .setParameter("digest", digest.hex())
                .getResultList();
        return rows.stream().findFirst().map(row -> ImpressionsHeader.decode((byte[]) row));
    }

    @Override
    public void add(Impressions set) {
        em.createNativeQuery("INSERT INTO impression_set (sha256, header) VALUES (:digest, :header)"
                        + " ON CONFLICT DO NOTHING")
                .setParameter("digest", set.digest().hex())
                .setParameter("header", set.header().encode())
                .executeUpdate();
        ByteBuffer payload = set.payload();
        for (int chunk = 0; payload.hasRemaining(); chunk++) {
            byte[] bytes = new byte[Math.min(CHUNK_BYTES, payload.remaining())];
            payload.get(bytes);
            em.createNativeQuery("INSERT INTO impression_chunk (sha256, chunk, payload)"
                            + " VALUES (:digest, :chunk, :payload) ON CONFLICT DO NOTHING")
                    .setParameter("digest", set.digest().hex())
                    .setParameter("chunk", chunk)
                    .setParameter("payload", bytes)
                    .executeUpdate();
        }
    }

    @Override
    public byte[] read(Sha256 digest, int chunk) {
        try (Connection connection = pool.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT payload FROM impression_chunk WHERE sha256 = ? AND chunk = ?")) {
            select.setString(1, digest.hex());
            select.setInt(2, chunk);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("chunk " + chunk + " of impressions " + digest
                            + " is missing in the database; restore it from a backup");
                }
                return row.getBytes(1);
            }
        } catch (SQLException e) {
            throw new VectorStoreException(e);
        }
    }
}
