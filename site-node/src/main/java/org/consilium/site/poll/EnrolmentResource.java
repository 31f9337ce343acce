package org.consilium.site.poll;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.consilium.contract.Enrolment;
import org.consilium.contract.Messages;
import org.consilium.contract.Problem;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Asking to be let into the consortium. */
@Path("enrolment")
@ApplicationScoped
@RolesAllowed("steward")
@Produces(MediaType.APPLICATION_JSON)
public class EnrolmentResource {

    @Inject
    Consortium consortium;

    @Inject
    SiteKey key;

    @Inject
    SiteSettings settings;

    /**
     * Sends the public half of this node's key to the consortium, with the code of an invitation. Asking again with the
     * same code is harmless and tells how the request stands.
     *
     * @param body {@code {"code"}}
     */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Ask to be let into the consortium by an enrolment code, or how that request stands")
    public Response enrol(InputStream body) {
        JsonObject json = Responses.object(body);
        Enrolment enrolment;
        try {
            enrolment = new Enrolment(Messages.text(json, "code"), key.publicKey(), Consortium.VERSION);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Responses.invalid(e.getMessage() + "."), e);
        }
        JsonObject answer = consortium.enrol(enrolment, key::sign);
        String invited = Messages.text(answer, "site");
        if (!invited.equals(settings.site().value())) {
            throw new ProblemException(new Problem(
                    "site-differs",
                    409,
                    "The code invites another site",
                    "The code invites site '" + invited + "', but this node is configured as '" + settings.site()
                            + "'.",
                    "Set consilium.site.id=" + invited + " in bootstrap.properties, start the node again, and enrol"
                            + " with the same code."));
        }
        return Responses.json(200, answer);
    }
}
