package org.consilium.server.platform;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Lets only those see a page who have a role in the consortium, and notes who asked. The server has asked for a log-in
 * before, for every address that web.xml does not open, so nobody is here unknown but at those. The API has a door of its
 * own.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true, dispatcherTypes = DispatcherType.REQUEST)
public class PageDoor extends HttpFilter {

    private static final long serialVersionUID = 1L;

    /** What says nothing of a study, and the end of a log-in, which is everybody's with whatever role. */
    private static final Set<String> OPEN = Set.of("/signed-out.xhtml", "/error.xhtml", "/problem", "/sign-out");

    private static final Set<String> ROLES = Set.of(Caller.COORDINATOR, Caller.ADMINISTRATOR, Caller.AUDITOR);

    @Inject
    transient Trace trace;

    @Inject
    transient Event<AdmittedRequest> admissions;

    @Inject
    transient Event<RefusedRequest> refusals;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = path(request);
        Optional<Trace.Person> person = isOpen(path) ? Optional.empty() : PageLogIn.of(request);
        if (person.isPresent()) {
            trace.fromPage(request.getRemoteAddr(), person.get());
            if (ROLES.stream().noneMatch(request::isUserInRole)) {
                refusals.fire(new RefusedRequest(
                        request.getMethod(), path, HttpServletResponse.SC_FORBIDDEN, "role-missing"));
                response.sendError(HttpServletResponse.SC_FORBIDDEN);
                return;
            }
            admissions.fire(new AdmittedRequest());
        }
        chain.doFilter(request, response);
    }

    private static boolean isOpen(String path) {
        boolean below = path.startsWith("/api/") || path.startsWith("/portal/");
        return OPEN.contains(path) || below && !path.contains("..");
    }

    /** The address within the application, as the container has decoded and cleaned it. */
    private static String path(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return rest == null ? request.getServletPath() : request.getServletPath() + rest;
    }
}
