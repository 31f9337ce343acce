package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consilium.auditlog.Repetitions;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.Texts;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.RefusedRequest;
import org.consilium.server.platform.Trace;

/**
 * Records requests that were refused, each in a transaction of its own, and equal ones together ({@link Repetitions}). What
 * strangers ask without a token is counted apart: they cannot hide what members of the consortium have tried.
 */
@ApplicationScoped
class RefusedRequests {

    private static final Logger LOG = Logger.getLogger(RefusedRequests.class.getName());

    private static final int MOST_OF_A_STRANGER = 20;
    private static final int MOST_OF_STRANGERS = 200;
    private static final int MOST_OF_A_MEMBER = 50;
    private static final int MOST_OF_MEMBERS = 1000;
    private static final int LONGEST_ENDPOINT = 300;
    private static final int LONGEST_METHOD = 20;
    private static final String OTHERS = "other addresses";
    private static final String SEVERAL = "several";

    /** No id is longer; a token is, and somebody might write one into an address by mistake. */
    private static final Pattern LONG = Pattern.compile("[^/]{65,}");

    private static final Pattern OF_STUDY = Pattern.compile("/api/v1/studies/([^/]+)(/.*)?");

    /** A refusal and who has met with it. */
    private record Met(Actors.Acting acting, AuditEvent event) {}

    private final AuditTrail audit;
    private final Actors actors;
    private final Caller caller;
    private final Trace trace;
    private final Clock clock;
    private final Repetitions<Met> strangers = new Repetitions<>(MOST_OF_A_STRANGER, MOST_OF_STRANGERS);
    private final Repetitions<Met> members = new Repetitions<>(MOST_OF_A_MEMBER, MOST_OF_MEMBERS);

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
        Repetitions<Met> group = trace.hasToken() ? members : strangers;
        group.note(seen(request, denied), clock.instant()).ifPresent(first -> {
            // The caller has its answer; what is not recorded now is counted.
            if (!isRecorded(first)) {
                group.missed(first);
            }
        });
    }

    private Repetitions.Seen<Met> seen(RefusedRequest request, boolean denied) {
        String endpoint = Texts.fitting(request.method(), LONGEST_METHOD, "none") + " "
                + Texts.fitting(LONG.matcher(request.path()).replaceAll("..."), LONGEST_ENDPOINT, "none");
        Actors.Acting acting = actors.acting();
        String who =
                trace.hasToken() ? caller.subject() : acting.actor().address().orElse("");
        int status = request.status();
        return new Repetitions.Seen<>(
                who,
                endpoint + " " + status + " " + request.problem(),
                new Met(acting, event(denied, endpoint, status, request.problem(), study(request), site())),
                new Met(acting, event(denied, OTHERS, status, SEVERAL, Optional.empty(), site())),
                new Met(Actors.several(), event(denied, OTHERS, status, SEVERAL, Optional.empty(), Optional.empty())));
    }

    private static AuditEvent event(
            boolean denied,
            String endpoint,
            int status,
            String problem,
            Optional<StudyId> study,
            Optional<SiteId> site) {
        return denied
                ? new AuditEvent.AccessRefused(endpoint, status, problem, 1)
                : new AuditEvent.RequestRefused(endpoint, status, problem, study, site, 1);
    }

    /** Records what was counted, as far as its minute is over; what cannot be recorded now stays for the next time. */
    void flush() {
        for (Repetitions<Met> group : List.of(strangers, members)) {
            group.due(clock.instant()).stream().filter(this::isRecorded).forEach(group::done);
        }
    }

    private boolean isRecorded(Repetitions.Due<Met> due) {
        Met met = due.value();
        try {
            audit.appendFor(met.acting(), times(met.event(), due.times()));
            return true;
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, e, () -> "refused requests could not be recorded, and are later: " + met.event());
            return false;
        }
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
