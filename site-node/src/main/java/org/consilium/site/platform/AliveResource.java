package org.consilium.site.platform;

import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Says that REST answers, and nothing else: the readiness check calls it. */
@Path(AliveResource.PATH)
@ApplicationScoped
@PermitAll
public class AliveResource {

    static final String PATH = "alive";

    /** Returns that REST answers. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Whether REST answers; needs no token")
    public Response alive() {
        return Responses.json(200, Json.createObjectBuilder().add("alive", true).build());
    }
}
