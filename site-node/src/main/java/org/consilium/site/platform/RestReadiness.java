package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Asks REST over HTTPS, as a client would: an application that failed to start there is otherwise not noticed. */
@Readiness
@ApplicationScoped
public class RestReadiness extends ReadyCheck {

    private SiteSettings settings;
    private SelfApi self;

    /** For the container's proxy. */
    RestReadiness() {
        super("rest");
    }

    /**
     * @param settings where this node itself is
     * @param self this node's API
     */
    @Inject
    RestReadiness(SiteSettings settings, @RestClient SelfApi self) {
        super("rest");
        this.settings = settings;
        this.self = self;
    }

    @Override
    Optional<String> trouble() {
        try (Response response = OutboundListing.sent(self::alive)) {
            return response.getStatus() == 200
                    ? Optional.empty()
                    : Optional.of(settings.self() + " answers HTTP status " + response.getStatus());
        } catch (ProblemException e) {
            return Optional.of(settings.self() + " is not asked: " + e.getMessage());
        } catch (ProcessingException e) {
            return Optional.of(settings.self() + " does not answer: " + e.getMessage());
        }
    }
}
