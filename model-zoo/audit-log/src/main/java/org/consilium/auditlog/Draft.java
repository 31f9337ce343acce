package org.consilium.auditlog;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Action;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Entity;
import org.consilium.contract.audit.AuditRecord.Outcome;
import org.consilium.contract.audit.AuditRecord.Peer;

/**
 * A record before the log has given it its place and its time; the fields are those of {@link AuditRecord}.
 *
 * @param id the event's own id
 * @param occurred when it happened
 * @param actor who did it
 * @param action what kind of act it is
 * @param code what happened
 * @param outcome how it ended
 * @param entity what it was done to
 * @param study study that it belongs to
 * @param protocolVersion version of the study's protocol under which it happened
 * @param round round that it belongs to
 * @param site site that it concerns
 * @param reason why
 * @param correlation id that all records of one request share
 * @param peer the other side's record of the same
 * @param details what else is to be known
 */
public record Draft(
        UUID id,
        Instant occurred,
        Actor actor,
        Action action,
        String code,
        Outcome outcome,
        Entity entity,
        Optional<StudyId> study,
        OptionalInt protocolVersion,
        OptionalInt round,
        Optional<SiteId> site,
        Optional<String> reason,
        UUID correlation,
        Optional<Peer> peer,
        Map<String, String> details) {

    AuditRecord at(long seq, String stream, Instant recorded, OptionalLong studySeq) {
        return new AuditRecord(
                seq,
                id,
                stream,
                occurred,
                recorded,
                actor,
                action,
                code,
                outcome,
                entity,
                study,
                studySeq,
                protocolVersion,
                round,
                site,
                reason,
                correlation,
                peer,
                details);
    }
}
