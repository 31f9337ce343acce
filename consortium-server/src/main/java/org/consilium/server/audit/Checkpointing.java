package org.consilium.server.audit;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.server.platform.Migration;

/** Signs checkpoints: when somebody asks for one, and at least as often as the settings say. */
@ApplicationScoped
public class Checkpointing {

    private static final Logger LOG = Logger.getLogger(Checkpointing.class.getName());
    private static final long STEP_SECONDS = 3;

    @Resource
    ManagedScheduledExecutorService scheduler;

    private final Migration migration;
    private final Ledger ledger;
    private final Opening opening;
    private final RefusedRequests refused;
    private final TimeStampClient timeStamps;
    private final Clock clock;
    private boolean opened;
    private Instant signed = Instant.EPOCH;
    private String complaint = "";

    @Inject
    Checkpointing(
            Migration migration,
            Ledger ledger,
            Opening opening,
            RefusedRequests refused,
            TimeStampClient timeStamps,
            Clock clock) {
        this.migration = migration;
        this.ledger = ledger;
        this.opening = opening;
        this.refused = refused;
        this.timeStamps = timeStamps;
        this.clock = clock;
    }

    /** For the container's proxy. */
    Checkpointing() {
        this.migration = null;
        this.ledger = null;
        this.opening = null;
        this.refused = null;
        this.timeStamps = null;
        this.clock = null;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        scheduler.scheduleWithFixedDelay(this::tick, STEP_SECONDS, STEP_SECONDS, TimeUnit.SECONDS);
    }

    private void tick() {
        try {
            if (!migration.isDone()) {
                return;
            }
            if (!opened) {
                opening.record();
                opened = true;
            }
            refused.flush();
            if (!clock.instant().isBefore(signed.plus(ledger.interval()))) {
                sign();
            }
            stamp();
        } catch (RuntimeException e) {
            // A database that is away now may be back at the next tick.
            LOG.log(Level.WARNING, e, () -> "the audit log could not be kept up, the next tick tries again");
        }
    }

    /** Has the latest checkpoint stamped, if an authority is set; one that was not reached is asked again at the next tick. */
    private void stamp() {
        if (!timeStamps.isOn()) {
            return;
        }
        Optional<Checkpoint> checkpoint = ledger.unstamped();
        if (checkpoint.isEmpty()) {
            return;
        }
        TimeStampAnswer answer = timeStamps.ask(checkpoint.get());
        if (answer instanceof TimeStampAnswer.Stamped stamped) {
            ledger.stamp(checkpoint.get(), stamped.token());
            complaint = "";
        } else if (answer instanceof TimeStampAnswer.Unstamped unstamped
                && !unstamped.reason().equals(complaint)) {
            complaint = unstamped.reason();
            LOG.warning(complaint);
        }
    }

    /** Signs the log as it is now. */
    public void sign() {
        ledger.sign();
        signed = clock.instant();
    }
}
