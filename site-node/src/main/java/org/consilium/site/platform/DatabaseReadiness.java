package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.Readiness;

/** Down until the database is migrated, and whenever it does not answer. */
@Readiness
@ApplicationScoped
public class DatabaseReadiness extends ReadyCheck {

    @Inject
    Database database;

    /** For the container. */
    DatabaseReadiness() {
        super("database");
    }

    @Override
    Optional<String> trouble() {
        return database.trouble();
    }
}
