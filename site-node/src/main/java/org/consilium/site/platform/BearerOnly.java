package org.consilium.site.platform;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import org.consilium.contract.Problem;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Refuses everyone who did not come with a bearer token, whatever else the container accepted. */
@Provider
@Priority(Priorities.AUTHENTICATION)
public class BearerOnly implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getUriInfo().getPath(false).replaceFirst("^/", "").equals(AliveResource.PATH)) {
            return;
        }
        if (!(request.getSecurityContext().getUserPrincipal() instanceof JsonWebToken)) {
            request.abortWith(Responses.of(refused(request.getHeaderString("Authorization") != null)));
        }
    }

    /** Returns the refusal of a request without a token that is good here. */
    static Problem refused(boolean sent) {
        return new Problem(
                sent ? "token-invalid" : "token-missing",
                401,
                "A bearer token is needed",
                sent
                        ? "The token of this request is expired, forged, or for another audience or issuer."
                        : "This request carries no bearer token.",
                "Ask Keycloak for a fresh token with audience consilium-site-node and send it as Authorization: Bearer.");
    }
}
