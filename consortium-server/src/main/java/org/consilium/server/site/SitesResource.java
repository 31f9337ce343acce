package org.consilium.server.site;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import org.consilium.contract.Messages;
import org.consilium.contract.SiteId;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Requests;

/** Sites over HTTP, for the administrator. */
@Path("sites")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class SitesResource {

    @Inject
    Sites sites;

    /** Lists all sites. */
    @GET
    @RolesAllowed({Caller.ADMINISTRATOR, Caller.COORDINATOR, Caller.AUDITOR})
    public JsonArray all() {
        JsonArrayBuilder array = Json.createArrayBuilder();
        sites.all().forEach(site -> array.add(json(site)));
        return array.build();
    }

    /** Suspends a site or lets it take part again. */
    @PUT
    @Path("{id}/status")
    @RolesAllowed(Caller.ADMINISTRATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public JsonObject setStatus(@PathParam("id") String id, String body) {
        SiteStatus status = Requests.read(body, "site-invalid", json -> status(Messages.text(json, "status")));
        return json(sites.setStatus(Requests.value("site-unknown", 404, () -> new SiteId(id)), status));
    }

    private static SiteStatus status(String text) {
        return Arrays.stream(SiteStatus.values())
                .filter(status -> status.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'status' must be ACTIVE or SUSPENDED"));
    }

    private static JsonObject json(Site site) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("id", site.id().value())
                .add("name", site.name())
                .add("status", site.status().name());
        site.lastSeenAt()
                .ifPresentOrElse(
                        at -> json.add("lastSeenAt", at.toString()), () -> json.add("lastSeenAt", JsonValue.NULL));
        site.nodeVersion()
                .ifPresentOrElse(text -> json.add("nodeVersion", text), () -> json.add("nodeVersion", JsonValue.NULL));
        return json.build();
    }
}
