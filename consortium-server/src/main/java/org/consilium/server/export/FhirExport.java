package org.consilium.server.export;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;

/**
 * Records as FHIR R5 AuditEvent, one resource a line (NDJSON).
 *
 * <p>{@code category} and {@code code} are {@link DicomEvent} and the record's own code; {@code severity} and {@code
 * outcome} come from the outcome's number, which stays as {@code outcome.detail}; {@code entity} are {@link AuditObject}s.
 * Free texts are {@code text} or {@code display} or an identifier's value, never a {@code code}, which may not have two
 * spaces in a row.
 */
final class FhirExport implements RecordExport {

    private static final String TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/";
    private static final String OWN = "urn:consilium:audit:";

    private final Writer out;

    FhirExport(OutputStream out) {
        this.out = RecordTexts.utf8(out);
    }

    @Override
    public void write(AuditRecord entry) throws IOException {
        out.write(resource(entry).build().toString());
        out.write('\n');
    }

    private static JsonObjectBuilder resource(AuditRecord entry) {
        DicomEvent event = DicomEvent.of(entry);
        JsonArrayBuilder kinds = array().add(coding(
                DicomEvent.DCM_SYSTEM, event.id().value(), event.id().name()));
        event.type().ifPresent(type -> kinds.add(coding(DicomEvent.DCM_SYSTEM, type.value(), type.name())));
        JsonObjectBuilder resource = object().add("resourceType", "AuditEvent")
                .add("id", entry.id().toString())
                .add("category", array().add(object().add("coding", kinds)))
                .add("code", object().add("coding", array().add(coding(OWN + "event", entry.code(), entry.code()))))
                .add("action", entry.action().name())
                .add("severity", severity(entry.outcome().code()))
                .add("occurredDateTime", RecordTexts.time(entry.occurred()))
                .add("recorded", RecordTexts.time(entry.recorded()))
                .add("outcome", outcome(entry.outcome()));
        if (entry.study().isPresent() || entry.reason().isPresent()) {
            JsonObjectBuilder purpose = object();
            if (entry.study().isPresent()) {
                purpose.add(
                        "coding", array().add(coding(TERMINOLOGY + "v3-ActReason", "HRESCH", "healthcare research")));
            }
            entry.reason().ifPresent(reason -> purpose.add("text", reason));
            resource.add("authorization", array().add(purpose));
        }
        JsonArrayBuilder entities = array();
        AuditObject.of(entry).forEach(one -> entities.add(entity(one)));
        return resource.add("agent", agents(entry)).add("source", source(entry)).add("entity", entities);
    }

    private static String severity(int outcome) {
        return switch (outcome) {
            case 0 -> "informational";
            case 4 -> "warning";
            case 8 -> "error";
            default -> "critical";
        };
    }

    private static JsonObjectBuilder outcome(AuditRecord.Outcome outcome) {
        String issue =
                switch (outcome.code()) {
                    case 0 -> "success";
                    case 4 -> "warning";
                    case 8 -> "error";
                    default -> "fatal";
                };
        return object().add(
                        "code",
                        object().add("system", "http://hl7.org/fhir/issue-severity")
                                .add("code", issue))
                .add(
                        "detail",
                        array().add(object().add(
                                        "coding",
                                        array().add(object().add("system", TERMINOLOGY + "audit-event-outcome")
                                                .add("code", Integer.toString(outcome.code()))))
                                .add("text", outcome.text())));
    }

    /** Who acts, and the organisation that it acts for. */
    private static JsonArrayBuilder agents(AuditRecord entry) {
        Actor actor = entry.actor();
        JsonObjectBuilder kind = actor.kind() == Kind.USER
                ? coding(TERMINOLOGY + "extra-security-role-type", "humanuser", "human user")
                : coding(DicomEvent.DCM_SYSTEM, "110150", "Application");
        JsonObjectBuilder agent = object().add(
                        "type",
                        object().add("coding", array().add(kind))
                                .add("text", actor.kind().name().toLowerCase(java.util.Locale.ROOT)))
                .add("role", array().add(object().add("text", actor.role())))
                .add("who", identified(OWN + "subject", actor.subject()).add("display", actor.name()))
                .add("requestor", true);
        if (entry.study().isPresent() && entry.protocolVersion().isPresent()) {
            agent.add(
                    "policy",
                    array().add("urn:consilium:study:" + entry.study().get() + ":protocol:"
                            + entry.protocolVersion().getAsInt()));
        }
        actor.address().ifPresent(address -> agent.add("networkString", address));
        JsonObjectBuilder organisation = object().add(
                        "type", object().add("text", "organisation that the actor acts for"))
                .add(
                        "who",
                        identified(OWN + "organisation", actor.organisation()).add("display", actor.organisation()))
                .add("requestor", false);
        return array().add(agent).add(organisation);
    }

    private static JsonObjectBuilder source(AuditRecord entry) {
        return object().add(
                        "observer",
                        identified(OWN + "stream", entry.stream())
                                .add(
                                        "display",
                                        entry.stream().equals(AuditRecord.CONSORTIUM)
                                                ? "Consilium consortium server"
                                                : "Consilium node of site " + entry.stream()))
                .add(
                        "type",
                        array().add(object().add(
                                        "coding",
                                        array().add(coding(
                                                TERMINOLOGY + "security-source-type", "4", "Application Server")))));
    }

    private static JsonObjectBuilder entity(AuditObject one) {
        JsonObjectBuilder role = coding(
                TERMINOLOGY + "object-role", one.role().code(), one.role().display());
        JsonObjectBuilder entity = object().add(
                        "what", identified(OWN + "object", one.id()).add("display", one.type() + " " + one.id()))
                .add("role", object().add("coding", array().add(role)).add("text", one.type()));
        if (!one.details().isEmpty()) {
            JsonArrayBuilder details = array();
            one.details()
                    .forEach((name, text) -> details.add(
                            object().add("type", object().add("text", name)).add("valueString", text)));
            entity.add("detail", details);
        }
        return entity;
    }

    private static JsonObjectBuilder identified(String system, String value) {
        return object().add("identifier", object().add("system", system).add("value", value));
    }

    private static JsonObjectBuilder coding(String system, String code, String display) {
        return object().add("system", system).add("code", code).add("display", display);
    }

    private static JsonObjectBuilder object() {
        return RecordTexts.JSON.createObjectBuilder();
    }

    private static JsonArrayBuilder array() {
        return RecordTexts.JSON.createArrayBuilder();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
