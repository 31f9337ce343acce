package org.consilium.quickstart.platform;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** A PostgreSQL of its own for measurements, with its usual durability, in a folder of its own. */
public final class BenchDatabase implements AutoCloseable {

    private final StateFolder state;
    private final ProcessRegistry processes;
    private final DatabaseServer server;
    private final DatabaseServer.Account account;

    /**
     * Starts it and returns when it takes connections.
     *
     * @param home root of the project
     * @param folder for its data, kept
     * @param connections most at a time
     */
    public BenchDatabase(Path home, Path folder, int connections) {
        state = StateFolder.open(folder);
        processes = new ProcessRegistry(state.path("processes.json"));
        try {
            processes.endLeftovers(found -> {});
            state.discardUnlessCurrent();
            Ground ground = Ground.in(home, state, processes);
            Postgres postgres = Postgres.prepare(ground, percent -> {});
            postgres.start(connections);
            server = postgres.server();
            account = server.provide(
                    "bench",
                    ground.secrets().get("database.owner.bench"),
                    ground.secrets().get("database.bench"));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Returns a connection of the user to whom the database belongs. */
    public Connection connect() throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", account.owner());
        login.setProperty("password", account.ownerPassword());
        return DriverManager.getConnection(server.jdbcUrl(account.name()), login);
    }

    @Override
    public void close() {
        Shutdown.all(processes);
        state.close();
    }
}
