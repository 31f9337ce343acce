package org.consilium.quickstart.platform;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Keycloak, over HTTPS only, started as its script would, but without the script: that one runs it as a child, and a
 * killed script would leave the server behind.
 */
final class Keycloak {

    private static final Duration BUILD_LIMIT = Duration.ofMinutes(5);
    private static final Duration START_LIMIT = Duration.ofMinutes(10);
    private static final String ADMINISTRATOR = "consilium-bootstrap";

    private final Ground ground;
    private final Path home;
    private final int port;
    private final int managementPort;

    /** A server on the unpacked distribution in {@code home}, not started yet. */
    Keycloak(Ground ground, Path home, int port) {
        this.ground = ground;
        this.home = home;
        this.port = port;
        this.managementPort = ground.ports().of("keycloak management");
    }

    /**
     * Returns the folder of the distribution, unpacked and optimised for PostgreSQL once for all checkouts.
     */
    static Path provide(Ground ground, LongConsumer percent) {
        Path zip = ground.archive("keycloak-quarkus-dist");
        // The name tells how it was optimised: a change of the options below is another folder.
        String name = zip.getFileName().toString().replace("-quarkus-dist", "").replace(".zip", "") + "-postgres-local";
        return ground.cache()
                .provide(
                        name,
                        Distribution.zip(zip),
                        folder -> ground.processes()
                                .start(
                                        "keycloak set-up",
                                        List.of(
                                                folder.resolve("bin/kc.sh").toString(),
                                                "build",
                                                "--db=postgres",
                                                "--health-enabled=true",
                                                // One node: no cluster is looked for on the network.
                                                "--cache=local"),
                                        Map.of("JAVA_HOME", Jvm.home().toString()),
                                        folder,
                                        ground.state().log("keycloak-set-up"))
                                .awaitEnd(BUILD_LIMIT),
                        percent);
    }

    /** Starts it on its database and returns when it is ready. */
    ChildProcess start(DatabaseServer server, DatabaseServer.Account account) {
        var certificate = ground.authority().server("keycloak");
        Path configuration = ground.state().folder("keycloak").resolve("keycloak.conf");
        PrivateFiles.write(
                configuration,
                String.join(
                        "\n",
                        "db-url=" + server.jdbcUrl(account.name()),
                        "db-username=" + account.owner(),
                        "db-password=" + account.ownerPassword(),
                        "db-pool-initial-size=1",
                        "db-pool-min-size=1",
                        "db-pool-max-size=10",
                        "http-enabled=false",
                        "http-host=localhost",
                        "https-port=" + port,
                        "https-certificate-file=" + certificate.certificate(),
                        "https-certificate-key-file=" + certificate.key(),
                        "http-management-port=" + managementPort,
                        "hostname=" + url(),
                        "bootstrap-admin-username=" + ADMINISTRATOR,
                        "bootstrap-admin-password=" + administratorPassword(),
                        ""));
        ChildProcess process = ground.processes()
                .start(
                        "keycloak",
                        command(configuration),
                        Map.of(),
                        ground.state().folder("keycloak"),
                        ground.state().log("keycloak"));
        URI ready = URI.create("https://localhost:" + managementPort + "/health/ready");
        process.awaitReady(() -> ground.https().answers(ready), START_LIMIT);
        return process;
    }

    /** Returns its address, without a path. */
    URI url() {
        return URI.create("https://localhost:" + port);
    }

    /** Returns the issuer of the consortium's realm in a Keycloak on this machine. */
    static URI issuer(int port) {
        return URI.create("https://localhost:" + port + "/realms/" + Realm.NAME);
    }

    String administrator() {
        return ADMINISTRATOR;
    }

    String administratorPassword() {
        return ground.secrets().get("keycloak.administrator");
    }

    private List<String> command(Path configuration) {
        List<String> command = new ArrayList<>(List.of(
                Jvm.program(),
                "-Xms64m",
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:MetaspaceSize=96m",
                "-XX:MaxMetaspaceSize=256m",
                "-XX:+ExitOnOutOfMemoryError",
                // It works seldom and briefly here: the second compiler would cost more time than it saves.
                "-XX:TieredStopAtLevel=1",
                "-Duser.language=en",
                "-Duser.country=US"));
        command.addAll(Jvm.tidy(ground.state().folder("tmp")));
        for (String opened : List.of("java.util", "java.util.concurrent", "java.security", "java.lang")) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        command.addAll(List.of(
                "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                        + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
                "-Dkc.home.dir=" + home,
                // Else each connection of before a restart of the database costs one login a status 500.
                "-Dquarkus.datasource.jdbc.validate-on-borrow=true",
                "-Djboss.server.config.dir=" + home.resolve("conf"),
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dpicocli.disable.closures=true",
                "-Dquarkus-log-max-startup-records=10000",
                "-cp",
                home.resolve("lib/quarkus-run.jar").toString(),
                "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
                "--config-file=" + configuration,
                "start",
                "--optimized"));
        return command;
    }
}
