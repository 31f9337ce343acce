package org.consilium.server.platform;

import javax.sql.DataSource;
import org.eclipse.microprofile.config.Config;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where the database is and how to reach it.
 *
 * @param host name or address, {@code consilium.db.host}
 * @param port 1 to 65535, {@code consilium.db.port}
 * @param name database, {@code consilium.db.name}
 * @param user with whom the application works, {@code consilium.db.user}
 * @param password {@code consilium.db.password}
 * @param owner to whom the tables belong, another user, {@code consilium.db.owner.user}: it migrates the schema, and can
 *     do what the application must not, which is to change what is in the audit log
 * @param ownerPassword {@code consilium.db.owner.password}
 * @param sslMode PostgreSQL's word, {@code consilium.db.sslmode}, by default verify-full
 * @param sslRootCert PEM file of the authority, empty where the mode needs none
 */
record DatabaseSettings(
        String host,
        int port,
        String name,
        String user,
        String password,
        String owner,
        String ownerPassword,
        String sslMode,
        String sslRootCert) {

    private static final int CONNECT_SECONDS = 5;
    private static final String OWNER = "consilium.db.owner.user";

    /** Refuses an owner that is the application itself. */
    DatabaseSettings {
        if (owner.equals(user)) {
            throw new IllegalStateException(OWNER + " and consilium.db.user are both '" + user
                    + "': the application could rewrite the audit log. Give each a user of its own.");
        }
    }

    static DatabaseSettings from(Config config) {
        Settings settings = new Settings(config);
        return new DatabaseSettings(
                settings.text("consilium.db.host"),
                settings.integer("consilium.db.port", 1, 65_535),
                settings.text("consilium.db.name"),
                settings.text("consilium.db.user"),
                settings.text("consilium.db.password"),
                settings.text(OWNER),
                settings.text("consilium.db.owner.password"),
                settings.text("consilium.db.sslmode", "verify-full"),
                settings.text("consilium.db.sslrootcert", ""));
    }

    /** Returns host:port/name, for people. */
    String where() {
        return host + ":" + port + "/" + name;
    }

    /** Returns the owner's data source, which takes part in no transaction: migrations use it. */
    DataSource plain() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(name);
        source.setUser(owner);
        source.setPassword(ownerPassword);
        source.setSslMode(sslMode);
        if (!sslRootCert.isEmpty()) {
            source.setSslRootCert(sslRootCert);
        }
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS);
        source.setApplicationName("consilium-server");
        return source;
    }

    @Override
    public String toString() {
        return "DatabaseSettings[" + where() + "]";
    }
}
