package org.consilium.site.ledger;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * From an instant until before another.
 *
 * @param from the first instant within
 * @param end the first instant after
 */
record Period(Instant from, Instant end) {

    /** Before and after anything that a node sends, and within what PostgreSQL can hold. */
    static final Period ALWAYS = new Period(Instant.EPOCH, Instant.parse("9999-12-31T00:00:00Z"));

    Period {
        if (!from.isBefore(end)) {
            throw new IllegalArgumentException("a period from " + from + " until " + end + " holds nothing");
        }
    }

    /**
     * Returns the period of whole days in UTC.
     *
     * @param from the first day as YYYY-MM-DD, null for no limit
     * @param to the last day, which lies within, null for no limit
     * @throws IllegalArgumentException naming the parameter that is wrong
     */
    static Period days(String from, String to) {
        Instant first = from == null ? ALWAYS.from() : start("from", from, 0);
        Instant end = to == null ? ALWAYS.end() : start("to", to, 1);
        if (!first.isBefore(end)) {
            throw new IllegalArgumentException(
                    "'from' is " + from + " and 'to' is " + to + ": use a 'to' that is not before 'from'");
        }
        return new Period(first, end);
    }

    private static Instant start(String name, String text, int daysLater) {
        try {
            Instant start = LocalDate.parse(text)
                    .plusDays(daysLater)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
            if (!start.isBefore(ALWAYS.from()) && !start.isAfter(ALWAYS.end())) {
                return start;
            }
        } catch (DateTimeException e) {
            throw wrong(name, text, e);
        }
        throw wrong(name, text, null);
    }

    private static IllegalArgumentException wrong(String name, String text, Exception why) {
        return new IllegalArgumentException(
                "'" + name + "' is '" + text + "': use a day from 1970-01-01 on, as YYYY-MM-DD", why);
    }
}
