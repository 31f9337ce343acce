package org.consilium.server.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.contract.audit.NoteKey;
import org.consilium.server.audit.AuditEvent.Facts;

/** Keeps what use cases record, for tests without a database. */
public final class RecordedEvents implements Audit, RecordedKeys {

    private static final Actor ACTOR =
            new Actor("someone", "Someone", "somewhere", "none", Kind.USER, "none", Optional.empty());

    private final List<AuditEvent> events = new ArrayList<>();

    @Override
    public synchronized long append(AuditEvent... recorded) {
        if (recorded.length == 0) {
            throw new IllegalArgumentException("nothing was to be recorded");
        }
        for (AuditEvent event : recorded) {
            requireRecord(event.facts());
        }
        events.addAll(List.of(recorded));
        return events.size() - 1;
    }

    /** Making the record checks what the event holds, as the real log does. */
    private void requireRecord(Facts facts) {
        AuditRecord record = new AuditRecord(
                events.size(),
                UUID.randomUUID(),
                AuditRecord.CONSORTIUM,
                Instant.EPOCH,
                Instant.EPOCH,
                ACTOR,
                facts.action(),
                facts.code(),
                facts.outcome(),
                facts.entity(),
                facts.study(),
                facts.study().isPresent() ? OptionalLong.of(0) : OptionalLong.empty(),
                facts.version(),
                facts.round(),
                facts.site(),
                facts.reason(),
                UUID.randomUUID(),
                facts.peer(),
                facts.details());
        AuditRecord.fromLine(record.line());
    }

    @Override
    public boolean sayLast(SiteId site, NoteKey key, boolean alone) {
        return all().stream()
                .map(AuditEvent::facts)
                .filter(facts -> facts.site().equals(Optional.of(site))
                        && facts.details().containsKey("key"))
                .reduce((one, later) -> later)
                .filter(facts -> key.text().equals(facts.details().get("key"))
                        && alone != facts.code().equals("site.key-rotation-begun"))
                .isPresent();
    }

    @Override
    public Optional<TrainingData> data(StudyId study, SiteId site) {
        return all().stream()
                .filter(AuditEvent.DataDeclared.class::isInstance)
                .map(AuditEvent.DataDeclared.class::cast)
                .filter(told -> told.study().equals(study) && told.site().equals(site))
                .reduce((first, second) -> second)
                .map(AuditEvent.DataDeclared::data);
    }

    /** Returns all events so far. */
    public synchronized List<AuditEvent> all() {
        return List.copyOf(events);
    }

    /** Returns the codes of all records so far. */
    public List<String> codes() {
        return all().stream().map(event -> event.facts().code()).toList();
    }
}
