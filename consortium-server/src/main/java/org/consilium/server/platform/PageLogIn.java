package org.consilium.server.platform;

import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.consilium.contract.TokenClaims;

/** Says who is logged in at the pages, by the ID token that Liberty has verified. */
final class PageLogIn {

    private static final Logger LOG = Logger.getLogger(PageLogIn.class.getName());

    private PageLogIn() {}

    /** Returns who asks for a page; nothing where nobody is logged in. */
    static Optional<Trace.Person> of(HttpServletRequest request) {
        if (request.getRemoteUser() == null) {
            return Optional.empty();
        }
        JsonObject claims = claims();
        String roles = Stream.of(Caller.COORDINATOR, Caller.ADMINISTRATOR, Caller.AUDITOR, Caller.STEWARD)
                .filter(request::isUserInRole)
                .collect(Collectors.joining(" "));
        return Optional.of(new Trace.Person(
                claims.getString("sub", request.getRemoteUser()),
                request.getRemoteUser(),
                roles,
                claims.getString("sid", "portal/" + request.getRemoteUser())));
    }

    /** By reflection: it is a class of the runtime, and its API is not published under a permissive licence. */
    private static JsonObject claims() {
        try {
            Object token = Class.forName("com.ibm.websphere.security.openidconnect.PropagationHelper")
                    .getMethod("getIdToken")
                    .invoke(null);
            if (token == null) {
                return JsonObject.EMPTY_JSON_OBJECT;
            }
            return TokenClaims.unverified(
                    String.valueOf(token.getClass().getMethod("getRawIdToken").invoke(token)));
        } catch (ReflectiveOperationException | JsonException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, e, () -> "the log-in's token is not to be had; records name its user name alone");
            return JsonObject.EMPTY_JSON_OBJECT;
        }
    }
}
