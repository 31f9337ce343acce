package org.consilium.server.audit;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.server.platform.FailedLogIn;
import org.consilium.server.platform.KeycloakRealm;
import org.consilium.server.platform.Migration;

/** Fetches the log-ins that Keycloak has refused, of which this server hears nothing otherwise, and has them recorded. */
@ApplicationScoped
class LogInFailures {

    private static final Logger LOG = Logger.getLogger(LogInFailures.class.getName());
    private static final long STEP_SECONDS = 20;
    private static final int PAGE = 500;

    /** Keycloak's clock may differ, and an event may be there later than its time says. */
    private static final Duration OVERLAP = Duration.ofMinutes(10);

    @Resource
    ManagedScheduledExecutorService scheduler;

    private final Migration migration;
    private final KeycloakRealm realm;
    private final RecordedLogIns recorded;
    private String complaint = "";

    @Inject
    LogInFailures(Migration migration, KeycloakRealm realm, RecordedLogIns recorded) {
        this.migration = migration;
        this.realm = realm;
        this.recorded = recorded;
    }

    /** For the container's proxy. */
    LogInFailures() {
        this(null, null, null);
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        scheduler.scheduleWithFixedDelay(this::tick, STEP_SECONDS, STEP_SECONDS, TimeUnit.SECONDS);
    }

    private void tick() {
        try {
            if (migration.isDone()) {
                take();
                complaint = "";
            }
        } catch (IOException e) {
            // It keeps its events for days; said once, or the server's log would hold nothing else while Keycloak is
            // away.
            if (!e.getMessage().equals(complaint)) {
                complaint = e.getMessage();
                LOG.warning("failed log-ins cannot be recorded now, the next tick tries again: " + complaint);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, e, () -> "failed log-ins could not be recorded, the next tick tries again");
        }
    }

    private void take() throws IOException {
        Instant from = recorded.last().map(last -> last.minus(OVERLAP)).orElse(Instant.EPOCH);
        int first = 0;
        List<FailedLogIn> page;
        do {
            page = realm.failedLogIns(from, first, PAGE);
            recorded.add(page);
            first += page.size();
        } while (page.size() == PAGE);
        recorded.forget();
    }
}
