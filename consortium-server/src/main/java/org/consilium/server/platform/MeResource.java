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

/** Tells callers who the server takes them for. */
@Path("me")
@ApplicationScoped
public class MeResource {

    @Inject
    Caller caller;

    /** Returns subject, name and roles of the token; any valid token will do, and only a valid one: {@link BearerOnly}. */
    @GET
    @PermitAll
    @Produces(MediaType.APPLICATION_JSON)
    public JsonObject me() {
        return Json.createObjectBuilder()
                .add("subject", caller.subject())
                .add("name", caller.name())
                .add("roles", Json.createArrayBuilder(caller.roles()))
                .build();
    }
}
