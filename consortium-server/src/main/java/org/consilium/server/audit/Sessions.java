package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.server.platform.AdmittedRequest;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Trace;

/**
 * Records the first request of each session. A node has no sessions, it fetches a token every few minutes: it is recorded
 * once an hour.
 */
@ApplicationScoped
class Sessions {

    private static final Logger LOG = Logger.getLogger(Sessions.class.getName());
    private static final Duration AGAIN = Duration.ofHours(1);
    private static final int MOST = 10_000;

    private final AuditTrail audit;
    private final Caller caller;
    private final Trace trace;
    private final Clock clock;
    private final Map<String, Instant> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST;
        }
    };

    @Inject
    Sessions(AuditTrail audit, Caller caller, Trace trace, Clock clock) {
        this.audit = audit;
        this.caller = caller;
        this.trace = trace;
        this.clock = clock;
    }

    /** For the container's proxy. */
    Sessions() {
        this(null, null, null, null);
    }

    void admitted(@Observes AdmittedRequest request) {
        boolean atPage = trace.person().isPresent();
        String session = trace.person().map(Trace.Person::session).orElseGet(caller::session);
        Instant now = clock.instant();
        synchronized (known) {
            Instant last = known.get(session);
            if (last != null && (atPage || !caller.has(Caller.SITE_NODE) || now.isBefore(last.plus(AGAIN)))) {
                return;
            }
            known.put(session, now);
        }
        try {
            audit.appendAlone(new AuditEvent.Authenticated(session));
        } catch (RuntimeException e) {
            // A database that is away refuses the request by itself, with words that help.
            LOG.log(Level.WARNING, e, () -> "a session could not be recorded");
            synchronized (known) {
                known.remove(session);
            }
        }
    }
}
