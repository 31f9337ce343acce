package org.consilium.server.platform;

import org.eclipse.microprofile.health.HealthCheckResponse;

/** A readiness check that throws instead of answering. */
public final class FailingCheck extends ReadyCheck {

    private FailingCheck() {
        super("failing");
    }

    /** Returns what the server would be told. */
    public static HealthCheckResponse called() {
        return new FailingCheck().call();
    }

    @Override
    HealthCheckResponse check() {
        throw new IllegalStateException("on purpose");
    }
}
