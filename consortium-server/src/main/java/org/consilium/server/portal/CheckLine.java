package org.consilium.server.portal;

import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * One of the server's readiness checks.
 *
 * @param id name of the check
 * @param name what is checked, in a word
 * @param status whether it is well
 * @param reason why it is not, with what to do, or empty
 */
public record CheckLine(String id, String name, Status status, String reason) {

    /** Name of the check that everything on the page but the checks themselves needs. */
    static final String DATABASE = "database";

    static CheckLine of(HealthCheckResponse answer) {
        boolean up = answer.getStatus() == HealthCheckResponse.Status.UP;
        String reason = up
                ? ""
                : answer.getData()
                        .map(data -> data.get("reason"))
                        .map(Object::toString)
                        .orElse("It gives no reason; see the server's log.");
        return new CheckLine(
                answer.getName(), name(answer.getName()), up ? Status.ok("ready") : Status.bad("not ready"), reason);
    }

    private static String name(String id) {
        return id.equals("api") ? "API" : id.substring(0, 1).toUpperCase(Locale.ROOT) + id.substring(1);
    }

    /** Returns whether it is well. */
    public boolean up() {
        return reason.isEmpty();
    }
}
