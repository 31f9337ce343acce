package org.consilium.server.platform;

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
        try {
            return check();
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, e, () -> "readiness check '" + name + "' failed");
            return HealthCheckResponse.named(name)
                    .down()
                    .withData("reason", "The check itself failed: " + e.getMessage() + ". See the server's log.")
                    .build();
        }
    }

    /** Looks whether what it checks is ready, and says why not. */
    abstract HealthCheckResponse check();
}
