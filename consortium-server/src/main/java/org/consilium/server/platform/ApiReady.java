package org.consilium.server.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the server's own API answers over https: a broken one may answer 500 while everything else looks well. */
@Readiness
@ApplicationScoped
public class ApiReady extends ReadyCheck {

    @Inject
    Outside outside;

    /** For the container. */
    ApiReady() {
        super("api");
    }

    @Override
    HealthCheckResponse check() {
        var response = HealthCheckResponse.named("api");
        URI ping = URI.create(outside.settings().loopback() + "/api/v1/ping");
        try {
            if (outside.fetch(ping).contains("consilium")) {
                return response.up().withData("address", ping.toString()).build();
            }
            return response.down()
                    .withData("reason", reason(ping, "another program answered."))
                    .build();
        } catch (IOException e) {
            return response.down().withData("reason", reason(ping, e + ".")).build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return response.down().withData("reason", "interrupted").build();
        }
    }

    private static String reason(URI ping, String what) {
        return "The server's own API at " + ping + " does not work: " + what
                + " See the server's log; consilium.loopback.url names another address to try it at.";
    }
}
