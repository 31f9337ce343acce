package org.consilium.server.export;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.Locale;
import org.consilium.auditlog.Records;
import org.consilium.contract.Problem;
import org.consilium.contract.StudyId;
import org.consilium.server.audit.Selections;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Refusal;

/** Exports of the audit log over HTTP. */
@Path("audit/export")
@ApplicationScoped
@RolesAllowed({Caller.AUDITOR, Caller.COORDINATOR, Caller.ADMINISTRATOR})
public class ExportResource {

    private static final String FORMATS = "bundle, pdf, csv, json, fhir or atna";

    @Inject
    Exports exports;

    @Inject
    Caller caller;

    /**
     * Writes an export.
     *
     * @param format {@value #FORMATS}
     * @param study only records of this study; a report needs one
     * @param parameters whether a bundle has the updates and models as well; auditors only
     */
    @GET
    @Produces({MediaType.WILDCARD, Problem.MEDIA_TYPE})
    public Response export(
            @QueryParam("format") String format,
            @QueryParam("study") String study,
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("site") String site,
            @QueryParam("type") String type,
            @QueryParam("parameters") @DefaultValue("false") boolean parameters) {
        Records.Filter filter = Selections.read(study, from, to, site, type, 0);
        String name = "consilium-audit" + filter.study().map(id -> "-" + id).orElse("");
        String wanted = format == null ? "" : format.toLowerCase(Locale.ROOT);
        return switch (wanted) {
            case "bundle" -> bundle(filter, parameters, name);
            case "pdf" -> response(exports.report(wholeStudy(filter)), "application/pdf", name + ".pdf");
            case "csv", "json", "fhir", "atna" -> {
                RecordFormat chosen = RecordFormat.valueOf(wanted.toUpperCase(Locale.ROOT));
                yield response(exports.records(chosen, filter), chosen.mediaType(), name + "." + chosen.suffix());
            }
            default ->
                throw Refusal.of(
                        422,
                        "format-unknown",
                        "'" + format + "' is no format of an export.",
                        "Ask for " + FORMATS + ".");
        };
    }

    private Response bundle(Records.Filter filter, boolean parameters, String name) {
        if (parameters && !caller.has(Caller.AUDITOR)) {
            throw Refusal.of(
                    403,
                    "update-private",
                    "Hospitals' updates are given to auditors only.",
                    "Ask for the bundle without its parameters, or have an auditor export it.");
        }
        return response(exports.bundle(filter, parameters), "application/zip", name + ".zip");
    }

    private static StudyId wholeStudy(Records.Filter filter) {
        if (filter.study().isEmpty()
                || !filter.equals(Records.Filter.of(filter.study().get()))) {
            throw Refusal.of(
                    422,
                    "selection-invalid",
                    "A report is about one whole study.",
                    "Give 'study' and neither 'from', 'to', 'site' nor 'type'.");
        }
        return filter.study().get();
    }

    private static Response response(Exports.Export export, String mediaType, String name) {
        StreamingOutput body = export::to;
        return Response.ok(body, mediaType)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
