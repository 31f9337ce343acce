package org.consilium.server.site;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.consilium.contract.Heartbeat;
import org.consilium.contract.Messages;
import org.consilium.contract.SiteId;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Requests;

/** Sites over HTTP: for the administrator, and for their nodes' signs of life. */
@Path("sites")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class SitesResource {

    @Inject
    Sites sites;

    @Inject
    Heartbeats heartbeats;

    @Inject
    Invitations invitations;

    @Inject
    KeyRotations rotations;

    @Inject
    NodeVersions versions;

    @Inject
    Caller caller;

    /** Lists all sites. */
    @GET
    @RolesAllowed({Caller.ADMINISTRATOR, Caller.COORDINATOR, Caller.AUDITOR})
    public JsonArray all() {
        List<Site> all = sites.all();
        Map<SiteId, SiteHealth> health = heartbeats.health();
        Map<SiteId, SiteKeys> keys = rotations.keys(all.stream().map(Site::id).toList());
        JsonArrayBuilder array = Json.createArrayBuilder();
        all.forEach(
                site -> array.add(SiteJson.of(site, health.get(site.id()), Optional.ofNullable(keys.get(site.id())))));
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

    private JsonObject json(Site site) {
        return SiteJson.of(
                site,
                heartbeats.health().get(site.id()),
                Optional.ofNullable(rotations.keys(List.of(site.id())).get(site.id())));
    }

    /** Takes a site out of the consortium for good. */
    @PUT
    @Path("{id}/revocation")
    @RolesAllowed(Caller.ADMINISTRATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public JsonObject revoke(@PathParam("id") String id, String body) {
        String reason = Requests.read(body, "revocation-invalid", json -> Messages.text(json, "reason"));
        SiteId site = Requests.value("site-unknown", 404, () -> new SiteId(id));
        return json(Requests.value("revocation-invalid", 422, () -> invitations.revoke(site, reason)));
    }

    /**
     * Takes a sign of life of the calling site's node, and no other's.
     *
     * @param version the node's version; one that is too old is refused as it is at a poll
     * @param body what the node does
     */
    @PUT
    @Path("self/heartbeat")
    @RolesAllowed(Caller.SITE_NODE)
    @Consumes(MediaType.APPLICATION_JSON)
    public void heartbeat(@HeaderParam("Consilium-Node-Version") String version, String body) {
        Heartbeat said = Requests.read(body, "heartbeat-invalid", Messages::heartbeat);
        heartbeats.take(caller.site(), said);
        versions.require(version);
    }

    private static SiteStatus status(String text) {
        return Stream.of(SiteStatus.ACTIVE, SiteStatus.SUSPENDED)
                .filter(status -> status.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'status' must be ACTIVE or SUSPENDED"));
    }
}
