package org.consilium.server.round;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Renews the claim on a round while work on it goes on, by a clock of its own where one is given. */
final class Vigil implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Vigil.class.getName());

    private final Course course;
    private final Round round;
    private final Duration claim;
    private final Clock clock;
    private final ScheduledFuture<?> beats;
    private long renewed = System.nanoTime();
    private boolean lost;

    /** @param scheduler renews also while a step of the work takes long; null where the work does it between its steps */
    Vigil(Course course, Round round, Duration claim, Clock clock, ScheduledExecutorService scheduler) {
        this.course = course;
        this.round = round;
        this.claim = claim;
        this.clock = clock;
        long third = claim.toMillis() / 3;
        this.beats = scheduler == null
                ? null
                : scheduler.scheduleWithFixedDelay(this::beat, third, third, TimeUnit.MILLISECONDS);
    }

    /**
     * Renews the claim if that is due.
     *
     * @throws LostClaimException if another replica holds the round by now
     */
    synchronized void keep() {
        Duration silent = Duration.ofNanos(System.nanoTime() - renewed);
        if (silent.multipliedBy(3).compareTo(claim) >= 0) {
            renew();
        }
        if (lost) {
            throw new LostClaimException();
        }
    }

    private synchronized void renew() {
        String holder = round.claim().orElseThrow().holder();
        lost = lost || !course.renew(round, new Claim(holder, clock.instant().plus(claim)));
        renewed = System.nanoTime();
    }

    private void beat() {
        try {
            renew();
        } catch (RuntimeException e) {
            // An exception would end the schedule for good; the database may be back at the next beat.
            LOG.log(Level.WARNING, e, () -> "the claim on round " + round.number() + " could not be renewed");
        }
    }

    @Override
    public void close() {
        if (beats != null) {
            beats.cancel(false);
        }
    }
}
