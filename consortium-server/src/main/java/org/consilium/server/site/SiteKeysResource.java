package org.consilium.server.site;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.consilium.contract.KeyRotation;
import org.consilium.contract.Messages;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Requests;

/** Where a site's node changes to a new key of the site that its token names, and of no other. */
@Path("sites/self/keys")
@ApplicationScoped
@RolesAllowed(Caller.SITE_NODE)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class SiteKeysResource {

    @Inject
    KeyRotations rotations;

    @Inject
    Caller caller;

    private record Offer(KeyRotation rotation, String consent) {

        static Offer read(String body) {
            return Requests.read(
                    body,
                    KeyRotations.INVALID,
                    json -> new Offer(KeyRotation.fromJson(json), Messages.text(json, "consent")));
        }
    }

    /**
     * Lets a new key work beside the present one.
     *
     * @param body {@code {"jwk", "proof", "consent"}}, see {@link KeyRotation}
     */
    @PUT
    @Path("next")
    public JsonObject offer(String body) {
        Offer offer = Offer.read(body);
        return json(rotations.offer(caller.site(), caller.issuedAt(), offer.rotation(), offer.consent()));
    }

    /**
     * Takes back a key that works beside the present one.
     *
     * @param body {@code {"jwk", "proof", "consent"}}, see {@link KeyRotation}
     */
    @PUT
    @Path("next/withdrawal")
    public JsonObject withdraw(String body) {
        Offer offer = Offer.read(body);
        return json(rotations.withdraw(caller.site(), caller.issuedAt(), offer.rotation(), offer.consent()));
    }

    /**
     * Lets a key that was offered work alone.
     *
     * @param body {@code {"jwk", "proof"}}, see {@link KeyRotation}
     */
    @PUT
    @Path("current")
    public JsonObject confirm(String body) {
        KeyRotation confirmation = Requests.read(body, KeyRotations.INVALID, KeyRotation::fromJson);
        return json(rotations.confirm(caller.site(), caller.issuedAt(), confirmation));
    }

    private JsonObject json(SiteKeys keys) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("site", caller.site().value())
                .add("present", keys.present().kid());
        keys.next().ifPresentOrElse(next -> json.add("next", next.kid()), () -> json.addNull("next"));
        return json.build();
    }
}
