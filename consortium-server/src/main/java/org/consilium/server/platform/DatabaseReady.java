package org.consilium.server.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the schema is up to date and the pool gives a connection that answers. */
@Readiness
@ApplicationScoped
public class DatabaseReady extends ReadyCheck {

    private static final int SECONDS = 2;

    @Inject
    Migration migration;

    @Inject
    DataSource pool;

    /** For the container. */
    DatabaseReady() {
        super("database");
    }

    @Override
    HealthCheckResponse check() {
        var response = HealthCheckResponse.named("database");
        if (!migration.isDone()) {
            return response.down().withData("reason", migration.state()).build();
        }
        try (Connection connection = pool.getConnection()) {
            if (connection.isValid(SECONDS)) {
                return response.up()
                        .withData("database", migration.settings().where())
                        .build();
            }
            return response.down()
                    .withData("reason", reason("no answer within " + SECONDS + " s."))
                    .build();
        } catch (SQLException e) {
            return response.down().withData("reason", reason(e.getMessage())).build();
        }
    }

    private String reason(String what) {
        return "The database " + migration.settings().where() + " does not answer: " + what
                + " Start it or correct consilium.db.*; requests work again when it is back.";
    }
}
