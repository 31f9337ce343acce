package org.consilium.site.impression;

import static jakarta.transaction.Transactional.TxType.NOT_SUPPORTED;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.transaction.Transactional;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Impressions;
import org.consilium.contract.Messages;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.site.audit.SiteAudit;
import org.consilium.site.audit.SiteEvent;

/** The tables {@code impressions} and {@code impression_veto}; each method commits what it does. */
@ApplicationScoped
@Transactional(NOT_SUPPORTED)
public class ImpressionStore {

    private DataSource source;
    private SiteAudit audit;

    /** For the container's proxy. */
    ImpressionStore() {}

    /**
     * @param source the container's pool
     * @param audit tells of what came and of what a steward vetoed
     */
    @Inject
    public ImpressionStore(DataSource source, SiteAudit audit) {
        this.source = source;
        this.audit = audit;
    }

    /**
     * A set without its images.
     *
     * @param sha256 its digest
     * @param study the study that it was offered in first
     * @param round the round whose model it was made from
     * @param protocol digest of the protocol version
     * @param images how many there are
     * @param fetchedAt when it came
     * @param verdict what this site's node has said of it, empty before that
     */
    record Kept(
            Sha256 sha256,
            StudyId study,
            RoundNumber round,
            Sha256 protocol,
            int images,
            Instant fetchedAt,
            Optional<ImpressionVerdict> verdict) {}

    /** Returns header and payload of a set, nothing if it is not here. */
    Optional<byte[]> body(Sha256 digest) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement query =
                        connection.prepareStatement("SELECT body FROM imaging.impressions WHERE sha256 = ?")) {
            query.setString(1, digest.hex());
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
            }
        }
    }

    /** Keeps a set that has come. */
    void keep(StudyId study, Impressions set, SiteEvent event, Instant now) throws SQLException {
        committed(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO imaging.impressions (sha256, study, round, protocol, images, body, fetched_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)"
                            + " ON CONFLICT (sha256) DO UPDATE SET body = excluded.body")) {
                insert.setString(1, set.digest().hex());
                insert.setString(2, study.value());
                insert.setInt(3, set.header().origin().round().value());
                insert.setString(4, set.header().origin().protocol().hex());
                insert.setInt(5, set.size());
                insert.setBytes(6, set.encode());
                insert.setObject(7, utc(now));
                insert.executeUpdate();
            }
            audit.append(connection, audit.acting(), event);
        });
    }

    /** Keeps what this site's node says of a set. */
    void judged(ImpressionVerdict verdict, Instant now) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE imaging.impressions SET verdict = ?, judged_at = ? WHERE sha256 = ?")) {
            update.setString(1, Messages.toJson(verdict).toString());
            update.setObject(2, utc(now));
            update.setString(3, verdict.set().hex());
            update.executeUpdate();
        }
    }

    /** Returns the latest sets, the youngest first. */
    List<Kept> latest(int limit) throws SQLException {
        return kept("ORDER BY fetched_at DESC, sha256 LIMIT ?", query -> query.setInt(1, limit));
    }

    /** Returns what is known of a set, nothing if it is not here. */
    Optional<Kept> kept(Sha256 digest) throws SQLException {
        return kept("WHERE sha256 = ?", query -> query.setString(1, digest.hex())).stream()
                .findFirst();
    }

    @FunctionalInterface
    private interface Arguments {
        void set(PreparedStatement query) throws SQLException;
    }

    private List<Kept> kept(String which, Arguments arguments) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement query = connection.prepareStatement(
                        "SELECT sha256, study, round, protocol, images, fetched_at, verdict FROM imaging.impressions "
                                + which)) {
            arguments.set(query);
            List<Kept> kept = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    kept.add(new Kept(
                            new Sha256(row.getString(1)),
                            new StudyId(row.getString(2)),
                            new RoundNumber(row.getInt(3)),
                            new Sha256(row.getString(4)),
                            row.getInt(5),
                            row.getObject(6, OffsetDateTime.class).toInstant(),
                            Optional.ofNullable(row.getString(7)).map(ImpressionStore::verdict)));
                }
            }
            return kept;
        }
    }

    private static ImpressionVerdict verdict(String json) {
        try (JsonReader reader = Json.createReader(new StringReader(json))) {
            return Messages.verdict(reader.readObject());
        }
    }

    /** Returns the images that stewards do not want. */
    Set<Sha256> vetoed() throws SQLException {
        try (Connection connection = source.getConnection()) {
            return vetoed(connection);
        }
    }

    private static Set<Sha256> vetoed(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT image FROM imaging.impression_veto");
                ResultSet row = query.executeQuery()) {
            Set<Sha256> vetoed = new HashSet<>();
            while (row.next()) {
                vetoed.add(new Sha256(row.getString(1)));
            }
            return vetoed;
        }
    }

    /**
     * Vetoes just these images among those of a set, and records it if that is a change.
     *
     * @param images all of the set
     * @param unwanted those that are vetoed
     */
    void veto(List<Sha256> images, Set<Sha256> unwanted, String by, SiteEvent event, Instant now) throws SQLException {
        committed(connection -> {
            // Of two stewards who say at once what they want one is heard after the other.
            try (Statement lock = connection.createStatement()) {
                lock.execute("LOCK TABLE imaging.impression_veto IN SHARE ROW EXCLUSIVE MODE");
            }
            Set<Sha256> before = vetoed(connection);
            boolean changed = false;
            try (PreparedStatement delete =
                            connection.prepareStatement("DELETE FROM imaging.impression_veto WHERE image = ?");
                    PreparedStatement insert = connection.prepareStatement(
                            "INSERT INTO imaging.impression_veto (image, vetoed_by, vetoed_at) VALUES (?, ?, ?)")) {
                for (Sha256 image : new HashSet<>(images)) {
                    if (unwanted.contains(image) == before.contains(image)) {
                        continue;
                    }
                    changed = true;
                    PreparedStatement statement = unwanted.contains(image) ? insert : delete;
                    statement.setString(1, image.hex());
                    if (statement == insert) {
                        insert.setString(2, by);
                        insert.setObject(3, utc(now));
                    }
                    statement.executeUpdate();
                }
            }
            if (changed) {
                audit.append(connection, audit.acting(), event);
            }
        });
    }

    @FunctionalInterface
    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    private void committed(Work work) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                work.on(connection);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                try {
                    connection.rollback();
                } catch (SQLException again) {
                    e.addSuppressed(again);
                }
                throw e;
            }
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
