package org.consilium.server.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.consilium.auditlog.Records;
import org.consilium.contract.Problem;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Requests;

/** The audit log over HTTP: records, checkpoints, proofs, the signatures of witnesses, and what auditors tell. */
@Path("audit")
@ApplicationScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
public class AuditResource {

    private static final int MOST = 1000;

    @Inject
    Ledger ledger;

    @Inject
    AuditTrail audit;

    @Inject
    Verifications verifications;

    @Inject
    Caller caller;

    /** Returns the key that checkpoints are signed with, as C2SP's verifier key. */
    @GET
    @Path("key")
    @RolesAllowed({Caller.SITE_NODE, Caller.AUDITOR, Caller.COORDINATOR, Caller.ADMINISTRATOR, Caller.STEWARD})
    @Produces({MediaType.TEXT_PLAIN, Problem.MEDIA_TYPE})
    public String key() {
        return ledger.key().text() + "\n";
    }

    /** Returns the latest checkpoint, a signed note. */
    @GET
    @Path("checkpoints/latest")
    @RolesAllowed({Caller.SITE_NODE, Caller.AUDITOR, Caller.COORDINATOR, Caller.ADMINISTRATOR, Caller.STEWARD})
    @Produces({MediaType.TEXT_PLAIN + ";charset=UTF-8", Problem.MEDIA_TYPE})
    public String latest() {
        return ledger.latest().note();
    }

    /** Returns the checkpoint of a size, a signed note. */
    @GET
    @Path("checkpoints/{size}")
    @RolesAllowed({Caller.SITE_NODE, Caller.AUDITOR, Caller.COORDINATOR, Caller.ADMINISTRATOR, Caller.STEWARD})
    @Produces({MediaType.TEXT_PLAIN + ";charset=UTF-8", Problem.MEDIA_TYPE})
    public String checkpoint(@PathParam("size") long size) {
        return ledger.checkpoint(size).note();
    }

    /** Keeps the counter-signature of the calling site, one signature line of a note. */
    @PUT
    @Path("checkpoints/{size}/witness")
    @RolesAllowed(Caller.SITE_NODE)
    @Consumes(MediaType.WILDCARD)
    public Response witness(@PathParam("size") long size, String line) {
        ledger.witness(size, caller.site(), line);
        return Response.noContent().build();
    }

    /** Returns the proof that the log goes on from one size to another. */
    @GET
    @Path("consistency")
    @RolesAllowed({Caller.SITE_NODE, Caller.AUDITOR, Caller.COORDINATOR, Caller.ADMINISTRATOR, Caller.STEWARD})
    public JsonObject consistency(@QueryParam("first") long first, @QueryParam("second") long second) {
        return hashes(ledger.consistency(first, second));
    }

    /** Returns the proof that a record is among the first ones. */
    @GET
    @Path("records/{seq}/proof")
    @RolesAllowed({Caller.AUDITOR, Caller.COORDINATOR, Caller.ADMINISTRATOR})
    public JsonObject inclusion(@PathParam("seq") long seq, @QueryParam("size") long size) {
        return hashes(ledger.inclusion(seq, size));
    }

    /** Returns records, one canonical line each: those from a place on, at most 1000. */
    @GET
    @Path("records")
    @RolesAllowed({Caller.AUDITOR, Caller.COORDINATOR, Caller.ADMINISTRATOR})
    @Produces({"application/x-ndjson", Problem.MEDIA_TYPE})
    public String records(
            @QueryParam("study") String study,
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("site") String site,
            @QueryParam("type") String type,
            @QueryParam("first") @DefaultValue("0") long first) {
        Records.Filter filter = Selections.read(study, from, to, site, type, first);
        List<AuditRecord> records = ledger.records(filter, MOST);
        audit.appendAlone(new AuditEvent.SensitiveRead("audit-log", "from " + first, filter.study()));
        return records.stream().map(record -> record.line() + "\n").collect(Collectors.joining());
    }

    /** Records that a bundle was verified: 201 with the record's place, and whether its root is one of this log's. */
    @POST
    @Path("verifications")
    @RolesAllowed({Caller.AUDITOR, Caller.COORDINATOR, Caller.ADMINISTRATOR})
    @Consumes(MediaType.APPLICATION_JSON)
    public Response verified(String body) {
        Verifications.Recorded recorded =
                verifications.record(Requests.read(body, "verification-invalid", Verifications.Said::of));
        return Response.status(201)
                .entity(Json.createObjectBuilder()
                        .add("seq", recorded.seq())
                        .add("rootIsOurs", recorded.rootIsOurs())
                        .build())
                .build();
    }

    private static JsonObject hashes(List<byte[]> proof) {
        JsonArrayBuilder hashes = Json.createArrayBuilder();
        proof.forEach(hash -> hashes.add(HexFormat.of().formatHex(hash)));
        return Json.createObjectBuilder().add("hashes", hashes).build();
    }
}
