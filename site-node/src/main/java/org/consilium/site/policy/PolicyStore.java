package org.consilium.site.policy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.consilium.contract.Sha256;
import org.consilium.contract.WorkOffer;
import org.consilium.site.audit.SiteAudit;
import org.consilium.site.audit.SiteEvent;

/** The tables {@code policy}, {@code verdict} and {@code permitted}. */
@ApplicationScoped
public class PolicyStore {

    private DataSource source;
    private SiteAudit audit;

    /** For the container's proxy. */
    PolicyStore() {}

    /**
     * @param source the container's pool
     * @param audit tells of what was written and refused
     */
    @Inject
    public PolicyStore(DataSource source, SiteAudit audit) {
        this.source = source;
        this.audit = audit;
    }

    /**
     * A policy as it was written.
     *
     * @param policy what it says
     * @param by who wrote it, nobody for the one that a node starts with
     * @param at when
     */
    record Written(SitePolicy policy, Optional<String> by, Optional<Instant> at) {}

    /**
     * A refusal that was decided here.
     *
     * @param at when
     * @param study the study
     * @param round its round
     * @param work train, val, test, describe or judge
     * @param protocol digest of the version that was named
     * @param code the refusal's code
     * @param reason the refusal's reason
     */
    record Refusal(Instant at, String study, int round, String work, String protocol, String code, String reason) {}

    /** Returns the policy that was written last. */
    Written policy() throws SQLException {
        try (Connection connection = source.getConnection()) {
            return policy(connection);
        }
    }

    private static Written policy(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                        "SELECT body, written_by, written_at FROM imaging.policy ORDER BY id DESC LIMIT 1");
                ResultSet row = query.executeQuery()) {
            if (!row.next()) {
                return new Written(SitePolicy.initial(), Optional.empty(), Optional.empty());
            }
            try (JsonReader json = Json.createReader(new StringReader(row.getString(1)))) {
                return new Written(
                        PolicyJson.stored(json.readObject()),
                        Optional.of(row.getString(2)),
                        Optional.of(row.getObject(3, OffsetDateTime.class).toInstant()));
            }
        }
    }

    /**
     * Writes what a policy is changed to, if that is another; those before it stay. Who else changes it waits, since a
     * protocol that one forbids must not come back by what another writes.
     */
    Written change(UnaryOperator<SitePolicy> change, String by, Instant now) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                lock(connection, "policy");
                Written before = policy(connection);
                SitePolicy after = change.apply(before.policy());
                boolean changed = !after.equals(before.policy());
                if (changed) {
                    write(connection, after, by, now);
                }
                Written written = policy(connection);
                if (changed) {
                    SiteEvent event = new SiteEvent.PolicyChanged(digest(before.policy()), digest(after));
                    audit.append(connection, audit.acting(), event);
                }
                connection.commit();
                return written;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static Sha256 digest(SitePolicy policy) {
        return Sha256.of(PolicyJson.toJson(policy).build().toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Readers do not wait. */
    private static void lock(Connection connection, String table) throws SQLException {
        try (Statement lock = connection.createStatement()) {
            lock.execute("LOCK TABLE imaging." + table + " IN SHARE ROW EXCLUSIVE MODE");
        }
    }

    private static void rollBack(Connection connection, Exception why) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    private static void write(Connection connection, SitePolicy policy, String by, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO imaging.policy (body, written_by, written_at) VALUES (?, ?, ?)")) {
            insert.setString(1, PolicyJson.toJson(policy).build().toString());
            insert.setString(2, by);
            insert.setObject(3, utc(now));
            insert.executeUpdate();
        }
    }

    /** Keeps a decision on an offer; the latest on the same work counts. A refusal is recorded when it is another one. */
    void keep(WorkOffer.Task offer, Optional<Verdict.Refused> refused, Instant now) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                boolean known = refused.isPresent() && isKnown(connection, offer, refused.get());
                keep(connection, offer, refused, now);
                if (refused.isPresent() && !known) {
                    Verdict.Refused why = refused.get();
                    SiteEvent event = new SiteEvent.PolicyRefused(offer, why.code(), why.reason());
                    audit.append(connection, audit.acting(), event);
                }
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    /** The same work may be offered again and again. */
    private static boolean isKnown(Connection connection, WorkOffer.Task offer, Verdict.Refused refused)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM imaging.verdict"
                + " WHERE study = ? AND round = ? AND work = ? AND protocol = ? AND code = ?")) {
            query.setString(1, offer.study().value());
            query.setInt(2, offer.round().value());
            query.setString(3, SiteEvent.work(offer));
            query.setString(4, offer.protocol().hex());
            query.setString(5, refused.code());
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    private static void keep(
            Connection connection, WorkOffer.Task offer, Optional<Verdict.Refused> refused, Instant now)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO imaging.verdict (study, round, work, protocol, decided_at, code, reason)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (study, round, work) DO UPDATE SET"
                        + " protocol = excluded.protocol, decided_at = excluded.decided_at,"
                        + " code = excluded.code, reason = excluded.reason")) {
            insert.setString(1, offer.study().value());
            insert.setInt(2, offer.round().value());
            insert.setString(3, SiteEvent.work(offer));
            insert.setString(4, offer.protocol().hex());
            insert.setObject(5, utc(now));
            insert.setString(6, refused.map(Verdict.Refused::code).orElse(null));
            insert.setString(7, refused.map(Verdict.Refused::reason).orElse(null));
            insert.executeUpdate();
        }
    }

    /**
     * Keeps that work is permitted, for ever on the one model and the one set of impressions. Who else would permit some waits
     * meanwhile, so that no two count the same day's rounds at once.
     *
     * @param day when the day of the policy began
     * @param another what the policy says to one more training on a day with so many other rounds
     * @return why it may not be done: the day has its rounds, the same work was permitted on others, or it is a second test;
     *     nothing if it may
     */
    Optional<Verdict.Refused> permit(
            WorkOffer.Task offer, Instant day, Instant now, IntFunction<Optional<Verdict.Refused>> another)
            throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                lock(connection, "permitted");
                Optional<Verdict.Refused> refused = offer instanceof WorkOffer.Train
                        ? another.apply(trainedSince(
                                connection, day, offer.protocol(), offer.round().value()))
                        : Optional.empty();
                if (refused.isEmpty() && !permit(connection, offer, now)) {
                    refused = Optional.of(SignedWork.repeated(offer));
                }
                connection.commit();
                return refused;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static boolean permit(Connection connection, WorkOffer.Task offer, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO imaging.permitted (protocol, round, work, model, study, first_at, last_at)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
                PreparedStatement again =
                        connection.prepareStatement("UPDATE imaging.permitted SET last_at = GREATEST(last_at, ?)"
                                + " WHERE protocol = ? AND round = ? AND work = ? AND model = ?")) {
            insert.setString(1, offer.protocol().hex());
            insert.setInt(2, offer.round().value());
            insert.setString(3, SiteEvent.work(offer));
            insert.setString(4, SignedWork.bond(offer).hex());
            insert.setString(5, offer.study().value());
            insert.setObject(6, utc(now));
            insert.setObject(7, utc(now));
            if (insert.executeUpdate() == 1) {
                return true;
            }
            again.setObject(1, utc(now));
            again.setString(2, offer.protocol().hex());
            again.setInt(3, offer.round().value());
            again.setString(4, SiteEvent.work(offer));
            again.setString(5, SignedWork.bond(offer).hex());
            return again.executeUpdate() == 1;
        }
    }

    /** Returns how many rounds were permitted to be trained since an instant, without one. */
    int trainedSince(Instant from, Sha256 exceptProtocol, int exceptRound) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return trainedSince(connection, from, exceptProtocol, exceptRound);
        }
    }

    private static int trainedSince(Connection connection, Instant from, Sha256 exceptProtocol, int exceptRound)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT count(*) FROM imaging.permitted WHERE work = 'train' AND last_at >= ?"
                        + " AND NOT (protocol = ? AND round = ?)")) {
            query.setObject(1, utc(from));
            query.setString(2, exceptProtocol.hex());
            query.setInt(3, exceptRound);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Returns the latest refusals, the youngest first. */
    List<Refusal> refusals(int limit) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement query = connection.prepareStatement(
                        "SELECT decided_at, study, round, work, protocol, code, reason FROM imaging.verdict"
                                + " WHERE code IS NOT NULL ORDER BY decided_at DESC, study, round, work LIMIT ?")) {
            query.setInt(1, limit);
            List<Refusal> refusals = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    refusals.add(new Refusal(
                            row.getObject(1, OffsetDateTime.class).toInstant(),
                            row.getString(2),
                            row.getInt(3),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getString(7)));
                }
            }
            return refusals;
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
