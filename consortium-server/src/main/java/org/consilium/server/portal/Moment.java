package org.consilium.server.portal;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A time as a page shows it, in UTC.
 *
 * @param at the time
 * @param now when the page was made
 */
public record Moment(Instant at, Instant now) {

    private static final DateTimeFormatter CLOCK = formatter("HH:mm:ss");
    private static final DateTimeFormatter MINUTE = formatter("HH:mm");
    private static final DateTimeFormatter DAY = formatter("d MMM HH:mm");
    private static final DateTimeFormatter YEAR = formatter("d MMM yyyy");

    /** Returns the form for machines, to the second. */
    public String iso() {
        return DateTimeFormatter.ISO_INSTANT.format(at.truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
    }

    /** Returns the clock of today, or the day where it is another. */
    public String text() {
        var day = at.atOffset(ZoneOffset.UTC).toLocalDate();
        var today = now.atOffset(ZoneOffset.UTC).toLocalDate();
        if (day.equals(today)) {
            return CLOCK.format(at);
        }
        return (day.getYear() == today.getYear() ? DAY : YEAR).format(at);
    }

    /** Returns the same to the minute. */
    public String minute() {
        var today = now.atOffset(ZoneOffset.UTC).toLocalDate();
        return at.atOffset(ZoneOffset.UTC).toLocalDate().equals(today) ? MINUTE.format(at) : text();
    }

    /** Returns how long ago it is, such as {@code 9 s ago}; clocks of other machines may run ahead a little. */
    public String ago() {
        long seconds = Math.max(0, Duration.between(at, now).toSeconds());
        if (seconds < 100) {
            return seconds + " s ago";
        }
        if (seconds < 100 * 60) {
            return seconds / 60 + " min ago";
        }
        return seconds < 48 * 3600 ? seconds / 3600 + " h ago" : seconds / 86_400 + " days ago";
    }

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }
}
