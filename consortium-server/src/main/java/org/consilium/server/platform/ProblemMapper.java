package org.consilium.server.platform;

import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Problem;

/** The one place where a failed request gets its answer, {@code application/problem+json}. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

    private static final Logger LOG = Logger.getLogger(ProblemMapper.class.getName());

    /** The request's attribute that has the code of the problem that was answered. */
    static final String CODE = "org.consilium.problem";

    @Context
    ResourceInfo resource;

    @Context
    HttpServletRequest request;

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof WebApplicationException web && web.getResponse().getStatus() < 400) {
            return web.getResponse();
        }
        Problem problem = failure instanceof ForbiddenException ? Problems.roleMissing(roles()) : Problems.of(failure);
        if (problem.status() >= 500) {
            LOG.log(Level.SEVERE, failure, () -> "request failed: " + problem.text());
        }
        if (request != null) {
            request.setAttribute(CODE, problem.code());
        }
        return response(problem);
    }

    /** The roles of which the request needs one, as the matched method or its class says; empty when none matched. */
    private List<String> roles() {
        Method method = resource.getResourceMethod();
        if (method == null) {
            return List.of();
        }
        RolesAllowed own = method.getAnnotation(RolesAllowed.class);
        RolesAllowed allowed = own == null ? method.getDeclaringClass().getAnnotation(RolesAllowed.class) : own;
        return allowed == null ? List.of() : List.of(allowed.value());
    }

    /** Writes a problem as the answer of a request that does not reach the API. */
    static void write(Problem problem, HttpServletResponse response) throws IOException {
        response.setStatus(problem.status());
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setContentType(Problem.MEDIA_TYPE);
        // As bytes: RFC 9457's JSON is UTF-8 and its media type has no charset parameter.
        response.getOutputStream().write(problem.toJson().toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the response for a problem. */
    static Response response(Problem problem) {
        Response.ResponseBuilder response = Response.status(problem.status())
                .type(Problem.MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(problem.toJson().toString());
        if (problem.status() == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (problem.status() == 503) {
            response.header(HttpHeaders.RETRY_AFTER, "3");
        }
        return response.build();
    }
}
