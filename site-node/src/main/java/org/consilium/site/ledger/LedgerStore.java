package org.consilium.site.ledger;

import static jakarta.transaction.Transactional.TxType.NOT_SUPPORTED;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.consilium.contract.Sha256;

/**
 * The table {@code outbound}.
 *
 * <p>Never part of the caller's transaction: an entry must be there when its request leaves, and stay if the caller then
 * rolls back. The commit is our own, so that it fails here, as an {@link SQLException}, if it fails.
 */
@ApplicationScoped
@Transactional(NOT_SUPPORTED)
public class LedgerStore {

    private DataSource source;

    /** For the container's proxy. */
    LedgerStore() {}

    /**
     * @param source the container's pool
     */
    @Inject
    public LedgerStore(DataSource source) {
        this.source = source;
    }

    /**
     * Lists a request, or counts it where the latest entry of its kind is the same.
     *
     * @param now when it leaves
     */
    void add(Departure what, Instant now) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                // Two threads that send the same at once would otherwise each find that there is none yet. Readers do
                // not wait.
                lock(connection);
                if (!count(connection, what, now)) {
                    insert(connection, what, now);
                }
                connection.commit();
            } catch (SQLException e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, SQLException why) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    private static void lock(Connection connection) throws SQLException {
        try (Statement lock = connection.createStatement()) {
            lock.execute("LOCK TABLE imaging.outbound IN SHARE ROW EXCLUSIVE MODE");
        }
    }

    private static boolean count(Connection connection, Departure what, Instant now) throws SQLException {
        // A clock that was set back must not make an entry end before it began.
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE imaging.outbound SET times = times + 1, last_at = GREATEST(last_at, ?)"
                        + " WHERE id = (SELECT max(id) FROM imaging.outbound WHERE kind = ?)"
                        + " AND recipient = ? AND bytes = ? AND sha256 = ?"
                        + " AND protocol IS NOT DISTINCT FROM ? AND metrics IS NOT DISTINCT FROM ?"
                        + " AND http_method = ?")) {
            update.setObject(1, utc(now));
            update.setString(2, what.kind());
            update.setString(3, what.to());
            update.setLong(4, what.bytes());
            update.setString(5, what.sha256().hex());
            update.setString(6, what.protocol().map(Sha256::hex).orElse(null));
            update.setString(7, what.metrics().orElse(null));
            update.setString(8, what.httpMethod());
            return update.executeUpdate() == 1;
        }
    }

    private static void insert(Connection connection, Departure what, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO imaging.outbound (first_at, last_at, times, kind, recipient, study, round, bytes, sha256,"
                        + " protocol, metrics, http_method) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setObject(1, utc(now));
            insert.setObject(2, utc(now));
            insert.setString(3, what.kind());
            insert.setString(4, what.to());
            insert.setString(5, what.study().orElse(null));
            insert.setObject(6, what.round().orElse(null), Types.INTEGER);
            insert.setLong(7, what.bytes());
            insert.setString(8, what.sha256().hex());
            insert.setString(9, what.protocol().map(Sha256::hex).orElse(null));
            insert.setString(10, what.metrics().orElse(null));
            insert.setString(11, what.httpMethod());
            insert.executeUpdate();
        }
    }

    /**
     * Returns entries in the order in which they were made.
     *
     * @param after only entries with a greater id
     * @param period only entries of which something was sent within it
     * @param limit at most so many
     */
    List<Entry> entries(long after, Period period, int limit) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement query = connection.prepareStatement(
                        "SELECT id, first_at, last_at, times, kind, recipient, study, round, bytes, sha256, protocol,"
                                + " metrics, http_method FROM imaging.outbound WHERE id > ? AND last_at >= ? AND first_at < ?"
                                + " ORDER BY id LIMIT ?")) {
            query.setLong(1, after);
            query.setObject(2, utc(period.from()));
            query.setObject(3, utc(period.end()));
            query.setInt(4, limit);
            List<Entry> entries = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    entries.add(entry(row));
                }
            }
            return entries;
        }
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong("id"),
                instant(row, "first_at"),
                instant(row, "last_at"),
                row.getLong("times"),
                new Departure(
                        row.getString("kind"),
                        row.getString("recipient"),
                        Optional.ofNullable(row.getString("study")),
                        Optional.ofNullable(row.getObject("round", Integer.class)),
                        row.getLong("bytes"),
                        new Sha256(row.getString("sha256")),
                        Optional.ofNullable(row.getString("protocol")).map(Sha256::new),
                        Optional.ofNullable(row.getString("metrics")),
                        row.getString("http_method")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
