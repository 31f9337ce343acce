package org.consilium.site.platform;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Which database the data source of server.xml leads to, and the user to whom its tables belong.
 *
 * @param host its host, {@code consilium.db.host}
 * @param port its port, {@code consilium.db.port}
 * @param name the database, {@code consilium.db.name}
 * @param user with whom the node works, {@code consilium.db.user}
 * @param owner to whom the tables belong
 */
public record DatabaseSettings(String host, int port, String name, String user, Owner owner) {

    private static final int CONNECT_SECONDS = 5;

    /**
     * Another user: it migrates the schema, and can do what the node must not, which is to change what is in the audit log.
     *
     * @param user {@code consilium.db.owner.user}
     * @param password {@code consilium.db.owner.password}
     * @param sslMode PostgreSQL's word, {@code consilium.db.sslmode}
     * @param sslRootCert PEM file of the authority, {@code consilium.db.sslrootcert}; empty where the mode needs none
     */
    public record Owner(String user, String password, String sslMode, String sslRootCert) {

        @Override
        public String toString() {
            return user;
        }
    }

    /** Checks the range of the port, and that the owner is not the node itself. */
    public DatabaseSettings {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("consilium.db.port " + port + " is not valid: use 1 to 65535");
        }
        if (owner.user().equals(user)) {
            throw new IllegalArgumentException("consilium.db.owner.user and consilium.db.user are both '" + user
                    + "': the node could rewrite its audit log. Give each a user of its own.");
        }
    }

    /** Returns the owner's data source, which takes part in no transaction: migrations use it. */
    DataSource ofOwner() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(name);
        source.setUser(owner.user());
        source.setPassword(owner.password());
        source.setSslMode(owner.sslMode());
        if (!owner.sslRootCert().isEmpty()) {
            source.setSslRootCert(owner.sslRootCert());
        }
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS);
        source.setApplicationName("consilium-site-node");
        return source;
    }

    /** Returns {@code host:port/name}. */
    @Override
    public String toString() {
        return host + ":" + port + "/" + name;
    }
}
