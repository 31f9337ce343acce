package org.consilium.quickstart.platform;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * A PostgreSQL server with a user that may create databases and roles.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param database to which the user connects
 * @param user name
 * @param password its password
 * @param sslMode as the JDBC driver names it, such as {@code verify-full}
 * @param rootCertificate PEM file that is trusted in the verifying modes
 * @param prefix of the databases and roles that are created
 */
record DatabaseServer(
        String host,
        int port,
        String database,
        String user,
        String password,
        String sslMode,
        Path rootCertificate,
        String prefix) {

    /**
     * One part's own database.
     *
     * @param name of the database
     * @param owner to whom the database and its tables belong
     * @param ownerPassword that role's
     * @param user with whom the part works, the same name as the database's
     * @param password that role's
     */
    record Account(String name, String owner, String ownerPassword, String user, String password) {}

    /**
     * Reads the address of an existing server.
     *
     * @param prefix of the databases and roles, different for each state folder: two checkouts may share a server
     * @param ownRoot trusted where the URL names no {@code sslrootcert}
     */
    static DatabaseServer existing(String jdbcUrl, String prefix, Path ownRoot) {
        Properties parsed = Driver.parseURL(jdbcUrl, new Properties());
        if (parsed == null) {
            throw new PlatformException(
                    "--jdbc-url '" + jdbcUrl
                            + "' is not a PostgreSQL URL. It looks like jdbc:postgresql://HOST:5432/postgres?user=...&password=...");
        }
        String host = parsed.getProperty("PGHOST", "localhost");
        if (host.contains(",")) {
            throw new PlatformException("--jdbc-url names several hosts (" + host + "). Give one.");
        }
        return new DatabaseServer(
                host,
                Integer.parseInt(parsed.getProperty("PGPORT", "5432")),
                parsed.getProperty("PGDBNAME", "postgres"),
                parsed.getProperty("user", System.getProperty("user.name")),
                parsed.getProperty("password", ""),
                parsed.getProperty("sslmode", "prefer"),
                parsed.containsKey("sslrootcert") ? Path.of(parsed.getProperty("sslrootcert")) : ownRoot,
                prefix);
    }

    /** Returns the URL of a database on it, with the TLS settings but without a user. */
    String jdbcUrl(String name) {
        return "jdbc:postgresql://" + host + ":" + port + "/" + name + "?sslmode=" + sslMode + "&sslrootcert="
                + URLEncoder.encode(rootCertificate.toString(), StandardCharsets.UTF_8);
    }

    /** Returns the user's name and password, for the driver. */
    Properties login() {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        return login;
    }

    /** Makes a part's database and both its roles when they are not there, and gives the roles their passwords. */
    Account provide(String part, String ownerPassword, String password) {
        String name = prefix + part.replace('-', '_');
        Account account = new Account(name, name + "_owner", ownerPassword, name, password);
        try (Connection connection = DriverManager.getConnection(jdbcUrl(database), login());
                Statement statement = connection.createStatement()) {
            role(connection, account.owner(), ownerPassword);
            role(connection, account.user(), password);
            if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", name)) {
                // An administrator who is no superuser must be a member of a role to make it an owner.
                statement.execute("GRANT " + account.owner() + " TO CURRENT_USER");
                statement.execute("CREATE DATABASE " + name + " OWNER " + account.owner());
            }
            // A hospital's database is not for another hospital's role.
            statement.execute("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
            statement.execute("GRANT CONNECT ON DATABASE " + name + " TO " + account.user());
        } catch (SQLException e) {
            throw new PlatformException(
                    "cannot make the database " + name + " at " + host + ":" + port + ": " + e.getMessage()
                            + ". Check that the server runs and that the user " + user
                            + " may create databases and roles.",
                    e);
        }
        return account;
    }

    private static void role(Connection connection, String name, String password) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", name)) {
                statement.execute("CREATE ROLE " + name + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE");
            }
            // Secrets have no character that SQL would have to quote.
            statement.execute("ALTER ROLE " + name + " PASSWORD '" + password + "'");
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            return statement.executeQuery().next();
        }
    }
}
