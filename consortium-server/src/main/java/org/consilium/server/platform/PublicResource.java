package org.consilium.server.platform;

import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Answers without a token: the readiness check proves with it that the API works at all. */
@Path("ping")
@ApplicationScoped
public class PublicResource {

    @Inject
    Outside outside;

    /** Returns that the API answers, and who gives tokens for it. */
    @GET
    @Anonymous
    @PermitAll
    @Produces(MediaType.APPLICATION_JSON)
    public JsonObject ping() {
        return Json.createObjectBuilder()
                .add("answer", "consilium")
                .add("issuer", outside.settings().issuer().toString())
                .build();
    }
}
