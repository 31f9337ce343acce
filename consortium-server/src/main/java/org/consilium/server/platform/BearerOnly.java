package org.consilium.server.platform;

import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Lets nothing into the API but a bearer token, whatever login cookies a request carries: the second lock behind the
 * server's own filters, which look at the raw address only.
 */
@Provider
@Priority(1)
public class BearerOnly implements ContainerRequestFilter {

    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        if (isPublic(resource)) {
            return;
        }
        if (!(request.getSecurityContext().getUserPrincipal() instanceof JsonWebToken)) {
            request.abortWith(ProblemMapper.response(Problems.ofStatus(401, "")));
        }
    }

    static boolean isPublic(ResourceInfo resource) {
        return resource.getResourceMethod() != null
                && resource.getResourceMethod().isAnnotationPresent(Anonymous.class);
    }
}
