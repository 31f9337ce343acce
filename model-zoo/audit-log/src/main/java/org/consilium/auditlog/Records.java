package org.consilium.auditlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;

/** Reads records, in their order, a few at a time however many there are. */
public final class Records {

    private static final int FETCHED = 500;

    private static final String[] KEY_CODES = {
        "audit.key-used",
        "site.approved",
        "site.key-rotation-begun",
        "site.key-rotation-withdrawn",
        "site.key-rotated",
        "site.revoked"
    };

    private final Connection connection;
    private final String schema;

    /** @param connection of a transaction: outside of one the driver would hold all rows in memory */
    public Records(Connection connection, String schema) {
        this.connection = connection;
        this.schema = schema;
    }

    /**
     * Which records.
     *
     * @param study only those of this study
     * @param from only those recorded at this time or later
     * @param to only those recorded before this time
     * @param site only those that concern this site
     * @param type only those whose code is this, or begins with this and a point
     * @param first only those at this place or later
     * @param below only those before this place
     * @param withKeys beside those, all before that place that belong to no study and say who has which key: without them
     *     nobody can check a signature
     */
    public record Filter(
            Optional<StudyId> study,
            Optional<Instant> from,
            Optional<Instant> to,
            Optional<SiteId> site,
            Optional<String> type,
            long first,
            long below,
            boolean withKeys) {

        /** Returns all. */
        public static Filter all() {
            return new Filter(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    Long.MAX_VALUE,
                    false);
        }

        /** Returns all records of a study. */
        public static Filter of(StudyId study) {
            return new Filter(
                    Optional.of(study),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    Long.MAX_VALUE,
                    false);
        }

        /** Returns this, only at a place or later. */
        public Filter from(long seq) {
            return new Filter(study, from, to, site, type, seq, below, withKeys);
        }

        /** Returns this with the records that say who has which key. */
        public Filter withKeyRecords() {
            return new Filter(study, from, to, site, type, first, below, true);
        }

        /** Returns this, only before a place. */
        public Filter below(long size) {
            return new Filter(study, from, to, site, type, first, size, withKeys);
        }
    }

    /** Takes records, one after another. */
    @FunctionalInterface
    public interface Sink<E extends Exception> {
        /** Takes the next one. */
        void accept(AuditRecord record) throws E;
    }

    /**
     * Gives all records that pass, in their order.
     *
     * @param most how many at most
     * @return how many there were
     */
    public <E extends Exception> long read(Filter filter, long most, Sink<E> sink) throws SQLException, E {
        List<Object> values = new ArrayList<>();
        StringBuilder query =
                new StringBuilder("SELECT line FROM " + schema + ".audit_record WHERE seq >= ? AND seq < ? AND ((true");
        values.add(filter.first());
        values.add(filter.below());
        filter.study().ifPresent(study -> condition(query, values, "study = ?", study.value()));
        filter.from().ifPresent(time -> condition(query, values, "recorded >= ?", time.atOffset(ZoneOffset.UTC)));
        filter.to().ifPresent(time -> condition(query, values, "recorded < ?", time.atOffset(ZoneOffset.UTC)));
        filter.site().ifPresent(site -> condition(query, values, "site = ?", site.value()));
        filter.type().ifPresent(type -> {
            condition(query, values, "(code = ? OR starts_with(code, ?))", type);
            values.add(type + ".");
        });
        query.append(filter.withKeys() ? ") OR (study IS NULL AND code = ANY (?)))" : "))");
        if (filter.withKeys()) {
            values.add(KEY_CODES);
        }
        query.append(" ORDER BY seq LIMIT ?");
        values.add(most);
        try (PreparedStatement statement = connection.prepareStatement(query.toString())) {
            statement.setFetchSize(FETCHED);
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            long read = 0;
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    sink.accept(AuditRecord.fromLine(row.getString(1)));
                    read++;
                }
            }
            return read;
        }
    }

    /** Returns the number of the latest record of a study, within the study. */
    public OptionalLong lastOfStudy(StudyId study) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT max(study_seq) FROM " + schema + ".audit_record WHERE study = ?")) {
            query.setString(1, study.value());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                long last = row.getLong(1);
                return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(last);
            }
        }
    }

    /** Returns the latest record of one of these codes; asked often, and so looked up by the index on codes alone. */
    public Optional<AuditRecord> lastOf(String... codes) throws SQLException {
        long last = -1;
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT coalesce(max(seq), -1) FROM " + schema + ".audit_record WHERE code = ?")) {
            for (String code : codes) {
                query.setString(1, code);
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    last = Math.max(last, row.getLong(1));
                }
            }
        }
        try (PreparedStatement query =
                connection.prepareStatement("SELECT line FROM " + schema + ".audit_record WHERE seq = ?")) {
            query.setLong(1, last);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(AuditRecord.fromLine(row.getString(1))) : Optional.empty();
            }
        }
    }

    private static void condition(StringBuilder query, List<Object> values, String condition, Object value) {
        query.append(" AND ").append(condition);
        values.add(value);
    }
}
