package org.consilium.site.portal;

import jakarta.enterprise.event.Event;
import jakarta.faces.application.ViewExpiredException;
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
import org.consilium.contract.Problem;
import org.consilium.site.platform.RefusedAccess;
import org.consilium.site.platform.SiteSettings;
import org.consilium.site.platform.Trace;

/**
 * Lets only the hospital's own steward see a page. The server has asked for a login before, for every address that
 * web.xml does not open; here it is seen whose it is, so that the refusal can say who is logged in and what is missing.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true, dispatcherTypes = DispatcherType.REQUEST)
public class PageDoor extends HttpFilter {

    private static final long serialVersionUID = 1L;

    /** Request attribute with the {@link Problem} that the page of errors tells. */
    static final String REFUSAL = "org.consilium.site.refusal";

    /** What says nothing of the site, and the end of a login, which is everybody's. */
    private static final Set<String> OPEN =
            Set.of("/signed-out.xhtml", "/error.xhtml", "/problem", SignOutServlet.PATH);

    private static final Problem EXPIRED = new Problem(
            "form-expired",
            409,
            "The form has expired",
            "The page was open for longer than half an hour, or the node was started again since. Nothing was sent.",
            "Go to the overview and enter the code again.");

    @Inject
    transient SiteSettings settings;

    @Inject
    transient Trace trace;

    @Inject
    transient Event<RefusedAccess> refusals;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!isOpen(path(request))) {
            Visitor visitor = visitor(request);
            trace.fromPage(
                    request.getRemoteAddr(),
                    new Trace.Person(
                            LogIn.current().map(LogIn::subject).orElse("unknown"),
                            visitor.name(),
                            visitor.site(),
                            visitor.steward() ? "steward" : ""));
            Optional<Problem> refusal = visitor.refusal(settings);
            if (refusal.isPresent()) {
                refusals.fire(new RefusedAccess(
                        request.getMethod(), path(request), refusal.get().status()));
                refuse(refusal.get(), request, response);
                return;
            }
        }
        try {
            chain.doFilter(request, response);
        } catch (ServletException e) {
            if (response.isCommitted() || !isOfNoView(e)) {
                throw e;
            }
            response.resetBuffer();
            refuse(EXPIRED, request, response);
        }
    }

    private static void refuse(Problem problem, HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        response.setStatus(problem.status());
        request.setAttribute(REFUSAL, problem);
        request.getRequestDispatcher("/error.xhtml").forward(request, response);
    }

    /** Whether a form was sent that this server does not remember to have given to this person. */
    private static boolean isOfNoView(Throwable failure) {
        return failure != null && (failure instanceof ViewExpiredException || isOfNoView(failure.getCause()));
    }

    /** The API has a door of its own. */
    private static boolean isOpen(String path) {
        boolean below = path.startsWith("/api/") || path.startsWith(PageHeaders.LOOK);
        return OPEN.contains(path) || below && !path.contains("..");
    }

    /** The address within the application, as the container has decoded and cleaned it. */
    private static String path(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return rest == null ? request.getServletPath() : request.getServletPath() + rest;
    }

    private static Visitor visitor(HttpServletRequest request) {
        String name = request.getRemoteUser();
        return new Visitor(
                name == null ? "nobody" : name,
                request.isUserInRole("steward"),
                LogIn.current().map(LogIn::site).orElse(""));
    }
}
