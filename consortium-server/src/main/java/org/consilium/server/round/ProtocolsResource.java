package org.consilium.server.round;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.Optional;
import org.consilium.contract.Messages;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.LogIns;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.Requests;
import org.consilium.server.study.ProtocolText;
import org.consilium.server.study.ProtocolVersion;

/** The versions of a study's protocol over HTTP: written by the coordinator, signed by the stewards. */
@Path("studies/{id}/protocols")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ProtocolsResource {

    @Inject
    Studies studies;

    @Inject
    Protocols protocols;

    @Inject
    LogIns logIns;

    @Inject
    Caller caller;

    /** Replaces the text of the version that is being written. */
    @PUT
    @Path("draft")
    @RolesAllowed(Caller.COORDINATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public JsonObject edit(@PathParam("id") String id, String body) {
        protocols.edit(StudiesResource.known(id), protocol(body), caller.name());
        return whole(id);
    }

    /** Begins a further version, an amendment once the study runs. */
    @POST
    @RolesAllowed(Caller.COORDINATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public Response amend(@PathParam("id") String id, String body) {
        protocols.amend(StudiesResource.known(id), protocol(body), caller.name());
        return Response.status(201).entity(whole(id)).build();
    }

    /** Takes back an amendment that is not in force yet. */
    @DELETE
    @Path("draft")
    @RolesAllowed(Caller.COORDINATOR)
    public JsonObject retract(@PathParam("id") String id) {
        protocols.retract(StudiesResource.known(id));
        return whole(id);
    }

    /** Lays the version that is being written before the stewards. */
    @POST
    @Path("proposal")
    @RolesAllowed(Caller.COORDINATOR)
    public JsonObject propose(@PathParam("id") String id) {
        protocols.propose(StudiesResource.known(id));
        return whole(id);
    }

    /** Shows a version with its signatures. */
    @GET
    @Path("{version}")
    @RolesAllowed({Caller.COORDINATOR, Caller.AUDITOR, Caller.STEWARD})
    public JsonObject json(@PathParam("id") String id, @PathParam("version") String version) {
        return StudyJson.version(readable(id, version)).build();
    }

    /** Shows a version as a page. */
    @GET
    @Path("{version}")
    @RolesAllowed({Caller.COORDINATOR, Caller.AUDITOR, Caller.STEWARD})
    @Produces(MediaType.TEXT_HTML + ";charset=UTF-8;qs=0.8")
    public String html(@PathParam("id") String id, @PathParam("version") String version) {
        return ProtocolText.html(readable(id, version));
    }

    /** Shows a version as Markdown. */
    @GET
    @Path("{version}")
    @RolesAllowed({Caller.COORDINATOR, Caller.AUDITOR, Caller.STEWARD})
    @Produces("text/markdown;charset=UTF-8;qs=0.7")
    public String markdown(@PathParam("id") String id, @PathParam("version") String version) {
        return ProtocolText.markdown(readable(id, version));
    }

    /** Gives the bytes whose SHA-256 the signatures are bound to. */
    @GET
    @Path("{version}/canonical")
    @RolesAllowed({Caller.COORDINATOR, Caller.AUDITOR, Caller.STEWARD})
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public byte[] canonical(@PathParam("id") String id, @PathParam("version") String version) {
        return readable(id, version).protocol().canonical();
    }

    /**
     * Makes out the statement that the steward signs by logging in with its nonce and {@code max_age=0}.
     *
     * @param body {@code {"decision": "APPROVE" or "DECLINE", "reason"}}, the reason only where it declines
     */
    @POST
    @Path("{version}/statement")
    @RolesAllowed(Caller.STEWARD)
    @Consumes(MediaType.APPLICATION_JSON)
    public Response ask(@PathParam("id") String id, @PathParam("version") String version, String body) {
        Wish wish = Requests.read(body, "signing-invalid", Wish::of);
        requireOwn(id, version);
        SigningStatement statement = protocols.ask(
                StudiesResource.known(id),
                number(id, version),
                caller.stewardOf(),
                wish.decision(),
                wish.reason(),
                caller.subject());
        return Response.status(201)
                .entity(Json.createObjectBuilder()
                        .add("meaning", statement.meaning())
                        .add("protocolSha256", statement.protocol().hex())
                        .add("nonce", statement.nonce())
                        .add("client", LogIns.CLIENT)
                        .add("maxAge", 0)
                        .add(
                                "validUntil",
                                statement.askedAt().plus(Protocols.PATIENCE).toString())
                        .build())
                .build();
    }

    /**
     * Takes a signature.
     *
     * @param body {@code {"idToken"}}, of the log-in with the statement's nonce
     */
    @POST
    @Path("{version}/signatures")
    @RolesAllowed(Caller.STEWARD)
    @Consumes(MediaType.APPLICATION_JSON)
    public Response sign(@PathParam("id") String id, @PathParam("version") String version, String body) {
        String idToken = Requests.read(body, "signing-invalid", json -> Messages.text(json, "idToken"));
        SiteId site = caller.stewardOf();
        requireOwn(id, version);
        return Response.status(201)
                .entity(StudyJson.signature(protocols.sign(
                                StudiesResource.known(id),
                                number(id, version),
                                site,
                                caller.subject(),
                                logIns.read(idToken),
                                idToken))
                        .build())
                .build();
    }

    private record Wish(SigningStatement.Decision decision, Optional<String> reason) {

        static Wish of(JsonObject json) {
            String decision = Messages.text(json, "decision");
            return new Wish(
                    Arrays.stream(SigningStatement.Decision.values())
                            .filter(one -> one.name().equals(decision))
                            .findFirst()
                            .orElseThrow(() -> new IllegalArgumentException("'decision' must be APPROVE or DECLINE")),
                    json.getOrDefault("reason", JsonValue.NULL) == JsonValue.NULL
                            ? Optional.empty()
                            : Optional.of(Messages.text(json, "reason")));
        }
    }

    private ProtocolVersion readable(String id, String version) {
        ProtocolVersion found = protocols.version(StudiesResource.known(id), number(id, version));
        if (caller.readsAsStewardOnly() && !found.concerns(caller.stewardOf())) {
            throw Answers.notAParticipant(id, caller.stewardOf());
        }
        return found;
    }

    private void requireOwn(String id, String version) {
        if (!protocols.version(StudiesResource.known(id), number(id, version)).concerns(caller.stewardOf())) {
            throw Answers.notAParticipant(id, caller.stewardOf());
        }
    }

    private JsonObject whole(String id) {
        return StudyJson.whole(studies.view(new StudyId(id)));
    }

    private static StudyProtocol protocol(String body) {
        // The server gives the version its number.
        return Requests.read(body, "protocol-invalid", json -> ProtocolJson.protocol(json, 1));
    }

    private static int number(String study, String version) {
        if (!version.matches("[1-9][0-9]{0,8}")) {
            throw Refusal.of(
                    404,
                    "version-unknown",
                    "'" + version + "' is no number of a version of the protocol of study '" + study + "'.",
                    "Versions have whole numbers from 1 on.");
        }
        return Integer.parseInt(version);
    }

    static Refusal otherSite(SiteId own, String site) {
        return Refusal.of(
                403,
                "steward-of-another",
                "You speak for site " + own + ", not for '" + site + "'.",
                "Have the steward of that site do it.");
    }
}
