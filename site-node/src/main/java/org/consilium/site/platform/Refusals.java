package org.consilium.site.platform;

import org.consilium.contract.Problem;

/** The problems of refusals that the container makes before our code is asked. */
final class Refusals {

    private Refusals() {}

    static Problem of(int status) {
        return switch (status) {
            case 401 ->
                problem(
                        "token-needed",
                        status,
                        "This request carries no valid bearer token.",
                        "Ask Keycloak for a token with audience consilium-site-node and send it as Authorization: Bearer.");
            case 403 ->
                problem(
                        "role-needed",
                        status,
                        "This token's roles do not allow the request.",
                        "Use the token of a person or client with the role steward.");
            case 404 ->
                problem("not-found", status, "There is nothing at this address.", "See /openapi for what there is.");
            case 405 ->
                problem("method-not-allowed", status, "This address does not take this method.", "See /openapi.");
            case 406 -> problem("not-acceptable", status, "The answer is JSON.", "Accept application/json.");
            case 415 ->
                problem(
                        "media-type-unsupported",
                        status,
                        "The body must be JSON.",
                        "Send Content-Type: application/json.");
            default ->
                problem(
                        status < 500 ? "request-invalid" : "internal-error",
                        Math.max(400, Math.min(599, status)),
                        "The request failed with HTTP status " + status + ".",
                        status < 500 ? "Compare it with /openapi." : "Look at the server's messages.log at this time.");
        };
    }

    private static Problem problem(String code, int status, String detail, String action) {
        return new Problem(code, status, null, detail, action);
    }
}
