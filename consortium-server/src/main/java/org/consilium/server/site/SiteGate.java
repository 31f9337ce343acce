package org.consilium.server.site;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import org.consilium.server.platform.Caller;

/**
 * Asks the site's own row on every request of a site node: a suspended site is refused at once, not when its token
 * expires.
 */
@Provider
@Priority(Priorities.AUTHENTICATION)
public class SiteGate implements ContainerRequestFilter {

    @Inject
    Sites sites;

    @Inject
    Caller caller;

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getSecurityContext().getUserPrincipal() != null && caller.has(Caller.SITE_NODE)) {
            sites.admit(caller.site(), caller.issuedAt());
        }
    }
}
