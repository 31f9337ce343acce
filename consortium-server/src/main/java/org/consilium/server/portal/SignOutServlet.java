package org.consilium.server.portal;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Ends the login here and at Keycloak, so that the next visit asks for the password again. */
@WebServlet(urlPatterns = "/sign-out")
public class SignOutServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = Logger.getLogger(SignOutServlet.class.getName());
    private static final String CLIENT = "consilium-portal";

    @Inject
    @ConfigProperty(name = "consilium.issuer")
    transient String issuer;

    @Inject
    @ConfigProperty(name = "consilium.public.url")
    transient String publicUrl;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        Optional<String> token = idToken();
        request.logout();
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
        String address = issuer + "/protocol/openid-connect/logout?client_id=" + CLIENT + "&post_logout_redirect_uri="
                + encoded(publicUrl + "/signed-out.xhtml");
        response.sendRedirect(
                token.map(hint -> address + "&id_token_hint=" + encoded(hint)).orElse(address));
    }

    /**
     * The token of the login, by which Keycloak knows whose session to end; without it Keycloak asks the person.
     *
     * <p>By reflection: it is a class of the runtime, and its API is not published under a permissive licence.
     */
    private static Optional<String> idToken() {
        try {
            Object token = Class.forName("com.ibm.websphere.security.openidconnect.PropagationHelper")
                    .getMethod("getIdToken")
                    .invoke(null);
            return token == null
                    ? Optional.empty()
                    : Optional.ofNullable(
                            (String) token.getClass().getMethod("getRawIdToken").invoke(token));
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "the login's token is not to be had; Keycloak will ask before it signs out", e);
            return Optional.empty();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
