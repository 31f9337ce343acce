package org.consilium.quickstart.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.LongConsumer;

/**
 * PostgreSQL from zonky's binaries, run directly: TLS only, SCRAM passwords only, no Unix socket.
 *
 * <p>zonky's own starter is not used, because it unpacks into the system's temporary folder, trusts every local
 * connection, and does not tell the server's pid.
 */
final class Postgres {

    private static final String VERSION = "18.4.0";
    private static final String SUPERUSER = "consilium";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Ground ground;
    private final Path binaries;
    private final Path data;
    private final int port;
    private final List<String> asUser;

    private Postgres(Ground ground, Path binaries) {
        this.ground = ground;
        this.binaries = binaries;
        this.data = ground.state().path("postgresql");
        this.port = ground.ports().of("postgresql");
        this.asUser = runsAsRoot(ground.state().path("")) ? List.of("unshare", "-U") : List.of();
    }

    /** Returns a server that is not started yet; its binaries are unpacked when they are not in the cache. */
    static Postgres prepare(Ground ground, LongConsumer percent) {
        String archive = archiveName(System.getProperty("os.name"), System.getProperty("os.arch"));
        Path binaries = ground.cache()
                .provide(
                        "postgresql-" + VERSION
                                + archive.substring("postgres".length()).replace(".txz", ""),
                        (folder, told) -> {
                            try (InputStream in = Postgres.class.getResourceAsStream("/" + archive)) {
                                if (in == null) {
                                    throw new IOException("no PostgreSQL for this machine on the class path (" + archive
                                            + "); use --jdbc-url with an existing server");
                                }
                                Distribution.tarXz(in, archive).into(folder, told);
                            }
                        },
                        folder -> {},
                        percent);
        return new Postgres(ground, binaries);
    }

    /** Starts it, making its data folder at the first time, and returns when it takes connections. */
    ChildProcess start(int connections) {
        try {
            if (!Files.exists(data.resolve("PG_VERSION"))) {
                initialise();
            }
            endForgotten();
            configure(connections);
        } catch (IOException e) {
            throw PrivateFiles.cannot("prepare PostgreSQL's data in", data, e);
        }
        ChildProcess process = ground.processes()
                .start("postgresql", command("postgres", "-D", data.toString()), environment(), binaries, log());
        process.awaitReady(this::takesConnections, START_LIMIT);
        return process;
    }

    /** Returns how to reach it. */
    DatabaseServer server() {
        return new DatabaseServer(
                "localhost",
                port,
                "postgres",
                SUPERUSER,
                ground.secrets().get("postgresql.superuser"),
                "verify-full",
                ground.authority().certificatePem(),
                "consilium_");
    }

    private Path log() {
        return ground.state().log("postgresql");
    }

    private void initialise() throws IOException {
        PrivateFiles.delete(data);
        Path passwordFile = data.resolveSibling("postgresql.password");
        PrivateFiles.write(passwordFile, ground.secrets().get("postgresql.superuser"));
        try {
            ground.processes()
                    .start(
                            "postgresql set-up",
                            command(
                                    "initdb",
                                    "-D",
                                    data.toString(),
                                    "-U",
                                    SUPERUSER,
                                    "--auth=scram-sha-256",
                                    "--pwfile=" + passwordFile,
                                    "--encoding=UTF8",
                                    "--locale=C",
                                    "--locale-provider=builtin",
                                    "--builtin-locale=C.UTF-8"),
                            environment(),
                            binaries,
                            log())
                    .awaitEnd(START_LIMIT);
        } finally {
            Files.deleteIfExists(passwordFile);
        }
    }

    /** Both files are written anew at each start: the port may be another one. */
    private void configure(int connections) {
        var certificate = ground.authority().server("postgresql");
        PrivateFiles.write(
                data.resolve("postgresql.conf"),
                String.join(
                        "\n",
                        "listen_addresses = 'localhost'",
                        "port = " + port,
                        "unix_socket_directories = ''",
                        "ssl = on",
                        "ssl_cert_file = " + quoted(certificate.certificate()),
                        "ssl_key_file = " + quoted(certificate.key()),
                        "ssl_min_protocol_version = 'TLSv1.2'",
                        "password_encryption = 'scram-sha-256'",
                        "max_connections = " + connections,
                        // The server and the nodes take part in JTA transactions.
                        "max_prepared_transactions = " + connections,
                        "shared_buffers = '64MB'",
                        "max_wal_size = '512MB'",
                        "timezone = 'UTC'",
                        "log_timezone = 'UTC'",
                        ""));
        PrivateFiles.write(data.resolve("pg_hba.conf"), """
                # No 'host' and no 'local' line: a connection without TLS is refused.
                hostssl all all 127.0.0.1/32 scram-sha-256
                hostssl all all ::1/128      scram-sha-256
                """);
    }

    /**
     * Ends a server on this data folder of which only its own pid file knows, and removes that file: PostgreSQL refuses to
     * start when the pid in it has been given to some other program.
     */
    private void endForgotten() throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (Files.exists(pidFile)) {
            long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
            ProcessHandle.of(pid)
                    .filter(handle -> handle.info()
                            .command()
                            .filter(binaries.resolve("bin/postgres").toString()::equals)
                            .isPresent())
                    .filter(handle -> List.of(handle.info().arguments().orElse(new String[0]))
                            .contains(data.toString()))
                    .ifPresent(handle -> ProcessRegistry.end(List.of(handle)));
            Files.deleteIfExists(pidFile);
        }
    }

    private boolean takesConnections() {
        Properties login = server().login();
        login.setProperty("connectTimeout", "2");
        login.setProperty("loginTimeout", "5");
        try (Connection connection = DriverManager.getConnection(server().jdbcUrl("postgres"), login)) {
            return connection.isValid(2);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>(asUser);
        command.add(binaries.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static Map<String, String> environment() {
        return Map.of("LC_ALL", "C");
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it is nobody, and still owns the files. */
    private static boolean runsAsRoot(Path own) {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(own, "unix:uid"));
        } catch (IOException e) {
            throw PrivateFiles.cannot("read the owner of", own, e);
        }
    }

    /** zonky's name of the archive for a machine. */
    static String archiveName(String system, String processor) {
        String os = system.startsWith("Mac") ? "darwin" : system.toLowerCase(java.util.Locale.ROOT);
        String arch =
                switch (processor) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "arm_64";
                    default -> processor;
                };
        return "postgres-" + os + "-" + arch + ".txz";
    }
}
