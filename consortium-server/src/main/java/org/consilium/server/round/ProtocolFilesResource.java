package org.consilium.server.round;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.consilium.contract.Sha256;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Requests;

/** Protocols by their digest, for site nodes: a node computes the digest of what it gets, and believes only that. */
@Path("protocols")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ProtocolFilesResource {

    @Inject
    Protocols protocols;

    @Inject
    Caller caller;

    /** Returns the protocol of that digest, if the site was ever asked to sign it. */
    @GET
    @Path("{sha256}")
    @RolesAllowed(Caller.SITE_NODE)
    public JsonObject one(@PathParam("sha256") String sha256) {
        Sha256 digest = Requests.value("protocol-unknown", 404, () -> new Sha256(sha256));
        return ProtocolJson.toJson(protocols.protocol(digest, caller.site()));
    }
}
