package org.consilium.site.audit;

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
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consilium.site.audit.Actors.Acting;
import org.consilium.site.platform.RefusedAccess;

/**
 * Records requests that were refused. The first of a kind is recorded at once; equal ones within the next minute are counted,
 * and recorded together when that is over: a log that is never shortened must not grow as fast as a stranger can ask.
 */
@ApplicationScoped
public class RefusedRequests {

    private static final Logger LOG = Logger.getLogger(RefusedRequests.class.getName());
    private static final Duration TOGETHER = Duration.ofMinutes(1);

    /** More kinds than this at a time are one kind. */
    private static final int MOST_KINDS = 200;

    /** No more of an address is kept: a stranger could write anything into it, and a steward a token. */
    private static final Pattern ROOM = Pattern.compile("/api/v1/([a-z-]{1,20})(/.*)?");

    private record Kind(String who, String endpoint, int status) {}

    private static final class Count {
        private final Instant since;
        private final SiteEvent.AccessRefused event;
        private final Acting acting;
        private long more;

        Count(Instant since, SiteEvent.AccessRefused event, Acting acting) {
            this.since = since;
            this.event = event;
            this.acting = acting;
        }
    }

    private SiteAudit audit;
    private Clock clock;
    private final Map<Kind, Count> counts = new HashMap<>();

    /** For the container's proxy. */
    RefusedRequests() {}

    /**
     * @param audit where they are recorded
     * @param clock says when
     */
    @Inject
    public RefusedRequests(SiteAudit audit, Clock clock) {
        this.audit = audit;
        this.clock = clock;
    }

    void refused(@Observes RefusedAccess request) {
        try {
            note(request);
        } catch (RuntimeException e) {
            // The caller has its answer; without a database nothing else is recorded either.
            LOG.log(Level.WARNING, e, () -> "a refused request could not be recorded");
        }
    }

    private void note(RefusedAccess request) {
        Matcher room = ROOM.matcher(request.path());
        String method = request.method().matches("[A-Z]{1,10}") ? request.method() : "other";
        String endpoint = method + " " + (room.matches() ? room.group(1) : "other");
        Acting acting = audit.acting();
        String who = acting.actor().subject() + acting.actor().address().orElse("");
        SiteEvent.AccessRefused event = new SiteEvent.AccessRefused(endpoint, request.status(), 1);
        synchronized (counts) {
            Kind kind = new Kind(who, endpoint, request.status());
            if (!counts.containsKey(kind) && counts.size() >= MOST_KINDS) {
                kind = new Kind("", "", request.status());
            }
            Count known = counts.get(kind);
            if (known != null) {
                known.more++;
                return;
            }
            counts.put(kind, new Count(clock.instant(), event, acting));
        }
        audit.append(acting, event);
    }

    /** Records what was counted, as far as its minute is over. */
    public void flush() {
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
        due.forEach(count -> audit.append(
                count.acting, new SiteEvent.AccessRefused(count.event.endpoint(), count.event.status(), count.more)));
    }
}
