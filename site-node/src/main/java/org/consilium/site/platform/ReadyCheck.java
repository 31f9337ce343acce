package org.consilium.site.platform;

import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** A readiness check that is down when it fails itself: Open Liberty answers 200 UP, without any check, when one throws. */
abstract class ReadyCheck implements HealthCheck {

    private static final Logger LOG = Logger.getLogger(ReadyCheck.class.getName());

    private final String name;

    ReadyCheck(String name) {
        this.name = name;
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> trouble = guarded();
        var response = HealthCheckResponse.named(name).status(trouble.isEmpty());
        trouble.ifPresent(text -> response.withData("detail", text));
        return response.build();
    }

    /** Returns why the node is not ready, or why that cannot be told. */
    final Optional<String> guarded() {
        try {
            return trouble();
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, e, () -> "readiness check '" + name + "' failed");
            return Optional.of("the check itself failed: " + e.getMessage() + "; see the server's messages.log");
        }
    }

    /** Returns why the node is not ready, empty if it is. */
    abstract Optional<String> trouble();
}
