package org.consilium.server.platform;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Problem;

/** Answers what the container itself refuses, before the API's own mapper or a page could. */
@WebServlet(urlPatterns = "/problem")
public class ProblemServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = Logger.getLogger(ProblemServlet.class.getName());
    private static final String PAGE = "/error.xhtml";

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        Problem problem = problem(request);
        Object address = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        if (address != null && address.toString().contains("/api/")) {
            ProblemMapper.write(problem, response);
            return;
        }
        response.setStatus(problem.status());
        request.setAttribute(RequestDispatcher.ERROR_STATUS_CODE, problem.status());
        request.getRequestDispatcher(PAGE).forward(new WithoutSession(request), response);
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

    private static Problem problem(HttpServletRequest request) {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        int code = status instanceof Integer given ? given : 404;
        // Liberty has an exception for a page that is not there, too: the status knows better.
        if (code >= 500 && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure) {
            Problem problem = Problems.of(failure);
            if (problem.status() >= 500) {
                LOG.log(Level.SEVERE, failure, () -> "page failed: " + problem.text());
            }
            return problem;
        }
        return Problems.ofStatus(code, "");
    }
}
