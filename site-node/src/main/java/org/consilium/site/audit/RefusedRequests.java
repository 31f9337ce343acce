package org.consilium.site.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consilium.auditlog.Repetitions;
import org.consilium.site.audit.Actors.Acting;
import org.consilium.site.platform.RefusedAccess;

/** Records requests that were refused, and equal ones together ({@link Repetitions}). */
@ApplicationScoped
public class RefusedRequests {

    private static final Logger LOG = Logger.getLogger(RefusedRequests.class.getName());
    private static final int MOST_OF_ONE = 50;
    private static final int MOST_KINDS = 200;

    /** No more of an address is kept: a stranger could write anything into it, and a steward a token. */
    private static final Pattern ROOM = Pattern.compile("/api/v1/([a-z-]{1,20})(/.*)?");

    private static final String SEVERAL = "several";

    /** A refusal and who has met with it. */
    private record Met(Acting acting, String endpoint, int status) {}

    private SiteAudit audit;
    private Clock clock;
    private final Repetitions<Met> refusals = new Repetitions<>(MOST_OF_ONE, MOST_KINDS);

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
        Matcher room = ROOM.matcher(request.path());
        String method = request.method().matches("[A-Z]{1,10}") ? request.method() : "other";
        String endpoint =
                method + " " + (room.matches() ? room.group(1) : request.path().startsWith("/api/") ? "other" : "page");
        Acting acting = audit.acting();
        int status = request.status();
        Repetitions.Seen<Met> seen = new Repetitions.Seen<>(
                acting.actor().subject() + acting.actor().address().orElse(""),
                endpoint + " " + status,
                new Met(acting, endpoint, status),
                new Met(acting, SEVERAL, status),
                new Met(Actors.several(), SEVERAL, status));
        refusals.note(seen, clock.instant()).ifPresent(first -> {
            // The caller has its answer; what is not recorded now is counted.
            if (!isRecorded(first)) {
                refusals.missed(first);
            }
        });
    }

    /** Records what was counted, as far as its minute is over; what cannot be recorded now stays for the next time. */
    public void flush() {
        refusals.due(clock.instant()).stream().filter(this::isRecorded).forEach(refusals::done);
    }

    private boolean isRecorded(Repetitions.Due<Met> due) {
        Met met = due.value();
        try {
            audit.append(met.acting(), new SiteEvent.AccessRefused(met.endpoint(), met.status(), due.times()));
            return true;
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, e, () -> "refused requests could not be recorded, and are later");
            return false;
        }
    }
}
