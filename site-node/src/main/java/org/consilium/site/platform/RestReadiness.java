package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Asks REST over HTTPS, as a client would: an application that failed to start there is otherwise not noticed. */
@Readiness
@ApplicationScoped
public class RestReadiness implements HealthCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private SiteSettings settings;
    private HttpClient client;

    /** For the container's proxy. */
    RestReadiness() {}

    /**
     * @param settings where this node itself is
     */
    @Inject
    public RestReadiness(SiteSettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .connectTimeout(PATIENCE)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> trouble = trouble();
        var response = HealthCheckResponse.named("rest").status(trouble.isEmpty());
        trouble.ifPresent(text -> response.withData("detail", text));
        return response.build();
    }

    private Optional<String> trouble() {
        var address = settings.self().resolve("/api/v1/" + AliveResource.PATH);
        try {
            var request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return status == 200 ? Optional.empty() : Optional.of(address + " answers HTTP status " + status);
        } catch (IOException e) {
            return Optional.of(address + " does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the node is stopping");
        }
    }
}
