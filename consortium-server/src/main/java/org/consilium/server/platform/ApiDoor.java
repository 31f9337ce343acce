package org.consilium.server.platform;

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
import java.time.Clock;
import java.util.Set;
import org.consilium.contract.Problem;
import org.consilium.contract.RefusedToken;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Has the server check the bearer token of each request to the API, and says what is wrong with one that it refuses.
 *
 * <p>The server alone decides; a constraint in web.xml would have it decide likewise, but answer a refusal with an empty
 * body. {@link BearerOnly} stands behind this door.
 */
@WebFilter(urlPatterns = "/api/*", asyncSupported = true, dispatcherTypes = DispatcherType.REQUEST)
public class ApiDoor extends HttpFilter {

    private static final long serialVersionUID = 1L;

    /** What answers without a token; the API marks the methods {@link Anonymous}. */
    private static final Set<String> OPEN = Set.of("/api/v1/ping", "/api/v1/enrolments");

    private static final String AUDIENCE = "consilium-api";

    @Inject
    @ConfigProperty(name = "consilium.issuer")
    transient String issuer;

    @Inject
    transient Clock clock;

    @Inject
    transient Trace trace;

    @Inject
    transient Event<RefusedRequest> refusals;

    @Inject
    transient Event<AdmittedRequest> admissions;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        trace.from(request.getRemoteAddr());
        if (OPEN.contains(path(request)) || isBearer(request) || authenticate(request, response)) {
            if (isBearer(request)) {
                trace.admitted();
                admissions.fire(new AdmittedRequest());
            }
            chain.doFilter(request, response);
            told(request, response.getStatus(), String.valueOf(request.getAttribute(ProblemMapper.CODE)));
            return;
        }
        String header = request.getHeader("Authorization");
        Problem problem = RefusedToken.problem(header, issuer, AUDIENCE, clock.instant());
        response.setHeader(
                "WWW-Authenticate",
                header == null ? "Bearer realm=\"consilium\"" : "Bearer realm=\"consilium\", error=\"invalid_token\"");
        ProblemMapper.write(problem, response);
        told(request, problem.status(), problem.code());
    }

    private void told(HttpServletRequest request, int status, String code) {
        if (status >= 400 && status < 500) {
            refusals.fire(new RefusedRequest(request.getMethod(), path(request), status, code));
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

    /** Takes the server's own refusal, or its invitation to log in, and forgets it. */
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
