package org.consilium.quickstart.platform;

import java.time.Duration;
import java.util.List;

/** Stops all processes in the order in which they need each other. */
final class Shutdown {

    private static final Duration SERVERS = Duration.ofSeconds(15);
    private static final Duration DATABASE = Duration.ofSeconds(15);
    private static final String DATABASE_NAME = "postgresql";

    private Shutdown() {}

    /** From now on nothing is started; returns when no process is left. */
    static void all(ProcessRegistry processes) {
        processes.refuseMore();
        List<ChildProcess> living = processes.living();
        List<ChildProcess> servers =
                living.stream().filter(one -> !isDatabase(one)).toList();
        servers.forEach(ChildProcess::terminate);
        servers.forEach(server -> server.awaitGone(SERVERS));
        for (ChildProcess database :
                living.stream().filter(Shutdown::isDatabase).toList()) {
            // PostgreSQL's "fast" stop: SIGTERM would wait for sessions to end by themselves.
            database.signal("INT");
            database.awaitGone(DATABASE);
        }
        processes.forget();
    }

    private static boolean isDatabase(ChildProcess process) {
        return process.info().name().equals(DATABASE_NAME);
    }
}
