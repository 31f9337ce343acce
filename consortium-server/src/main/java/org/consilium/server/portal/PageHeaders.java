package org.consilium.server.portal;

import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Tells browsers how to treat a page: no script, style or frame but the server's own, nothing kept. Files of the look may
 * be kept for minutes.
 */
@WebFilter(
        urlPatterns = {"*.xhtml", "/portal/*"},
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.FORWARD, DispatcherType.ERROR})
public class PageHeaders extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Inject
    @ConfigProperty(name = "consilium.issuer")
    transient URI issuer;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // Browsers follow this rule through redirects, and signing out goes on at Keycloak.
        String keycloak = issuer.getScheme() + "://" + issuer.getAuthority();
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
                        + " form-action 'self' " + keycloak + "; base-uri 'none'; frame-ancestors 'none'");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        boolean look = request.getServletPath().startsWith("/portal/");
        response.setHeader("Cache-Control", look ? "public, max-age=300" : "no-store");
        chain.doFilter(request, response);
    }
}
