package org.consilium.site.images;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;
import org.consilium.site.audit.Actors.Acting;
import org.consilium.site.audit.SiteAudit;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.DatabaseSettings;
import org.consilium.site.platform.Pseudonyms;

/** A real PostgreSQL, migrated as a node migrates it, with the container's transactions played by hand. */
public final class SiteDatabase implements AutoCloseable {

    /** The user with whom the node works. */
    public static final String APPLICATION = "site_node";

    /** The user to whom the tables belong. */
    public static final String OWNER = "postgres";

    private final EmbeddedPostgres postgres;
    private final DataSource source;
    private final DataSource owner;
    private final EntityManagerFactory factory;
    private final ThreadLocal<Connection> transaction = new ThreadLocal<>();
    public final Database database;

    public SiteDatabase() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("shared_buffers", "16MB")
                .start();
        owner = postgres.getPostgresDatabase();
        try {
            run("CREATE ROLE " + APPLICATION + " LOGIN");
        } catch (SQLException e) {
            throw new IOException("cannot make the node's user", e);
        }
        source = postgres.getDatabase(APPLICATION, "postgres");
        database = unmigrated();
        Map<String, Object> settings = new HashMap<>();
        settings.put("jakarta.persistence.transactionType", "RESOURCE_LOCAL");
        settings.put("jakarta.persistence.nonJtaDataSource", source);
        settings.put(
                "hibernate.transaction.jta.platform",
                "org.hibernate.engine.transaction.jta.platform.internal.NoJtaPlatform");
        factory = Persistence.createEntityManagerFactory("site", settings);
    }

    /** Returns the same database as a node sees it that has not migrated it. */
    public Database unmigrated() {
        return as(APPLICATION, source);
    }

    /** Returns the same database as a node sees it that works with that user. */
    public Database as(String user, DataSource pool) {
        return new Database(
                pool,
                new DatabaseSettings(
                        "localhost",
                        postgres.getPort(),
                        "postgres",
                        user,
                        new DatabaseSettings.Owner(OWNER, "postgres", "disable", "")));
    }

    /** Returns a pool of another user. */
    public DataSource pool(String user) {
        return postgres.getDatabase(user, "postgres");
    }

    /** Makes the schema anew, empty. */
    public void empty() throws SQLException {
        run("DROP SCHEMA IF EXISTS imaging CASCADE");
        if (!database.migrate()) {
            throw new IllegalStateException(database.trouble().orElseThrow());
        }
    }

    /** Does something as the owner of all. */
    public void run(String sql) throws SQLException {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns the first column of all rows. */
    public List<String> column(String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (row.next()) {
                values.add(row.getString(1));
            }
            return values;
        }
    }

    /** Returns the pool of the node's user, outside of any transaction. */
    public DataSource source() {
        return source;
    }

    /** Ends the database under the node. */
    public void goDown() throws IOException {
        postgres.close();
    }

    Images images(Pseudonyms pseudonyms, SiteAudit audit) {
        return new Images(pseudonyms, audit);
    }

    Jobs jobs() {
        return new Jobs();
    }

    @Override
    public void close() throws IOException {
        factory.close();
        postgres.close();
    }

    private DataSource withinTransaction() {
        return (DataSource) Proxy.newProxyInstance(
                SiteDatabase.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    if (!method.getName().equals("getConnection")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return unclosed(transaction.get());
                });
    }

    /** Closing it hands it back to the transaction, as the container's pool does. */
    private static Connection unclosed(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                SiteDatabase.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private interface Work<T> {
        T on() throws SQLException;
    }

    /** The image store; each of its methods is one transaction, rolled back after the failures that it declares. */
    final class Images extends ImageStore {

        Images(Pseudonyms pseudonyms, SiteAudit audit) {
            super(withinTransaction(), pseudonyms, audit);
        }

        @Override
        boolean add(ImageSource folder, Acting acting, boolean replace, IntConsumer done) throws SQLException {
            return transacted(() -> super.add(folder, acting, replace, done));
        }

        @Override
        Optional<Sha256> fingerprint(String dataset) throws SQLException {
            return transacted(() -> super.fingerprint(dataset));
        }

        @Override
        List<Summary> summaries() throws SQLException {
            return transacted(super::summaries);
        }

        @Override
        Optional<Fingerprint> fingerprint(String dataset, Split split) throws SQLException {
            return transacted(() -> super.fingerprint(dataset, split));
        }

        @Override
        Optional<LabelledImages> read(String dataset, Split split) throws SQLException {
            return transacted(() -> super.read(dataset, split));
        }

        private <T> T transacted(Work<T> work) throws SQLException {
            try (Connection connection = source.getConnection()) {
                connection.setAutoCommit(false);
                transaction.set(connection);
                T result;
                try {
                    result = work.on();
                } catch (RuntimeException | SQLException e) {
                    connection.rollback();
                    throw e;
                } finally {
                    transaction.remove();
                }
                connection.commit();
                return result;
            }
        }
    }

    /** The job store; each of its methods is one transaction. */
    final class Jobs extends JpaImportStore {

        /** The jobs that ended, as they were stored. */
        final BlockingQueue<ImportJob> ended = new LinkedBlockingQueue<>();

        @Override
        void validate() {
            in(JpaImportStore::validate);
        }

        @Override
        void save(ImportJob job) {
            in(store -> store.save(job));
            if (job.endedAt().isPresent()) {
                ended.add(job);
            }
        }

        @Override
        Optional<ImportJob> find(UUID id) {
            return transacted(store -> store.find(id));
        }

        @Override
        void closeInterrupted(Instant now) {
            in(store -> store.closeInterrupted(now));
        }

        private void in(Consumer<JpaImportStore> work) {
            transacted(store -> {
                work.accept(store);
                return null;
            });
        }

        private <T> T transacted(Function<JpaImportStore, T> work) {
            EntityManager entities = factory.createEntityManager();
            try {
                entities.getTransaction().begin();
                T result = work.apply(new JpaImportStore(entities));
                entities.getTransaction().commit();
                return result;
            } finally {
                if (entities.getTransaction().isActive()) {
                    entities.getTransaction().rollback();
                }
                entities.close();
            }
        }
    }
}
