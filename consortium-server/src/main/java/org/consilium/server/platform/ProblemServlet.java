package org.consilium.server.platform;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.consilium.contract.Problem;

/** Answers what the container itself refuses, before the API's own mapper could: missing tokens, missing roles. */
@WebServlet(urlPatterns = "/problem")
public class ProblemServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Object address = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        Problem problem = Problems.ofStatus(status instanceof Integer code ? code : 404, "");
        response.setStatus(problem.status());
        response.setHeader("Cache-Control", "no-store");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        if (address != null && address.toString().contains("/api/")) {
            response.setContentType(Problem.MEDIA_TYPE);
            response.getWriter().write(problem.toJson().toString());
        } else {
            // A person's browser: plain words.
            response.setContentType("text/plain");
            response.getWriter().write("Consilium: " + problem.text());
        }
    }
}
