package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Whether Keycloak's keys can be fetched: without them no steward's token can be checked. */
@Readiness
@ApplicationScoped
public class KeycloakReadiness extends ReadyCheck {

    private SiteSettings settings;
    private KeysApi keycloak;

    /** For the container's proxy. */
    KeycloakReadiness() {
        super("keycloak");
    }

    /**
     * @param settings which Keycloak
     * @param keycloak its keys
     */
    @Inject
    KeycloakReadiness(SiteSettings settings, @RestClient KeysApi keycloak) {
        super("keycloak");
        this.settings = settings;
        this.keycloak = keycloak;
    }

    @Override
    Optional<String> trouble() {
        try (Response response = OutboundListing.sent(keycloak::keys)) {
            return response.getStatus() == 200
                    ? Optional.empty()
                    : Optional.of("the keys of " + settings.issuer() + " are answered with HTTP status "
                            + response.getStatus());
        } catch (ProblemException e) {
            return Optional.of("the keys of " + settings.issuer() + " are not asked for: " + e.getMessage());
        } catch (ProcessingException e) {
            return Optional.of("the keys of " + settings.issuer() + " cannot be fetched: " + e.getMessage());
        }
    }
}
