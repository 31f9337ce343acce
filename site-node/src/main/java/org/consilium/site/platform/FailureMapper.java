package org.consilium.site.platform;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Problem;

/** The one place where a failure becomes a response. */
@Provider
public class FailureMapper implements ExceptionMapper<Throwable> {

    private static final Logger LOG = Logger.getLogger(FailureMapper.class.getName());

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof ProblemException refused) {
            return Responses.of(refused.problem());
        }
        if (failure instanceof WebApplicationException known) {
            return Responses.of(Refusals.of(known.getResponse().getStatus()));
        }
        LOG.log(Level.SEVERE, "a request failed", failure);
        return Responses.of(new Problem(
                "internal-error",
                500,
                "The node failed",
                "The node failed on this request: " + failure.getClass().getSimpleName() + ".",
                "Look at the server's messages.log at this time and report it."));
    }
}
