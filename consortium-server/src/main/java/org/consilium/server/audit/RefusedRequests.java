package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.RefusedRequest;
import org.consilium.server.platform.Trace;

/**
 * Records requests that were refused, each in a transaction of its own. The first of a kind is recorded at once; equal ones
 * within the next minute are counted, and recorded together when that is over: a log that is never shortened must not grow
 * as fast as a stranger can ask.
 */
@ApplicationScoped
class RefusedRequests {

    private static final Logger LOG = Logger.getLogger(RefusedRequests.class.getName());
    private static final Duration TOGETHER = Duration.ofMinutes(1);

    /** More kinds than this at a time are one kind. */
    private static final int MOST_KINDS = 1000;

    private static final int LONGEST_PATH = 300;
    private static final Pattern OF_STUDY = Pattern.compile("/api/v1/studies/([^/]+)(/.*)?");

    private record Kind(String who, String endpoint, int status, String problem) {}

    private static final class Count {
        private final Instant since;
        private final AuditEvent event;
        private final Actors.Acting acting;
        private long more;

        Count(Instant since, AuditEvent event, Actors.Acting acting) {
            this.since = since;
            this.event = event;
            this.acting = acting;
        }
    }

    private final AuditTrail audit;
    private final Actors actors;
    private final Caller caller;
    private final Trace trace;
    private final Clock clock;
    private final Map<Kind, Count> counts = new HashMap<>();

    @Inject
    RefusedRequests(AuditTrail audit, Actors actors, Caller caller, Trace trace, Clock clock) {
        this.audit = audit;
        this.actors = actors;
        this.caller = caller;
        this.trace = trace;
        this.clock = clock;
    }

    /** For the container's proxy. */
    RefusedRequests() {
        this(null, null, null, null, null);
    }

    void refused(@Observes RefusedRequest request) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        boolean denied = request.status() == 401 || request.status() == 403;
        // Who asks for something that is not there has tried nothing.
        if (reads && !denied) {
            return;
        }
        try {
            note(request, denied);
        } catch (RuntimeException e) {
            // The caller has its answer; without a database nothing else is recorded either.
            LOG.log(Level.WARNING, e, () -> "a refused request could not be recorded: " + request);
        }
    }

    private void note(RefusedRequest request, boolean denied) {
        String path = request.path().replaceAll("\\p{Cntrl}", " ");
        String endpoint = request.method() + " " + path.substring(0, Math.min(path.length(), LONGEST_PATH));
        Actors.Acting acting = actors.acting();
        String who = trace.hasToken() ? caller.subject() : trace.address().orElse("");
        AuditEvent event = denied
                ? new AuditEvent.AccessRefused(endpoint, request.status(), request.problem(), 1)
                : new AuditEvent.RequestRefused(
                        endpoint, request.status(), request.problem(), study(request), site(), 1);
        Kind kind = new Kind(who, endpoint, request.status(), request.problem());
        synchronized (counts) {
            Kind counted = counts.containsKey(kind) || counts.size() < MOST_KINDS
                    ? kind
                    : new Kind("", "other addresses", request.status(), "several");
            Count known = counts.get(counted);
            if (known != null) {
                known.more++;
                return;
            }
            counts.put(counted, new Count(clock.instant(), event, acting));
        }
        audit.appendAlone(event);
    }

    /** Records what was counted, as far as its minute is over. */
    void flush() {
        List<Count> due = new ArrayList<>();
        Instant now = clock.instant();
        synchronized (counts) {
            counts.values().removeIf(count -> {
                boolean over = !now.isBefore(count.since.plus(TOGETHER));
                if (over && count.more > 0) {
                    due.add(count);
                }
                return over;
            });
        }
        due.forEach(count -> audit.appendFor(count.acting, times(count.event, count.more)));
    }

    private static AuditEvent times(AuditEvent event, long times) {
        return event instanceof AuditEvent.AccessRefused one
                ? new AuditEvent.AccessRefused(one.endpoint(), one.status(), one.problem(), times)
                : times((AuditEvent.RequestRefused) event, times);
    }

    private static AuditEvent times(AuditEvent.RequestRefused one, long times) {
        return new AuditEvent.RequestRefused(
                one.endpoint(), one.status(), one.problem(), one.study(), one.site(), times);
    }

    /** What is not there has no records. */
    private static Optional<StudyId> study(RefusedRequest request) {
        Matcher path = OF_STUDY.matcher(request.path());
        return request.status() != 404 && path.matches() ? valid(() -> new StudyId(path.group(1))) : Optional.empty();
    }

    private Optional<SiteId> site() {
        return trace.hasToken() && caller.has(Caller.SITE_NODE)
                ? valid(() -> new SiteId(caller.client()))
                : Optional.empty();
    }

    private static <T> Optional<T> valid(java.util.function.Supplier<T> id) {
        try {
            return Optional.of(id.get());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
