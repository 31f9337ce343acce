package org.consilium.site.platform;

/**
 * Which database the data source of server.xml leads to, for messages to people.
 *
 * @param host its host, {@code consilium.db.host}
 * @param port its port, {@code consilium.db.port}
 * @param name the database, {@code consilium.db.name}
 */
public record DatabaseSettings(String host, int port, String name) {

    /** Checks the range of the port. */
    public DatabaseSettings {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("consilium.db.port " + port + " is not valid: use 1 to 65535");
        }
    }

    /** Returns {@code host:port/name}. */
    @Override
    public String toString() {
        return host + ":" + port + "/" + name;
    }
}
