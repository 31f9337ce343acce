package org.consilium.site.audit;

import static jakarta.transaction.Transactional.TxType.NOT_SUPPORTED;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.consilium.site.platform.Database;

/**
 * Transactions of the audit log's own, for what belongs to no other change: what was appended is durable when the method
 * returns, and stays whatever the caller's transaction comes to.
 */
@ApplicationScoped
@Transactional(NOT_SUPPORTED)
public class AuditStore {

    private DataSource source;
    private Database database;

    /** For the container's proxy. */
    AuditStore() {}

    /**
     * @param source the container's pool
     * @param database must be migrated first
     */
    @Inject
    public AuditStore(DataSource source, Database database) {
        this.source = source;
        this.database = database;
    }

    /** What is done in one transaction. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /**
     * Does it, and commits.
     *
     * @throws org.consilium.site.platform.ProblemException with status 503 if the database is away
     */
    <T> T committed(Work<T> work) {
        database.require();
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw database.unavailable(e);
        }
    }

    private static void rollBack(Connection connection, Exception why) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }
}
