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

/** Whether Keycloak's keys can be fetched: without them no steward's token can be checked. */
@Readiness
@ApplicationScoped
public class KeycloakReadiness implements HealthCheck {

    private SiteSettings settings;
    private KeysApi keycloak;

    /** For the container's proxy. */
    KeycloakReadiness() {}

    /**
     * @param settings which Keycloak
     * @param keycloak its keys
     */
    @Inject
    KeycloakReadiness(SiteSettings settings, @RestClient KeysApi keycloak) {
        this.settings = settings;
        this.keycloak = keycloak;
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> trouble = trouble();
        var response = HealthCheckResponse.named("keycloak").status(trouble.isEmpty());
        trouble.ifPresent(text -> response.withData("detail", text));
        return response.build();
    }

    private Optional<String> trouble() {
        try (Response response = keycloak.keys()) {
            return response.getStatus() == 200
                    ? Optional.empty()
                    : Optional.of("the keys of " + settings.issuer() + " are answered with HTTP status "
                            + response.getStatus());
        } catch (ProcessingException e) {
            return Optional.of("the keys of " + settings.issuer() + " cannot be fetched: " + e.getMessage());
        }
    }
}
