package org.consilium.site.poll;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.consilium.contract.Problem;
import org.consilium.site.audit.SiteAudit;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.platform.SiteKey;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The site's key: which it is, and changing it. */
@Path("key")
@ApplicationScoped
@RolesAllowed("steward")
@Produces(MediaType.APPLICATION_JSON)
public class KeyResource {

    @Inject
    SiteKey key;

    @Inject
    KeyRotations rotations;

    @Inject
    SiteAudit audit;

    /** Returns the fingerprints and how far a change of the key is. */
    @GET
    @Operation(summary = "The fingerprint of the site's key, and how far a change to a new one is")
    public Response get() {
        return answer(200);
    }

    /**
     * Changes to a new key: 200 when it is done, 202 when it is begun and goes on by itself, with what it waits for. Asking
     * again goes on with the same change.
     */
    @POST
    @Path("rotation")
    @Operation(summary = "Change the site's key while the node works")
    public Response rotate() {
        audit.keyRotationAsked();
        try {
            rotations.rotate();
        } catch (IllegalStateException e) {
            throw new ProblemException(
                    new Problem(
                            "key-not-kept",
                            500,
                            "The new key cannot be kept",
                            "No new key was made: " + e.getMessage() + ".",
                            "Correct that and ask again; the present key stays good."),
                    e);
        }
        return answer(key.state() == SiteKey.State.SETTLED ? 200 : 202);
    }

    /**
     * Abandons the change that is not finished: 200 when there is none any more, 202 when the consortium could not be told
     * yet, which goes on by itself. The new key is not used any more in either case.
     */
    @DELETE
    @Path("rotation")
    @Operation(summary = "Abandon a change of the site's key that is not finished")
    public Response abandon() {
        audit.keyRotationAbandoned();
        boolean abandoned;
        try {
            abandoned = rotations.abandon();
        } catch (IllegalStateException e) {
            throw new ProblemException(
                    new Problem(
                            "key-not-kept",
                            500,
                            "The key folder cannot be written",
                            "The change goes on: " + e.getMessage() + ".",
                            "Correct that and ask again."),
                    e);
        }
        if (!abandoned) {
            throw new ProblemException(new Problem(
                    "key-in-use",
                    409,
                    "The new key is in use",
                    "The node uses the new key already, and the old one may open nothing any more.",
                    "Let the change end, see GET /api/v1/key, and ask for another with POST /api/v1/key/rotation."));
        }
        return answer(key.state() == SiteKey.State.SETTLED ? 200 : 202);
    }

    private Response answer(int status) {
        JsonObjectBuilder json = Json.createObjectBuilder().add("fingerprint", key.kid());
        key.next().ifPresentOrElse(next -> json.add("next", next.kid()), () -> json.addNull("next"));
        json.add("state", key.state().name()).add("trouble", rotations.trouble());
        return Responses.json(status, json.build());
    }
}
