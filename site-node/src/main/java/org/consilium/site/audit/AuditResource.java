package org.consilium.site.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.audit.WitnessedCheckpoints;
import org.consilium.site.audit.WitnessStore.Seen;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.platform.SiteSettings;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The node's own log, and what it has seen of the consortium's. */
@Path("audit")
@ApplicationScoped
@RolesAllowed("steward")
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {

    private static final int MOST = 1000;
    private static final String NDJSON = "application/x-ndjson";

    @Inject
    SiteAudit audit;

    @Inject
    Witness witness;

    @Inject
    SiteSettings settings;

    /**
     * Returns records, one canonical line each: those from a place on, at most 1000.
     *
     * @param first place of the first one, 0 unless given
     */
    @GET
    @Path("records")
    @Produces({NDJSON, MediaType.WILDCARD})
    @Operation(summary = "What this node has recorded: canonical lines from a place on, at most 1000")
    public Response records(@QueryParam("first") String first) {
        List<AuditRecord> records = audit.records(place(first), MOST);
        audit.append(new SiteEvent.ExportMade("lines", records.size()));
        return Response.ok(records.stream().map(record -> record.line() + "\n").collect(Collectors.joining()))
                .type(NDJSON + ";charset=UTF-8")
                .build();
    }

    /** Returns the whole log as an audit bundle, signed with the site's key. */
    @GET
    @Path("export")
    @Produces({"application/zip", MediaType.WILDCARD})
    @Operation(summary = "The whole log as an audit bundle, signed with the site's key, for consilium audit verify")
    public Response export() {
        // Signed before the status goes out: a database that is away is a 503, not half a file.
        SiteExport export = audit.export();
        StreamingOutput body = export::write;
        return Response.ok(body)
                .type("application/zip")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + export.fileName() + "\"")
                .build();
    }

    /** Returns the checkpoints of the consortium that this node has seen, with its counter-signatures. */
    @GET
    @Path("witness")
    @Produces({MediaType.TEXT_PLAIN, MediaType.WILDCARD})
    @Operation(
            summary =
                    "The checkpoints of the consortium's log that this node has seen and counter-signed, for an auditor")
    public Response witness() {
        // Read before the status goes out: a database that is away is a 503, not half a file.
        List<Seen> first = witness.seen(0, MOST);
        audit.append(new SiteEvent.ExportMade("witness", witness.seenSoFar()));
        StreamingOutput body = out -> write(out, first);
        return Response.ok(body)
                .type(MediaType.TEXT_PLAIN + ";charset=UTF-8")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + settings.site() + ".checkpoints\"")
                .build();
    }

    private void write(OutputStream out, List<Seen> first) throws IOException {
        Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        String between = "";
        List<Seen> page = first;
        while (!page.isEmpty()) {
            // What the consortium has not signed proves nothing against it; the record of the refusal has it.
            List<SignedCheckpoint> owners =
                    page.stream().filter(Seen::owners).map(Seen::checkpoint).toList();
            if (!owners.isEmpty()) {
                writer.write(between);
                writer.write(WitnessedCheckpoints.write(owners));
                between = WitnessedCheckpoints.SEPARATOR;
            }
            page = page.size() < MOST
                    ? List.of()
                    : witness.seen(page.get(page.size() - 1).id(), MOST);
        }
        writer.flush();
    }

    /** Returns whether the consortium's log contradicts what this node has seen, and how. */
    @GET
    @Path("alarm")
    @Operation(summary = "Whether the consortium's audit log contradicts what this node has seen of it")
    public Response alarm() {
        return shown(witness.alarm());
    }

    /** Has the node work again, after somebody has looked at it; it goes on with what the consortium shows next. */
    @DELETE
    @Path("alarm")
    @Operation(summary = "Acknowledge the alarm: the node works again, and begins anew with what the consortium shows")
    public Response acknowledge() {
        witness.acknowledge();
        return shown(witness.alarm());
    }

    private static Response shown(Optional<Witness.Alarm> alarm) {
        JsonObjectBuilder json = Json.createObjectBuilder().add("alarm", alarm.isPresent());
        alarm.ifPresent(one ->
                json.add("since", one.since().toString()).add("why", one.why()).add("text", one.text()));
        return Responses.json(200, json.build());
    }

    private static long place(String text) {
        try {
            long place = text == null ? 0 : Long.parseLong(text);
            if (place >= 0) {
                return place;
            }
        } catch (NumberFormatException e) {
            throw wrong(text);
        }
        throw wrong(text);
    }

    private static ProblemException wrong(String text) {
        return new ProblemException(
                Responses.invalid("'first' is '" + text + "': use the place of a record, 0 for the first one."));
    }
}
