package org.consilium.server.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.Config;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings the schema up to date before anything else touches it, and tries again until the database is there: a server
 * may start before its database.
 */
@ApplicationScoped
public class Migration {

    private static final Logger LOG = Logger.getLogger(Migration.class.getName());
    private static final long RETRY_SECONDS = 3;

    @Resource
    ManagedScheduledExecutorService scheduler;

    @Inject
    Config config;

    private DatabaseSettings settings;
    private volatile boolean done;
    private volatile String state = "The database schema is not yet checked.";

    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        settings = DatabaseSettings.from(config);
        scheduler.execute(this::migrate);
    }

    /** Returns whether the schema is up to date. */
    public boolean isDone() {
        return done;
    }

    /** Returns what was last found, naming the database and the next action. */
    String state() {
        return state;
    }

    DatabaseSettings settings() {
        return settings;
    }

    private void migrate() {
        try (Connection reachable = settings.plain().getConnection()) {
            reachable.isValid(1);
            Flyway.configure(Migration.class.getClassLoader())
                    .dataSource(settings.plain())
                    .locations("classpath:db/consortium")
                    .callbackLocations("classpath:db/consortium")
                    .placeholders(Map.of("application", settings.user()))
                    .load()
                    .migrate();
            state = "The database " + settings.where() + " is up to date.";
            done = true;
            LOG.info(state);
        } catch (SQLException e) {
            again("The database " + settings.where() + " does not answer: " + e.getMessage()
                    + " Start it or correct consilium.db.*; the server tries again every " + RETRY_SECONDS + " s.");
        } catch (FlywayException e) {
            LOG.log(Level.SEVERE, e, () -> "schema migration failed");
            again("The schema of " + settings.where() + " could not be brought up to date; see the server's log.");
        }
    }

    private void again(String what) {
        if (!what.equals(state)) {
            LOG.warning(what);
        }
        state = what;
        scheduler.schedule(this::migrate, RETRY_SECONDS, TimeUnit.SECONDS);
    }
}
