package org.consilium.server.site;

import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import org.consilium.contract.Enrolment;
import org.consilium.server.platform.Anonymous;
import org.consilium.server.platform.Requests;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where a node asks to be let in. It has no token yet: the code and the signature stand for it. */
@Path("enrolments")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class EnrolmentsResource {

    @Inject
    Invitations invitations;

    @Inject
    NodeVersions versions;

    @Inject
    Clock clock;

    @Inject
    @ConfigProperty(name = "consilium.issuer")
    String issuer;

    /** Notes the request, or says how it stands: 202 while the administrator has not decided, 200 afterwards. */
    @POST
    @Anonymous
    @PermitAll
    @Consumes(MediaType.APPLICATION_JSON)
    public Response enrol(String body) {
        Enrolment asked = Requests.read(body, "enrolment-invalid", Enrolment::fromJson);
        versions.require(asked.nodeVersion());
        EnrolmentCode code = Requests.value("enrolment-invalid", 422, () -> EnrolmentCode.parse(asked.code()));
        Invitation invitation =
                invitations.claim(code, new Invitation.Claim(asked.key(), asked.nodeVersion(), clock.instant()));
        JsonObject json = json(invitation);
        return Response.status(invitation.state() == InvitationState.REQUESTED ? 202 : 200)
                .entity(json)
                .build();
    }

    private JsonObject json(Invitation invitation) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("site", invitation.site().value())
                .add("organisation", invitation.wording().organisation())
                .add("state", invitation.state().name())
                .add("fingerprint", invitation.claim().orElseThrow().key().kid())
                .add("issuer", issuer);
        invitation.decision().flatMap(Invitation.Decision::reason).ifPresent(reason -> json.add("reason", reason));
        return json.build();
    }
}
