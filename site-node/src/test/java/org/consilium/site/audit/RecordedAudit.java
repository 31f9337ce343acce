package org.consilium.site.audit;

import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.site.audit.Actors.Acting;
import org.consilium.site.audit.SiteEvent.Facts;

/** A log in memory, for tests of what writes into it. */
public final class RecordedAudit extends SiteAudit {

    /** A node that works by itself. */
    public static final Acting NODE = new Acting(
            new Actor("site-node", "Node", "site-1", "system", Kind.SYSTEM, "none", Optional.empty()), new UUID(1, 2));

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    /** What was recorded. */
    public final List<SiteEvent> events = Collections.synchronizedList(new ArrayList<>());

    /** The records of it. */
    public final List<AuditRecord> records = Collections.synchronizedList(new ArrayList<>());

    /** How many records were there each time that it was signed. */
    public final List<Integer> signed = Collections.synchronizedList(new ArrayList<>());

    /** Happens before something is recorded. */
    public Runnable before = () -> {};

    @Override
    public Acting acting() {
        return NODE;
    }

    @Override
    public void append(Connection connection, Acting acting, SiteEvent... told) {
        Arrays.stream(told).forEach(event -> append(acting, event));
    }

    @Override
    public AuditRecord append(SiteEvent event) {
        return append(NODE, event);
    }

    @Override
    synchronized AuditRecord append(Acting acting, SiteEvent event) {
        before.run();
        Facts facts = event.facts();
        AuditRecord record = new AuditRecord(
                records.size(),
                UUID.randomUUID(),
                "site-1",
                NOW,
                NOW,
                acting.actor(),
                facts.action(),
                facts.code(),
                facts.outcome(),
                facts.entity(),
                facts.study(),
                facts.study().isPresent() ? OptionalLong.of(records.size()) : OptionalLong.empty(),
                OptionalInt.empty(),
                facts.round(),
                Optional.empty(),
                facts.reason(),
                acting.correlation(),
                Optional.empty(),
                facts.details());
        events.add(event);
        records.add(record);
        return record;
    }

    @Override
    public void open() {
        append(new SiteEvent.SystemStarted("test"));
    }

    @Override
    public void keyRotationAsked() {
        // the key is the test's own
    }

    @Override
    public void keyRotationAbandoned() {
        // the key is the test's own
    }

    @Override
    public Optional<SignedCheckpoint> sign() {
        signed.add(records.size());
        return Optional.empty();
    }

    /** Returns the codes of what was recorded. */
    public List<String> codes() {
        return records.stream().map(AuditRecord::code).toList();
    }
}
