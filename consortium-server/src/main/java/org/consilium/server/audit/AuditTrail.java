package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.consilium.auditlog.Draft;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.server.audit.AuditEvent.Facts;
import org.consilium.server.platform.AfterCommit;

/** The audit log in the database. */
@ApplicationScoped
public class AuditTrail implements Audit {

    private final AuditStore store;
    private final Actors actors;
    private final AfterCommit afterCommit;
    private final Checkpointing checkpointing;
    private final Clock clock;

    @Inject
    AuditTrail(AuditStore store, Actors actors, AfterCommit afterCommit, Checkpointing checkpointing, Clock clock) {
        this.store = store;
        this.actors = actors;
        this.afterCommit = afterCommit;
        this.checkpointing = checkpointing;
        this.clock = clock;
    }

    /** For the container's proxy. */
    AuditTrail() {
        this(null, null, null, null, null);
    }

    @Override
    @Transactional(Transactional.TxType.MANDATORY)
    public long append(AuditEvent... events) {
        long last = written(actors.acting(), List.of(events));
        if (Arrays.stream(events).anyMatch(AuditTrail::endsRound)) {
            afterCommit.run("signing a checkpoint", checkpointing::sign);
        }
        return last;
    }

    @Override
    @Transactional(Transactional.TxType.MANDATORY)
    public Optional<TrainingData> data(StudyId study, SiteId site) {
        return store.lastOfData(study, site)
                .map(record -> new TrainingData(
                        record.entity().hash().orElseThrow(),
                        Long.parseLong(record.details().get("examples"))));
    }

    /**
     * Records events of which no change tells, such as a request that was refused, and returns when they are durable.
     *
     * @return the place of the last one in the log
     */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public long appendAlone(AuditEvent... events) {
        return written(actors.acting(), List.of(events));
    }

    /** Records an event of an earlier request. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public long appendFor(Actors.Acting acting, AuditEvent event) {
        return written(acting, List.of(event));
    }

    /** Returns who goes on, on another thread, with what the present caller has asked for. */
    public Deputy deputy() {
        return new Deputy(actors.acting());
    }

    /** Records an event of somebody who acted elsewhere, in the present transaction. */
    @Transactional(Transactional.TxType.MANDATORY)
    public void appendAs(Actors.Acting acting, Instant occurred, AuditEvent event) {
        store.append(List.of(draft(event.facts(), acting, occurred)));
    }

    private long written(Actors.Acting acting, List<AuditEvent> events) {
        Instant now = clock.instant();
        List<AuditRecord> records = store.append(
                events.stream().map(event -> draft(event.facts(), acting, now)).toList());
        return records.get(records.size() - 1).seq();
    }

    private static boolean endsRound(AuditEvent event) {
        return event instanceof AuditEvent.RoundCompleted || event instanceof AuditEvent.RoundFailed;
    }

    /** What an actor did, as the log takes it. */
    static Draft draft(Facts facts, Actors.Acting acting, Instant now) {
        return new Draft(
                UUID.randomUUID(),
                now,
                acting.actor(),
                facts.action(),
                facts.code(),
                facts.outcome(),
                facts.entity(),
                facts.study(),
                facts.version(),
                facts.round(),
                facts.site(),
                facts.reason(),
                acting.correlation(),
                facts.peer(),
                facts.details());
    }
}
