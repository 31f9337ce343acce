package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Down until the database is migrated, and whenever it does not answer. */
@Readiness
@ApplicationScoped
public class DatabaseReadiness implements HealthCheck {

    @Inject
    Database database;

    @Override
    public HealthCheckResponse call() {
        Optional<String> trouble = database.trouble();
        var response = HealthCheckResponse.named("database").status(trouble.isEmpty());
        trouble.ifPresent(text -> response.withData("detail", text));
        return response.build();
    }
}
