package org.consilium.server.platform;

import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.ApplicationScoped;
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

    /** Returns that the API answers. */
    @GET
    @Anonymous
    @PermitAll
    @Produces(MediaType.APPLICATION_JSON)
    public JsonObject ping() {
        return Json.createObjectBuilder().add("answer", "consilium").build();
    }
}
