package org.consilium.site.poll;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.consilium.contract.Messages;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Asking to be let into the consortium. */
@Path("enrolment")
@ApplicationScoped
@RolesAllowed("steward")
@Produces(MediaType.APPLICATION_JSON)
public class EnrolmentResource {

    @Inject
    Enrolments enrolments;

    /**
     * Asks, or tells how the request stands; see {@link Enrolments#ask}.
     *
     * @param body {@code {"code"}}
     */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Ask to be let into the consortium by an enrolment code, or how that request stands")
    public Response enrol(InputStream body) {
        String code;
        try {
            code = Messages.text(Responses.object(body), "code");
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Responses.invalid(e.getMessage() + "."), e);
        }
        return Responses.json(200, enrolments.ask(code));
    }
}
