package org.consilium.site.portal;

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
import org.consilium.site.platform.SiteSettings;

/** Ends the login here and at Keycloak, so that the next visit asks for the password again. */
@WebServlet(urlPatterns = SignOutServlet.PATH)
public class SignOutServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    static final String PATH = "/sign-out";

    private static final String CLIENT = "consilium-site-portal";

    @Inject
    transient SiteSettings settings;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        // Keycloak knows by the token whose session to end; without it, it asks the person.
        Optional<LogIn> login = LogIn.current();
        request.logout();
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
        String address = settings.issuer() + "/protocol/openid-connect/logout?client_id=" + CLIENT
                + "&post_logout_redirect_uri=" + encoded(settings.self() + "/signed-out.xhtml");
        response.sendRedirect(login.map(one -> address + "&id_token_hint=" + encoded(one.raw()))
                .orElse(address));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
