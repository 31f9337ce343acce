package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.server.platform.FailedLogIn;

/**
 * Records failed log-ins, each once however often and on how many replicas it is fetched. Equal ones of one fetching are one
 * record, as refused requests are: strangers must not fill a log that is never shortened.
 */
@ApplicationScoped
public class RecordedLogIns {

    private static final Duration KEPT = Duration.ofHours(1);

    /** More kinds than this at a time are one kind. */
    private static final int MOST_KINDS = 100;

    private static final String UNKNOWN = "unknown";
    private static final String NONE = "none";

    private final AuditStore store;
    private final AuditTrail audit;

    @Inject
    RecordedLogIns(AuditStore store, AuditTrail audit) {
        this.store = store;
        this.audit = audit;
    }

    /** For the container's proxy. */
    RecordedLogIns() {
        this(null, null);
    }

    private record Alike(Optional<String> client, Optional<String> user, Optional<String> address, String error) {

        static Alike of(FailedLogIn one) {
            return new Alike(one.client(), one.user(), one.address(), one.error());
        }
    }

    /** Returns the time of the youngest one that was recorded. */
    @Transactional
    public Optional<Instant> last() {
        return store.lastFailedLogIn();
    }

    /** Records those that are not recorded yet. */
    @Transactional
    public void add(List<FailedLogIn> fetched) {
        List<FailedLogIn> fresh = fetched.stream()
                .filter(one -> store.addFailedLogIn(one.id(), one.at()))
                .toList();
        together(fresh).forEach(event -> audit.appendAs(acting(event), event.first(), event));
    }

    /** Forgets which ones were recorded, as far as they are not fetched any more. */
    @Transactional
    public void forget() {
        store.lastFailedLogIn().ifPresent(last -> store.forgetFailedLogIns(last.minus(KEPT)));
    }

    static List<AuditEvent.LogInFailed> together(List<FailedLogIn> all) {
        Map<Alike, AuditEvent.LogInFailed> kinds = new LinkedHashMap<>();
        for (FailedLogIn one : all) {
            Alike kind = Alike.of(one);
            if (!kinds.containsKey(kind) && kinds.size() >= MOST_KINDS) {
                kind = new Alike(Optional.empty(), Optional.empty(), Optional.empty(), "several");
            }
            kinds.merge(
                    kind,
                    new AuditEvent.LogInFailed(
                            kind.client(), kind.user(), kind.address(), kind.error(), one.at(), one.at(), 1),
                    AuditEvent.LogInFailed::and);
        }
        return List.copyOf(kinds.values());
    }

    /** Nobody has proved to be anybody; the user is whom somebody tried to be. */
    private static Actors.Acting acting(AuditEvent.LogInFailed event) {
        return new Actors.Acting(
                new Actor(UNKNOWN, "Unknown", NONE, NONE, Kind.USER, NONE, event.address()), UUID.randomUUID());
    }
}
