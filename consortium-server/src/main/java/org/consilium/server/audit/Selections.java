package org.consilium.server.audit;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.consilium.auditlog.Records;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.platform.Requests;

/** Reads which records a request is about. */
public final class Selections {

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z0-9-]+)*");

    private Selections() {}

    /**
     * Returns what the query parameters say; an empty one says nothing.
     *
     * @param from a date or a time of ISO 8601, such as 2026-11-26 or 2026-11-26T10:00:00Z
     * @param type a record's code, or its beginning up to a point, such as {@code round}
     */
    public static Records.Filter read(String study, String from, String to, String site, String type, long first) {
        return new Records.Filter(
                value("study", study, StudyId::new),
                value("from", from, Selections::time),
                value("to", to, Selections::time),
                value("site", site, SiteId::new),
                value("type", type, Selections::type),
                Math.max(first, 0),
                Long.MAX_VALUE,
                false);
    }

    private static <T> Optional<T> value(String name, String text, Function<String, T> reader) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Requests.value("selection-invalid", 422, () -> {
            try {
                return reader.apply(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'" + name + "': " + e.getMessage(), e);
            }
        }));
    }

    private static Instant time(String text) {
        try {
            return text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no time; write 2026-11-26 or 2026-11-26T10:00:00Z", e);
        }
    }

    private static String type(String text) {
        if (!TYPE.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is no type of record; write round or round.opened");
        }
        return text;
    }
}
