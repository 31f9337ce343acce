package org.consilium.site.poll;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.consilium.site.platform.Responses;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Who the node is and what it is doing. */
@Path("")
@ApplicationScoped
@RolesAllowed("steward")
@Produces(MediaType.APPLICATION_JSON)
public class StatusResource {

    @Inject
    StatusBoard board;

    @Inject
    SiteSettings settings;

    @Inject
    SiteKey key;

    /** Returns the site's name and public key. */
    @GET
    @Path("identity")
    @Operation(summary = "The site's name and its public key, to register with the consortium")
    public Response identity() {
        return Responses.json(
                200,
                Json.createObjectBuilder()
                        .add("site", settings.site().value())
                        .add("fingerprint", key.kid())
                        .add("jwks", key.publicKey().jwks())
                        .build());
    }

    /** Returns what the node is doing. */
    @GET
    @Path("status")
    @Operation(summary = "What the node is doing, when the consortium answered last, and whether signs of life arrive")
    public Response status() {
        NodeStatus now = board.now();
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("site", settings.site().value())
                .add("state", now.state().name());
        now.study().ifPresentOrElse(study -> json.add("study", study.value()), () -> json.addNull("study"));
        now.round().ifPresentOrElse(round -> json.add("round", round.value()), () -> json.addNull("round"));
        json.add("since", now.since().toString()).add("detail", now.detail());
        json.add(
                "lastContactAt",
                now.lastContact()
                        .<JsonValue>map(at -> Json.createValue(at.toString()))
                        .orElse(JsonValue.NULL));
        now.heartbeatAt()
                .ifPresentOrElse(at -> json.add("heartbeatAt", at.toString()), () -> json.addNull("heartbeatAt"));
        json.add("heartbeatTrouble", now.heartbeatTrouble());
        return Responses.json(200, json.build());
    }
}
