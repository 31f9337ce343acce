package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Asks REST over HTTPS, as a client would: an application that failed to start there is otherwise not noticed. */
@Readiness
@ApplicationScoped
public class RestReadiness implements HealthCheck {

    private SiteSettings settings;
    private SelfApi self;

    /** For the container's proxy. */
    RestReadiness() {}

    /**
     * @param settings where this node itself is
     * @param self this node's API
     */
    @Inject
    RestReadiness(SiteSettings settings, @RestClient SelfApi self) {
        this.settings = settings;
        this.self = self;
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> trouble = trouble();
        var response = HealthCheckResponse.named("rest").status(trouble.isEmpty());
        trouble.ifPresent(text -> response.withData("detail", text));
        return response.build();
    }

    private Optional<String> trouble() {
        try (Response response = self.alive()) {
            return response.getStatus() == 200
                    ? Optional.empty()
                    : Optional.of(settings.self() + " answers HTTP status " + response.getStatus());
        } catch (ProcessingException e) {
            return Optional.of(settings.self() + " does not answer: " + e.getMessage());
        }
    }
}
