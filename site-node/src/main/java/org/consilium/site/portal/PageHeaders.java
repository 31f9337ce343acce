package org.consilium.site.portal;

import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.consilium.site.platform.SiteSettings;

/**
 * Tells browsers how to treat a page: no script, style or frame but the node's own, HTTPS only, nothing kept. Files of
 * the look may be kept for minutes.
 */
@WebFilter(
        urlPatterns = {"*.xhtml", PageHeaders.LOOK + "*"},
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.FORWARD, DispatcherType.ERROR})
public class PageHeaders extends HttpFilter {

    private static final long serialVersionUID = 1L;

    /** Where the files of the look are. */
    static final String LOOK = "/portal/";

    @Inject
    transient SiteSettings settings;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // Browsers follow this rule through redirects, and signing out goes on at Keycloak.
        String keycloak =
                settings.issuer().getScheme() + "://" + settings.issuer().getAuthority();
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
                        + " form-action 'self' " + keycloak + "; base-uri 'none'; frame-ancestors 'none'");
        response.setHeader("Strict-Transport-Security", "max-age=31536000");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        boolean look = request.getServletPath().startsWith(LOOK);
        response.setHeader("Cache-Control", look ? "public, max-age=300" : "no-store");
        chain.doFilter(request, response);
    }
}
