package org.consilium.server.site;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import org.consilium.contract.Messages;
import org.consilium.contract.SiteId;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Requests;

/** Invitations over HTTP: the coordinator invites, the administrator decides. */
@Path("invitations")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class InvitationsResource {

    private static final int MOST_DAYS = 90;

    @Inject
    Invitations invitations;

    @Inject
    Caller caller;

    @Inject
    Clock clock;

    /** What a coordinator asks for. */
    private record Wanted(SiteId site, Invitation.Wording wording, Duration validity) {

        static Wanted of(JsonObject json) {
            int days = Messages.integer(json, "validDays");
            if (days < 1 || days > MOST_DAYS) {
                throw new IllegalArgumentException("'validDays' must be 1 to " + MOST_DAYS + ", not " + days);
            }
            return new Wanted(
                    new SiteId(Messages.text(json, "site")),
                    new Invitation.Wording(
                            Messages.text(json, "organisation"),
                            Messages.text(json, "contact"),
                            Messages.text(json, "expectedData")),
                    Duration.ofDays(days));
        }
    }

    /** Invites a site: 201 with the code, which is shown this once. */
    @POST
    @RolesAllowed(Caller.COORDINATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public Response invite(String body) {
        Wanted wanted = Requests.read(body, "invitation-invalid", Wanted::of);
        Invitations.Invited invited =
                invitations.invite(wanted.site(), wanted.wording(), wanted.validity(), caller.name());
        return Response.status(201)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(json(invited.invitation()).add("code", invited.code()).build())
                .build();
    }

    /** Lists all invitations, the youngest first. */
    @GET
    @RolesAllowed({Caller.COORDINATOR, Caller.ADMINISTRATOR, Caller.AUDITOR})
    public JsonArray all() {
        JsonArrayBuilder array = Json.createArrayBuilder();
        invitations.all().forEach(one -> array.add(json(one)));
        return array.build();
    }

    /** Takes an invitation back whose code was not used. */
    @PUT
    @Path("{id}/withdrawal")
    @RolesAllowed(Caller.COORDINATOR)
    public JsonObject withdraw(@PathParam("id") String id) {
        return json(invitations.withdraw(number(id), caller.name())).build();
    }

    /** Lets the site in whose key has the fingerprint that the administrator has compared. */
    @PUT
    @Path("{id}/approval")
    @RolesAllowed(Caller.ADMINISTRATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public JsonObject approve(@PathParam("id") String id, String body) {
        String fingerprint = Requests.read(body, "approval-invalid", json -> Messages.text(json, "fingerprint"));
        return json(invitations.approve(number(id), fingerprint, caller.name())).build();
    }

    /** Does not let the site in. */
    @PUT
    @Path("{id}/rejection")
    @RolesAllowed(Caller.ADMINISTRATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public JsonObject reject(@PathParam("id") String id, String body) {
        String reason = Requests.read(body, "rejection-invalid", json -> Messages.text(json, "reason"));
        return json(Requests.value(
                        "rejection-invalid", 422, () -> invitations.reject(number(id), caller.name(), reason)))
                .build();
    }

    private static long number(String id) {
        return Requests.value("invitation-unknown", 404, () -> {
            if (!id.matches("[0-9]{1,18}")) {
                throw new IllegalArgumentException("'" + id + "' is not the number of an invitation");
            }
            return Long.parseLong(id);
        });
    }

    private JsonObjectBuilder json(Invitation invitation) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("id", invitation.id())
                .add("site", invitation.site().value())
                .add("organisation", invitation.wording().organisation())
                .add("contact", invitation.wording().contact())
                .add("expectedData", invitation.wording().expectedData())
                .add("state", invitation.state().name())
                .add("expired", invitation.hasExpired(clock.instant()))
                .add("invitedBy", invitation.invitedBy())
                .add("createdAt", invitation.createdAt().toString())
                .add("expiresAt", invitation.expiresAt().toString());
        invitation
                .claim()
                .ifPresent(claim -> json.add("fingerprint", claim.key().kid())
                        .add("nodeVersion", claim.nodeVersion())
                        .add("requestedAt", claim.at().toString()));
        invitation.decision().ifPresent(decision -> {
            json.add("decidedBy", decision.by()).add("decidedAt", decision.at().toString());
            decision.reason().ifPresent(reason -> json.add("reason", reason));
        });
        return json;
    }
}
