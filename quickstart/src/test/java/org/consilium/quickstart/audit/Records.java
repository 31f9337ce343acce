package org.consilium.quickstart.audit;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.consilium.contract.audit.AuditRecord;

/** Records with something changed. */
final class Records {

    private Records() {}

    static AuditRecord at(AuditRecord record, long seq, OptionalLong studySeq) {
        return with(record, seq, record.recorded(), record.entity(), studySeq, record.details());
    }

    static AuditRecord recorded(AuditRecord record, Instant recorded) {
        return with(record, record.seq(), recorded, record.entity(), record.studySeq(), record.details());
    }

    static AuditRecord code(AuditRecord record, String code) {
        return new AuditRecord(
                record.seq(),
                java.util.UUID.randomUUID(),
                record.stream(),
                record.occurred(),
                record.recorded(),
                record.actor(),
                record.action(),
                code,
                record.outcome(),
                record.entity(),
                record.study(),
                record.studySeq(),
                record.protocolVersion(),
                record.round(),
                record.site(),
                record.reason(),
                record.correlation(),
                record.peer(),
                record.details());
    }

    static AuditRecord entity(AuditRecord record, AuditRecord.Entity entity) {
        return with(record, record.seq(), record.recorded(), entity, record.studySeq(), record.details());
    }

    static AuditRecord detail(AuditRecord record, String name, String text) {
        Map<String, String> details = new TreeMap<>(record.details());
        details.put(name, text);
        return with(record, record.seq(), record.recorded(), record.entity(), record.studySeq(), details);
    }

    private static AuditRecord with(
            AuditRecord record,
            long seq,
            Instant recorded,
            AuditRecord.Entity entity,
            OptionalLong studySeq,
            Map<String, String> details) {
        return new AuditRecord(
                seq,
                record.id(),
                record.stream(),
                record.occurred(),
                recorded,
                record.actor(),
                record.action(),
                record.code(),
                record.outcome(),
                entity,
                record.study(),
                studySeq,
                record.protocolVersion(),
                record.round().isPresent() ? OptionalInt.of(record.round().getAsInt()) : OptionalInt.empty(),
                record.site(),
                record.reason(),
                record.correlation(),
                record.peer(),
                details);
    }
}
