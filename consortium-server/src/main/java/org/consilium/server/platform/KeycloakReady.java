package org.consilium.server.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when Keycloak's keys can be fetched: without them no token can be checked. */
@Readiness
@ApplicationScoped
public class KeycloakReady extends ReadyCheck {

    @Inject
    Outside outside;

    /** For the container. */
    KeycloakReady() {
        super("keycloak");
    }

    @Override
    HealthCheckResponse check() {
        var response = HealthCheckResponse.named("keycloak");
        URI keys = outside.settings().keys();
        try {
            if (Requests.json(outside.fetch(keys)).containsKey("keys")) {
                return response.up().withData("keys", keys.toString()).build();
            }
            return response.down()
                    .withData("reason", reason(keys, "it sent no keys."))
                    .build();
        } catch (IOException | Refusal e) {
            return response.down().withData("reason", reason(keys, e + ".")).build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return response.down().withData("reason", "interrupted").build();
        }
    }

    private static String reason(URI keys, String what) {
        return "Keycloak's keys at " + keys + " cannot be fetched: " + what
                + " Start Keycloak or correct consilium.issuer and consilium.tls.truststore.";
    }
}
