package org.consilium.server.platform;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test moves it on. */
public final class SteppedClock extends Clock {

    private volatile Instant now;

    /** @param start what it shows first */
    public SteppedClock(Instant start) {
        this.now = start;
    }

    /** Moves it on. */
    public void advance(Duration by) {
        now = now.plus(by);
    }

    /** Sets it to a later instant. */
    public void advanceTo(Instant later) {
        if (later.isBefore(now)) {
            throw new IllegalArgumentException(later + " lies before " + now);
        }
        now = later;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("the server asks for no zone");
    }
}
