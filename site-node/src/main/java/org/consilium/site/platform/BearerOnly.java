package org.consilium.site.platform;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.time.Instant;
import org.consilium.contract.Problem;
import org.consilium.contract.RefusedToken;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Refuses everyone who did not come with a bearer token, whatever else the container accepted, and whose token does not
 * speak for this hospital: a steward of another one has no business here.
 */
@Provider
@Priority(Priorities.AUTHENTICATION)
public class BearerOnly implements ContainerRequestFilter {

    /** For whom tokens must be that open this node. */
    static final String AUDIENCE = "consilium-site-node";

    @Inject
    SiteSettings settings;

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getUriInfo().getPath(false).replaceFirst("^/", "").equals(AliveResource.PATH)) {
            return;
        }
        if (!(request.getSecurityContext().getUserPrincipal() instanceof JsonWebToken token)) {
            String header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
            request.abortWith(
                    Responses.of(RefusedToken.problem(header, settings.issuer().toString(), AUDIENCE, Instant.now())));
            return;
        }
        String site = token.claim("site")
                .map(Object::toString)
                .map(text -> text.replace("\"", ""))
                .orElse("");
        if (!settings.isSpokenForBy(site)) {
            request.abortWith(Responses.of(new Problem(
                    "steward-of-another",
                    403,
                    "This node is another hospital's",
                    "The token speaks for site '" + site + "', this node is site '" + settings.site() + "'.",
                    "Ask the consortium's administrator to set the attribute 'site' of this user in Keycloak.")));
        }
    }
}
