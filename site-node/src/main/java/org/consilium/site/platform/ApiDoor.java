package org.consilium.site.platform;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.consilium.contract.Problem;
import org.consilium.contract.RefusedToken;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Has the server check the bearer token of each request to the API, and answers a refusal with a problem document.
 *
 * <p>The server alone decides; a constraint in web.xml would have it decide likewise, but answer with an empty body.
 * {@link BearerOnly} stands behind this door.
 */
@WebFilter(urlPatterns = "/api/*", asyncSupported = true, dispatcherTypes = DispatcherType.REQUEST)
public class ApiDoor extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final String ALIVE = "/api/v1/" + AliveResource.PATH;

    @Inject
    transient SiteSettings settings;

    @Inject
    transient Trace trace;

    @Inject
    transient Event<RefusedAccess> refusals;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        trace.from(request.getRemoteAddr());
        if (ALIVE.equals(path(request)) || isBearer(request) || authenticate(request, response)) {
            if (isBearer(request)) {
                trace.admitted();
            }
            chain.doFilter(request, response);
            tell(request, response.getStatus());
            return;
        }
        String header = request.getHeader("Authorization");
        Problem problem =
                RefusedToken.problem(header, settings.issuer().toString(), BearerOnly.AUDIENCE, Instant.now());
        response.setStatus(problem.status());
        response.setHeader(
                "WWW-Authenticate",
                header == null ? "Bearer realm=\"consilium\"" : "Bearer realm=\"consilium\", error=\"invalid_token\"");
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(Problem.MEDIA_TYPE);
        // As bytes: RFC 9457's JSON is UTF-8 and its media type has no charset parameter.
        response.getOutputStream().write(problem.toJson().toString().getBytes(StandardCharsets.UTF_8));
        tell(request, problem.status());
    }

    private void tell(HttpServletRequest request, int status) {
        if (status == HttpServletResponse.SC_UNAUTHORIZED || status == HttpServletResponse.SC_FORBIDDEN) {
            refusals.fire(new RefusedAccess(request.getMethod(), path(request), status));
        }
    }

    /** The address within the application, as the container has decoded and cleaned it. */
    private static String path(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return rest == null ? request.getServletPath() : request.getServletPath() + rest;
    }

    private static boolean isBearer(HttpServletRequest request) {
        return request.getUserPrincipal() instanceof JsonWebToken;
    }

    private static boolean authenticate(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        request.authenticate(new Unanswered(response));
        return isBearer(request);
    }

    /** Takes the server's own refusal and forgets it. */
    private static final class Unanswered extends HttpServletResponseWrapper {

        Unanswered(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void addCookie(Cookie cookie) {}

        @Override
        public void sendError(int status, String message) {}

        @Override
        public void sendError(int status) {}

        @Override
        public void sendRedirect(String location) {}

        @Override
        public void setStatus(int status) {}

        @Override
        public void setHeader(String name, String value) {}

        @Override
        public void addHeader(String name, String value) {}
    }
}
