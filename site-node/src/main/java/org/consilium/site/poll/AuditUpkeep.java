package org.consilium.site.poll;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.site.audit.RefusedRequests;
import org.consilium.site.audit.SiteAudit;
import org.consilium.site.platform.Database;

/** Keeps the audit log up, on a thread of its own: signs it often enough, and writes down what was counted. */
@ApplicationScoped
public class AuditUpkeep {

    private static final Logger LOG = Logger.getLogger(AuditUpkeep.class.getName());
    private static final int STEP_SECONDS = 30;
    private static final Duration AT_MOST = Duration.ofMinutes(10);

    private SiteAudit audit;
    private RefusedRequests refused;
    private Database database;
    private Clock clock;
    private NodeThread thread;
    private Instant signed = Instant.EPOCH;
    private String complaint = "";

    /** For the container's proxy. */
    AuditUpkeep() {}

    @Inject
    AuditUpkeep(
            SiteAudit audit, RefusedRequests refused, Database database, Clock clock, ManagedThreadFactory threads) {
        this(audit, refused, database, clock, threads, null);
    }

    /** For tests, which do not wait. */
    AuditUpkeep(
            SiteAudit audit,
            RefusedRequests refused,
            Database database,
            Clock clock,
            ManagedThreadFactory threads,
            Poller.Pause pauses) {
        this.audit = audit;
        this.refused = refused;
        this.database = database;
        this.clock = clock;
        this.thread = new NodeThread("consilium-audit", threads, pauses);
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        thread.start(this::run);
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    /** Keeps it up until the node stops. */
    void run() {
        do {
            step();
        } while (!thread.endsWithin(STEP_SECONDS));
    }

    private void step() {
        try {
            if (database.trouble().isPresent()) {
                // The poller says so.
                return;
            }
            refused.flush();
            Instant now = clock.instant();
            if (!now.isBefore(signed.plus(AT_MOST))) {
                audit.sign();
                signed = now;
            }
            complaint = "";
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        String text = NodeThread.text(failure);
        if (!thread.isStopping() && !text.equals(complaint)) {
            LOG.log(Level.WARNING, failure, () -> "the audit log is not kept up and is tried again: " + text);
        }
        complaint = text;
    }
}
