package org.consilium.site.platform;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import org.consilium.contract.Problem;

/** JSON and problems as HTTP bodies, read and written by hand like every message. */
public final class Responses {

    private static final int MOST_BYTES = 65_536;
    private static final int MOST_ANSWERED = 4 << 20;

    private Responses() {}

    /** Returns the response that shows a problem. */
    public static Response of(Problem problem) {
        Response.ResponseBuilder response = Response.status(problem.status())
                .type(Problem.MEDIA_TYPE)
                .entity(problem.toJson().toString());
        if (problem.status() == 401) {
            response.header("WWW-Authenticate", "Bearer");
        }
        return response.build();
    }

    /** Returns a response with a JSON body. */
    public static Response json(int status, JsonStructure body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .entity(body.toString())
                .build();
    }

    /**
     * Reads a request's body.
     *
     * @throws ProblemException with status 400 if it is no JSON object
     */
    public static JsonObject object(String body) {
        try (JsonReader reader = Json.createReader(new StringReader(body == null ? "" : body))) {
            return reader.readObject();
        } catch (RuntimeException e) {
            // Not JsonException alone: the parser refuses depth with another one.
            throw new ProblemException(invalid("The body is not a JSON object: " + e.getMessage() + "."), e);
        }
    }

    /**
     * Reads a request's body as UTF-8; none that this node knows has more than a few hundred bytes.
     *
     * @throws ProblemException with status 413 if there are more than 64 KiB
     */
    public static JsonObject object(InputStream body) {
        try {
            byte[] bytes = body.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new ProblemException(new Problem(
                        "body-too-large",
                        413,
                        "The body is too large",
                        "The body has more than " + MOST_BYTES + " bytes.",
                        "Compare it with the API document at /openapi; nothing was done."));
            }
            return object(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ProblemException(invalid("The body broke off: " + e.getMessage() + "."), e);
        }
    }

    /**
     * Reads what another server answered, as UTF-8; a study protocol, the longest, has some hundred KiB.
     *
     * @throws ProblemException with status 502 if there are more than 4 MiB: it may never end
     * @throws ProcessingException if the connection broke
     */
    public static String answer(Response response) {
        try (InputStream body = response.readEntity(InputStream.class)) {
            byte[] bytes = body == null ? new byte[0] : body.readNBytes(MOST_ANSWERED + 1);
            if (bytes.length > MOST_ANSWERED) {
                throw new ProblemException(new Problem(
                        "answer-too-large",
                        502,
                        "The answer is too large",
                        "The server answers HTTP status " + response.getStatus() + " with more than " + MOST_ANSWERED
                                + " bytes.",
                        "The node asks again by itself; check consilium.server.url and consilium.issuer, and tell the"
                                + " consortium's administrator if this stays."));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ProcessingException("The answer broke off: " + e.getMessage(), e);
        }
    }

    /** Returns the problem of a request that is not of the documented form. */
    public static Problem invalid(String detail) {
        return new Problem(
                "request-invalid",
                400,
                "The request is not of the documented form",
                detail,
                "Compare it with the API document at /openapi.");
    }
}
