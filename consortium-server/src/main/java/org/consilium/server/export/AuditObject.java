package org.consilium.server.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;

/**
 * One of the things that a record speaks of, as DICOM's ParticipantObjectIdentification and FHIR's AuditEvent.entity both
 * have it: what the act was done to, the study, the site, the other side's record, and last the record itself with all that
 * those standards have no field for. So no field of a record is lost in either export.
 *
 * @param type word for what it is, such as {@code protocol}
 * @param id within its type
 * @param context whether it is only named, and the act was done to another
 * @param organisation whether it is an organisation; otherwise it is a system object
 * @param role which role it plays
 * @param details the rest, by name, in the order in which it is written
 */
record AuditObject(
        String type, String id, boolean context, boolean organisation, Role role, Map<String, String> details) {

    /** Roles of objects: one value set of DICOM (PS3.15 A.5.1.2.2) and FHIR (object-role). */
    enum Role {
        LOCATION(2, "Location"),
        REPORT(3, "Report"),
        RESOURCE(4, "Domain Resource"),
        MASTER_FILE(5, "Master file"),
        SECURITY_RESOURCE(13, "Security Resource"),
        DATA_REPOSITORY(17, "Data Repository"),
        JOB(20, "Job");

        private final int code;
        private final String display;

        Role(int code, String display) {
            this.code = code;
            this.display = display;
        }

        String code() {
            return Integer.toString(code);
        }

        String display() {
            return display;
        }

        private static Role of(String type) {
            return switch (type) {
                case "study", "round", "offer" -> JOB;
                case "protocol", "evaluation", "export", "bundle" -> REPORT;
                case "model", "update" -> MASTER_FILE;
                case "dataset" -> DATA_REPOSITORY;
                case "site" -> LOCATION;
                case "session", "endpoint", "system", "configuration", "key", "invitation", "checkpoint", "user" ->
                    SECURITY_RESOURCE;
                default -> RESOURCE;
            };
        }
    }

    /** Returns those of a record, the one that the act was done to first. */
    static List<AuditObject> of(AuditRecord entry) {
        List<AuditObject> all = new ArrayList<>();
        all.add(target(entry));
        entry.study().ifPresent(study -> all.add(study(entry, study)));
        entry.site()
                .ifPresent(site -> all.add(new AuditObject("site", site.value(), true, true, Role.LOCATION, Map.of())));
        entry.peer()
                .ifPresent(peer -> all.add(new AuditObject(
                        "peer-record",
                        peer.event().toString(),
                        true,
                        false,
                        Role.SECURITY_RESOURCE,
                        Map.of("leafHash", peer.hash().hex()))));
        all.add(itself(entry));
        return all;
    }

    private static AuditObject target(AuditRecord entry) {
        AuditRecord.Entity entity = entry.entity();
        Map<String, String> details = new LinkedHashMap<>();
        entity.version().ifPresent(version -> details.put("version", version));
        entity.hash().map(Sha256::hex).ifPresent(hash -> details.put("sha256", hash));
        // A detail that is called like one of the two would take its place.
        entry.details().forEach((name, text) -> details.put("detail." + name, text));
        return new AuditObject(
                entity.type(), entity.id(), false, entity.type().equals("site"), Role.of(entity.type()), details);
    }

    private static AuditObject study(AuditRecord entry, StudyId study) {
        Map<String, String> details = new LinkedHashMap<>();
        entry.studySeq().ifPresent(number -> details.put("studySeq", Long.toString(number)));
        entry.protocolVersion().ifPresent(number -> details.put("protocolVersion", Integer.toString(number)));
        entry.round().ifPresent(number -> details.put("round", Integer.toString(number)));
        return new AuditObject("study", study.value(), true, false, Role.JOB, details);
    }

    private static AuditObject itself(AuditRecord entry) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("stream", entry.stream());
        details.put("seq", Long.toString(entry.seq()));
        details.put("leafHash", entry.leafHash().hex());
        details.put("recorded", RecordTexts.time(entry.recorded()));
        details.put("correlation", entry.correlation().toString());
        details.put("authentication", entry.actor().authentication());
        if (entry.study().isEmpty()) {
            entry.protocolVersion().ifPresent(number -> details.put("protocolVersion", Integer.toString(number)));
            entry.round().ifPresent(number -> details.put("round", Integer.toString(number)));
        }
        entry.reason().ifPresent(reason -> details.put("reason", reason));
        return new AuditObject("record", entry.id().toString(), true, false, Role.SECURITY_RESOURCE, details);
    }
}
