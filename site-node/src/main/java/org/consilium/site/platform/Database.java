package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.consilium.contract.Problem;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** The site's database: whether it is migrated and answers, and what is wrong if not. */
@ApplicationScoped
public class Database {

    /** The schema of all tables. */
    public static final String SCHEMA = "imaging";

    /** The code of the problem of work that failed at the database. */
    public static final String UNAVAILABLE = "database-unavailable";

    private static final Logger LOG = Logger.getLogger(Database.class.getName());
    private static final int PROBE_SECONDS = 3;

    private DataSource source;
    private DatabaseSettings settings;
    private volatile boolean migrated;
    private volatile String trouble = "it was not reached yet";

    /** For the container's proxy. */
    Database() {}

    /**
     * @param source the container's pool
     * @param settings for messages
     */
    @Inject
    public Database(DataSource source, DatabaseSettings settings) {
        this.source = source;
        this.settings = settings;
    }

    /**
     * Brings the schema up to date, as its owner, and sees to it that the node's own user cannot rewrite the audit log.
     *
     * @return whether that was possible; if not, {@link #trouble()} says why and it may be tried again
     */
    public boolean migrate() {
        try {
            Flyway.configure(Database.class.getClassLoader())
                    .dataSource(settings.ofOwner())
                    .schemas(SCHEMA)
                    .locations("classpath:db/site")
                    .callbackLocations("classpath:db/site")
                    .placeholders(Map.of("application", settings.user()))
                    .load()
                    .migrate();
            if (mayRewriteTheLog()) {
                note("its user '" + settings.user() + "' may change the audit log, as a superuser or a member of '"
                        + settings.owner() + "'; make it a plain user");
                return false;
            }
            migrated = true;
            return true;
        } catch (FlywayException | SQLException e) {
            note(rootMessage(e));
            return false;
        }
    }

    /** Rights are not all given by grants: superusers and members of the owner have them as well. */
    private boolean mayRewriteTheLog() throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement query = connection.prepareStatement(
                        "SELECT has_table_privilege('imaging.audit_record', 'UPDATE, DELETE, TRUNCATE')");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** Something that is asked of the database. */
    @FunctionalInterface
    public interface Question<T> {
        /** Returns the answer. */
        T ask() throws SQLException;
    }

    /**
     * Returns the answer.
     *
     * @throws ProblemException with status 503 if the database is out of reach
     */
    public <T> T asking(Question<T> question) {
        require();
        try {
            return question.ask();
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    /**
     * Returns what is wrong with the database now, nothing if it is migrated and answers.
     *
     * <p>Asks it, so the answer is never older than the call.
     */
    public Optional<String> trouble() {
        if (!migrated) {
            return Optional.of(described(trouble));
        }
        try (Connection connection = source.getConnection()) {
            return connection.isValid(PROBE_SECONDS)
                    ? Optional.empty()
                    : Optional.of(described("it does not answer within " + PROBE_SECONDS + " s"));
        } catch (SQLException e) {
            return Optional.of(described(rootMessage(e)));
        }
    }

    /**
     * Refuses if the schema is not up to date yet.
     *
     * @throws ProblemException with status 503
     */
    public void require() {
        if (!migrated) {
            throw unavailable(trouble, null);
        }
    }

    /** Returns the refusal for work that failed at the database. */
    public ProblemException unavailable(Throwable cause) {
        return unavailable(rootMessage(cause), cause);
    }

    private ProblemException unavailable(String why, Throwable cause) {
        return new ProblemException(
                new Problem(
                        UNAVAILABLE,
                        503,
                        "The site's database is out of reach",
                        described(why) + ".",
                        "Start it or mend consilium.db.* in bootstrap.properties; the node tries again by itself."),
                cause);
    }

    private void note(String why) {
        if (!why.equals(trouble)) {
            LOG.warning(() -> described(why) + "; the node tries again");
        }
        trouble = why;
    }

    private String described(String why) {
        return "the database " + settings + " cannot be used: " + why;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
