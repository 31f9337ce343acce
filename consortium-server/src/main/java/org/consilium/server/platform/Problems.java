package org.consilium.server.platform;

import jakarta.json.JsonException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.consilium.contract.InvalidParametersException;
import org.consilium.contract.Problem;

/** Translates whatever a request threw into what the caller is told; nothing of the server's inside is told. */
final class Problems {

    private static final String DISK_FULL = "53100";
    private static final String OUT_OF_MEMORY = "53200";

    private Problems() {}

    /** Returns the problem for a failure. */
    static Problem of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            Optional<Problem> known = known(cause);
            if (known.isPresent()) {
                return known.get();
            }
        }
        String incident = UUID.randomUUID().toString();
        return new Problem(
                "internal-error",
                500,
                "internal error",
                "The server failed in a way that it does not know; incident " + incident + ".",
                "Give the incident number to the operator, who finds it in the server's log.");
    }

    private static Throwable next(Throwable cause) {
        return cause.getCause() == cause ? null : cause.getCause();
    }

    private static Optional<Problem> known(Throwable cause) {
        if (cause instanceof Refusal refusal) {
            return Optional.of(refusal.problem());
        }
        if (cause instanceof InvalidParametersException invalid) {
            return Optional.of(new Problem(
                    "update-invalid",
                    422,
                    "parameters are not valid",
                    invalid.getMessage(),
                    "Nothing was stored; send valid parameters."));
        }
        if (cause instanceof JsonException) {
            return Optional.of(new Problem(
                    "json-invalid",
                    400,
                    "not valid JSON",
                    "The body is not valid JSON: " + firstLine(cause.getMessage()),
                    "Send one JSON object, UTF-8."));
        }
        if (cause instanceof ConstraintViolationException violated) {
            return Optional.of(new Problem(
                    "request-invalid",
                    400,
                    "request is not valid",
                    violated.getConstraintViolations().stream()
                            .map(Problems::text)
                            .sorted()
                            .collect(Collectors.joining("; ")),
                    "Correct the named values."));
        }
        if (cause instanceof WebApplicationException web) {
            return Optional.of(ofStatus(web.getResponse().getStatus(), firstLine(web.getMessage())));
        }
        if (cause instanceof SQLException database) {
            return ofDatabase(database);
        }
        return Optional.empty();
    }

    private static String text(ConstraintViolation<?> violation) {
        String path = violation.getPropertyPath().toString();
        return path.substring(path.lastIndexOf('.') + 1) + " " + violation.getMessage();
    }

    /** Returns the problem that stands for a bare HTTP status. */
    static Problem ofStatus(int status, String detail) {
        return switch (status) {
            case 401 ->
                new Problem(
                        "token-missing",
                        401,
                        "not authenticated",
                        "The request carries no valid bearer token: missing, expired, forged or for another audience.",
                        "Get a fresh token for the audience consilium-api from Keycloak and try again.");
            case 403 -> roleMissing(List.of());
            case 404 ->
                new Problem(
                        "not-found",
                        404,
                        "not found",
                        "There is nothing at this address.",
                        "See the API's description at /openapi.");
            case 405 ->
                new Problem(
                        "method-not-allowed",
                        405,
                        "method not allowed",
                        "This address does not know the request's method.",
                        "See the API's description at /openapi.");
            case 406 ->
                new Problem(
                        "not-acceptable",
                        406,
                        "not acceptable",
                        "None of the media types that the request accepts is available.",
                        "Accept application/json.");
            case 415 ->
                new Problem(
                        "media-type-unsupported",
                        415,
                        "media type not supported",
                        "The body's media type is not the one that this address takes.",
                        "See the API's description at /openapi.");
            default -> {
                int shown = status >= 400 && status <= 599 ? status : 500;
                yield new Problem(
                        "http-" + shown,
                        shown,
                        "HTTP " + shown,
                        shown >= 500 || detail.isBlank() ? "The request failed with status " + shown + "." : detail,
                        "Correct the request or try again later.");
            }
        };
    }

    private static Optional<Problem> ofDatabase(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        if (state.equals(DISK_FULL)) {
            return Optional.of(new Problem(
                    "storage-full",
                    507,
                    "storage is full",
                    "The server's database has no room left; nothing of this request was stored.",
                    "Ask the operator to make room, then send the same request again."));
        }
        if (isUnavailable(failure)) {
            return Optional.of(unavailable("The server's database does not answer."));
        }
        return Optional.empty();
    }

    /** Class 08 is a lost connection, 57P a database that stops or starts, 53 one that is out of something. */
    static boolean isUnavailable(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        return state.startsWith("08")
                || state.startsWith("57P")
                || state.equals("53300")
                || state.equals(OUT_OF_MEMORY)
                || failure instanceof java.sql.SQLTransientConnectionException
                || failure instanceof java.sql.SQLNonTransientConnectionException
                || failure.getCause() instanceof IOException;
    }

    /** Returns the problem of a database that cannot be used now. */
    static Problem unavailable(String detail) {
        return new Problem(
                "database-unavailable",
                503,
                "database unavailable",
                detail,
                "Try again in a few seconds; GET /health/ready says when it is back.");
    }

    private static String firstLine(String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }

    /**
     * Returns the refusal of a token without a role that is needed.
     *
     * @param roles one of which would do; empty where they are not known
     */
    static Problem roleMissing(List<String> roles) {
        String wanted = roles.isEmpty()
                ? "the role that the API's description names"
                : "the role " + String.join(" or ", roles);
        return new Problem(
                "role-missing",
                403,
                "not allowed",
                "The token's roles do not allow this request.",
                "Use an account with " + wanted + ".");
    }
}
