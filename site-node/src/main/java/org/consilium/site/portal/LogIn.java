package org.consilium.site.portal;

import jakarta.json.JsonException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.TokenClaims;

/**
 * The ID token of a login at the pages, which Liberty has verified.
 *
 * @param raw as Keycloak gave it
 */
record LogIn(String raw) {

    private static final Logger LOG = Logger.getLogger(LogIn.class.getName());

    /**
     * Returns that of the present request, if somebody is logged in.
     *
     * <p>By reflection: it is a class of the runtime, and its API is not published under a permissive licence.
     */
    static Optional<LogIn> current() {
        try {
            Object token = Class.forName("com.ibm.websphere.security.openidconnect.PropagationHelper")
                    .getMethod("getIdToken")
                    .invoke(null);
            return token == null
                    ? Optional.empty()
                    : Optional.ofNullable((String)
                                    token.getClass().getMethod("getRawIdToken").invoke(token))
                            .map(LogIn::new);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "the login's token is not to be had, so nobody is taken for this site's steward", e);
            return Optional.empty();
        }
    }

    /** Returns the site for which the person speaks, empty if there is none. */
    String site() {
        return claim("site");
    }

    /** Returns the identity provider's name of the person. */
    String subject() {
        return claim("sub");
    }

    private String claim(String name) {
        try {
            return TokenClaims.unverified(raw).getString(name, "");
        } catch (JsonException | IllegalArgumentException e) {
            return "";
        }
    }
}
