package org.consilium.site.platform;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Problem;

/** What is said of refusals that never reach REST: a problem document at the API, a page anywhere else. */
@WebServlet(ProblemPage.PATH)
public class ProblemPage extends HttpServlet {

    private static final long serialVersionUID = 1L;

    static final String PATH = "/problem";

    private static final Logger LOG = Logger.getLogger(ProblemPage.class.getName());
    private static final String PAGE = "/error.xhtml";

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Problem problem = Refusals.of(status instanceof Integer code ? code : 404);
        Object address = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        if (address == null || !address.toString().contains("/api/")) {
            if (problem.status() >= 500
                    && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable e) {
                LOG.log(Level.SEVERE, "a page failed", e);
            }
            response.setStatus(problem.status());
            request.setAttribute(RequestDispatcher.ERROR_STATUS_CODE, problem.status());
            request.getRequestDispatcher(PAGE).forward(new WithoutSession(request), response);
            return;
        }
        byte[] body = problem.toJson().toString().getBytes(StandardCharsets.UTF_8);
        response.setStatus(problem.status());
        response.setContentType(Problem.MEDIA_TYPE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /**
     * Where a file is not there, Liberty no longer knows the user when it comes to this page, and refuses to give a user's
     * session to nobody; the page needs none.
     */
    private static final class WithoutSession extends HttpServletRequestWrapper {

        WithoutSession(HttpServletRequest request) {
            super(request);
        }

        @Override
        public HttpSession getSession(boolean create) {
            return null;
        }

        @Override
        public HttpSession getSession() {
            return null;
        }
    }
}
