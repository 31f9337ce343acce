package org.consilium.site.policy;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Objects;

/**
 * Hours of the day in which the node works; they may go over midnight.
 *
 * @param from the first moment
 * @param to the first moment after, other than {@code from}
 * @param zone where the clock is read
 */
public record Hours(LocalTime from, LocalTime to, ZoneId zone) {

    /** Checks that they are some hours. */
    public Hours {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(zone, "zone");
        if (from.equals(to)) {
            throw new IllegalArgumentException(
                    "'hours' begin and end at " + from + ": leave them out for the whole day");
        }
    }

    /** Returns whether the instant lies within. */
    public boolean contain(Instant instant) {
        LocalTime time = instant.atZone(zone).toLocalTime();
        boolean fromOn = !time.isBefore(from);
        boolean stillTo = time.isBefore(to);
        return from.isBefore(to) ? fromOn && stillTo : fromOn || stillTo;
    }

    /** Returns when they begin next after an instant that lies outside. */
    public Instant beginAfter(Instant instant) {
        ZonedDateTime local = instant.atZone(zone);
        ZonedDateTime today = local.with(from);
        return (today.isAfter(local) ? today : today.plusDays(1)).toInstant();
    }
}
