package org.consilium.server.export;

import java.util.Optional;
import java.util.Set;
import org.consilium.contract.audit.AuditRecord;

/**
 * What DICOM calls the kind of an event: the EventID of PS3.15 A.5.3, and where it has one its EventTypeCode, both from the
 * controlled terminology DCM (PS3.16, annex D).
 *
 * <p>110104 (DICOM Instances Transferred) is never used: no DICOM instance is ever transferred. Parameters and scores that a
 * hospital sends are an Export there and an Import here.
 */
enum DicomEvent {
    STARTED("110100", "Application Activity", "110120", "Application Start"),
    ACTIVITY("110100", "Application Activity"),
    LOG_USED("110101", "Audit Log Used"),
    EXPORT("110106", "Export"),
    IMPORT("110107", "Import"),
    LOGIN("110114", "User Authentication", "110122", "Login"),
    RESTRICTED("110113", "Security Alert", "110132", "Use of Restricted Function"),
    CONFIGURATION("110113", "Security Alert", "110131", "Software Configuration"),
    SECURITY("110113", "Security Alert", "110129", "Security Configuration"),
    MEMBERSHIP("110113", "Security Alert", "110137", "User Security Attributes Changed");

    /** Name of the terminology. */
    static final String DCM = "DCM";

    /** Its address in FHIR. */
    static final String DCM_SYSTEM = "http://dicom.nema.org/resources/ontology/DCM";

    private static final Set<String> EXPORTS = Set.of(
            "export.made",
            "model.downloaded",
            "impressions.downloaded",
            "round.offer-taken",
            "update.sent",
            "evaluation.sent");
    private static final Set<String> IMPORTS = Set.of(
            "update.accepted", "evaluation.accepted", "statistics.accepted", "impressions.judged", "offer.taken");
    private static final Set<String> REFUSALS = Set.of("access.refused", "request.refused", "checkpoint.refused");

    /** A code of DCM. */
    record Code(String value, String name) {}

    private final Code id;
    private final Optional<Code> type;

    DicomEvent(String id, String name) {
        this.id = new Code(id, name);
        this.type = Optional.empty();
    }

    DicomEvent(String id, String name, String type, String typeName) {
        this.id = new Code(id, name);
        this.type = Optional.of(new Code(type, typeName));
    }

    /** Returns the kind of a record, {@link #ACTIVITY} for everything that DICOM has no word for. */
    static DicomEvent of(AuditRecord entry) {
        String code = entry.code();
        String family = code.substring(0, code.indexOf('.'));
        if (EXPORTS.contains(code)) {
            return EXPORT;
        }
        if (IMPORTS.contains(code)) {
            return IMPORT;
        }
        if (REFUSALS.contains(code)) {
            return RESTRICTED;
        }
        return switch (family) {
            case "access" -> LOGIN;
            case "system" -> STARTED;
            case "verification", "checkpoint" -> LOG_USED;
            case "configuration", "policy" -> CONFIGURATION;
            case "audit", "key", "clock" -> SECURITY;
            case "site", "enrolment" -> MEMBERSHIP;
            default -> ACTIVITY;
        };
    }

    Code id() {
        return id;
    }

    Optional<Code> type() {
        return type;
    }
}
