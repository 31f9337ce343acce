package org.consilium.server.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps what use cases record, for tests without a database. */
public final class RecordedEvents implements Audit {

    private final List<AuditEvent> events = new ArrayList<>();

    @Override
    public synchronized long append(AuditEvent... recorded) {
        if (recorded.length == 0) {
            throw new IllegalArgumentException("nothing was to be recorded");
        }
        // Making the record checks what the event holds.
        Arrays.stream(recorded).forEach(AuditEvent::facts);
        events.addAll(List.of(recorded));
        return events.size() - 1;
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
