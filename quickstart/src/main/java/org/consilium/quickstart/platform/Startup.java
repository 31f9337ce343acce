package org.consilium.quickstart.platform;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.consilium.contract.audit.NoteSigner;

/**
 * The order of a start. Parts that do not need each other start at the same time:
 *
 * <pre>
 * PostgreSQL, databases ─┬─ Keycloak, realm
 * unpack Keycloak ───────┘
 * unpack Liberty ────────┬─ consortium server, site nodes
 * PostgreSQL, databases ─┘
 * </pre>
 */
final class Startup {

    private static final String SERVER = "consortium-server";
    private static final String KEYCLOAK = "keycloak";
    private static final int CONNECTIONS_OF_ONE_PART = 20;

    private final Ground ground;
    private final PlatformOptions options;
    private final Progress progress;
    private final SigningKey key;
    private final int keycloakPort;
    private final int serverPort;
    private final List<Integer> sitePorts;

    /** A running Keycloak. */
    record Identity(Keycloak keycloak, StartedPart part) {}

    /** All that runs. */
    record Running(Optional<StartedPart> database, Identity identity, StartedPart server, List<StartedPart> sites) {

        /** Returns the parts, each after those that it needs. */
        List<StartedPart> parts() {
            return Stream.of(database.stream(), Stream.of(identity.part(), server), sites.stream())
                    .flatMap(parts -> parts)
                    .toList();
        }
    }

    /** The databases that are there, by the names of the parts; the own PostgreSQL where no other one was named. */
    record Databases(Optional<StartedPart> own, DatabaseServer server, Map<String, DatabaseServer.Account> accounts) {}

    /** Chooses all ports, before anything is started. */
    Startup(Ground ground, PlatformOptions options, Progress progress, SigningKey key) {
        this.ground = ground;
        this.options = options;
        this.progress = progress;
        this.key = key;
        this.serverPort = options.serverPort().isPresent()
                ? ground.ports().fixed(SERVER, options.serverPort().getAsInt(), "--server-port")
                : ground.ports().of(SERVER);
        this.keycloakPort = ground.ports().of(KEYCLOAK);
        this.sitePorts = siteNames().stream().map(ground.ports()::of).toList();
    }

    URI serverUrl() {
        return Liberty.url(serverPort);
    }

    /** Returns the address of a site node, from 1. */
    URI siteUrl(int site) {
        return Liberty.url(sitePorts.get(site - 1));
    }

    URI issuer() {
        return Keycloak.issuer(keycloakPort);
    }

    /** Starts everything; at the first failure it returns at once, and the caller stops what has been started. */
    Running all() {
        ExecutorService workers = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "platform-start");
            thread.setDaemon(true);
            return thread;
        });
        try {
            var databases = CompletableFuture.supplyAsync(this::databases, workers);
            var keycloak = CompletableFuture.supplyAsync(this::unpackKeycloak, workers);
            var liberty = CompletableFuture.supplyAsync(this::unpackLiberty, workers);
            var identity = databases.thenCombineAsync(keycloak, this::identity, workers);
            var server = databases.thenCombineAsync(liberty, this::server, workers);
            var sites = IntStream.rangeClosed(1, options.sites())
                    .mapToObj(site -> databases.thenCombineAsync(
                            liberty, (there, runtime) -> site(there, runtime, site), workers))
                    .toList();

            var firstFailure = new CompletableFuture<Void>();
            var every = CompletableFuture.allOf(sites.toArray(CompletableFuture[]::new))
                    .thenCombine(CompletableFuture.allOf(identity, server), (one, other) -> null);
            sites.forEach(site -> failing(site, firstFailure));
            failing(identity, firstFailure);
            failing(server, firstFailure);
            CompletableFuture.anyOf(every, firstFailure).join();
            return new Running(
                    databases.join().own(),
                    identity.join(),
                    server.join(),
                    sites.stream().map(CompletableFuture::join).toList());
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        } finally {
            workers.shutdown();
        }
    }

    private static void failing(CompletableFuture<?> step, CompletableFuture<Void> firstFailure) {
        step.whenComplete((done, failure) -> {
            if (failure != null) {
                firstFailure.completeExceptionally(failure);
            }
        });
    }

    /** Starts PostgreSQL, unless another one was named, and makes the parts' databases. */
    Databases databases() {
        if (options.jdbcUrl().isPresent()) {
            return databases(
                    Optional.empty(),
                    DatabaseServer.existing(
                            options.jdbcUrl().get(),
                            prefix(),
                            ground.authority().certificatePem()));
        }
        return step("PostgreSQL", "its first connection", percent -> {
            Postgres postgres = Postgres.prepare(ground, percent);
            int connections = CONNECTIONS_OF_ONE_PART * (options.sites() + 2);
            StartedPart part = new StartedPart(() -> postgres.start(connections));
            return databases(Optional.of(part), postgres.server());
        });
    }

    private Databases databases(Optional<StartedPart> own, DatabaseServer server) {
        Map<String, DatabaseServer.Account> accounts = new LinkedHashMap<>();
        accounts.put(KEYCLOAK, account(server, KEYCLOAK));
        accounts.put(SERVER, account(server, SERVER));
        siteNames().forEach(site -> accounts.put(site, account(server, site)));
        return new Databases(own, server, Map.copyOf(accounts));
    }

    private DatabaseServer.Account account(DatabaseServer server, String part) {
        return server.provide(
                part,
                ground.secrets().get("database.owner." + part),
                ground.secrets().get("database." + part));
    }

    Path unpackKeycloak() {
        return unpacked("Keycloak's files", percent -> Keycloak.provide(ground, percent));
    }

    /** Starts Keycloak and makes or updates the realm. */
    Identity identity(Databases databases, Path home) {
        Keycloak keycloak = new Keycloak(ground, home, keycloakPort);
        StartedPart part = step(
                "Keycloak",
                "its readiness check",
                percent -> new StartedPart(() ->
                        keycloak.start(databases.server(), databases.accounts().get(KEYCLOAK))));
        try (Realm realm = new Realm(keycloak, ground.https().context())) {
            realm.ensure(
                    PrivateFiles.read(configuration("keycloak").resolve("consilium-realm.json")),
                    Map.of(
                            "server.url", serverUrl().toString(),
                            "portal.client.secret", portalSecret(),
                            "coordinator.password", coordinatorPassword(ground),
                            "server.client.secret", serverSecret(),
                            "quickstart.jwks", key.publicKey().jwks().toString()));
            realm.registerPages(sitePorts.stream().map(Liberty::url).toList());
        }
        return new Identity(keycloak, part);
    }

    private Path unpackLiberty() {
        return unpacked("Open Liberty's files", percent -> Liberty.provide(ground, percent));
    }

    private StartedPart server(Databases databases, Path runtime) {
        Map<String, String> settings = common(databases, SERVER);
        settings.put("consilium.portal.client.secret", portalSecret());
        settings.put("consilium.server.client.secret", serverSecret());
        settings.put("consilium.audit.key", auditKey().toString());
        return start(runtime, SERVER, SERVER, serverPort, settings);
    }

    private StartedPart site(Databases databases, Path runtime, int number) {
        String name = siteNames().get(number - 1);
        Map<String, String> settings = common(databases, name);
        settings.put("consilium.site.id", name);
        settings.put("consilium.server.url", serverUrl().toString());
        settings.put(
                "consilium.site.key.dir", ground.state().folder("keys/" + name).toString());
        return start(runtime, "site-node", name, sitePorts.get(number - 1), settings);
    }

    private StartedPart start(Path runtime, String kind, String name, int port, Map<String, String> settings) {
        // The folder that was packed into the WAR: Liberty need not unpack it again for each server.
        Path application = options.home().resolve(kind).resolve("target").resolve(kind);
        settings.put("consilium.jdbc.dir", application.resolve("WEB-INF/lib").toString());
        List<String> java =
                List.of("-Dorg.bytedeco.javacpp.cachedir=" + ground.cache().nativeLibraries());
        Liberty liberty =
                new Liberty(ground, runtime, new Liberty.Role(configuration(kind), application, java), name, port);
        return step(name, "its readiness check", percent -> new StartedPart(() -> liberty.start(settings)));
    }

    private Map<String, String> common(Databases databases, String name) {
        var certificate = ground.authority().server(name);
        DatabaseServer database = databases.server();
        DatabaseServer.Account account = databases.accounts().get(name);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("consilium.bind.host", "localhost");
        settings.put("consilium.tls.keystore", certificate.keystore().toString());
        settings.put("consilium.tls.keystore.password", certificate.password());
        settings.put("consilium.tls.truststore", ground.authority().truststore().toString());
        settings.put("consilium.tls.truststore.password", ground.authority().truststorePassword());
        settings.put("consilium.db.host", database.host());
        settings.put("consilium.db.port", Integer.toString(database.port()));
        settings.put("consilium.db.name", account.name());
        settings.put("consilium.db.user", account.user());
        settings.put("consilium.db.password", account.password());
        settings.put("consilium.db.owner.user", account.owner());
        settings.put("consilium.db.owner.password", account.ownerPassword());
        settings.put("consilium.db.sslmode", database.sslMode());
        settings.put("consilium.db.sslrootcert", database.rootCertificate().toString());
        settings.put("consilium.issuer", issuer().toString());
        return settings;
    }

    /** A step that is shown only if there is something to unpack. */
    private Path unpacked(String what, Function<LongConsumer, Path> provide) {
        long began = System.nanoTime();
        AtomicBoolean shown = new AtomicBoolean();
        Path folder = provide.apply(percent -> {
            if (shown.compareAndSet(false, true)) {
                progress.starting(what, "unpacking, at the first start only");
            }
            progress.progress(what, percent, 100);
        });
        if (shown.get()) {
            progress.done(what, Duration.ofNanos(System.nanoTime() - began));
        }
        return folder;
    }

    private <T> T step(String what, String waitingFor, Function<LongConsumer, T> work) {
        long began = System.nanoTime();
        progress.starting(what, waitingFor);
        T result = work.apply(percent -> progress.progress(what, percent, 100));
        progress.done(what, Duration.ofNanos(System.nanoTime() - began));
        return result;
    }

    private Path configuration(String kind) {
        return options.home().resolve("liberty-config").resolve(kind);
    }

    private List<String> siteNames() {
        return IntStream.rangeClosed(1, options.sites())
                .mapToObj(site -> "site-" + site)
                .toList();
    }

    /** The key that checkpoints are signed with, made at the first start. */
    private Path auditKey() {
        Path file = ground.state().path("audit-key.pem");
        if (!Files.exists(file)) {
            PrivateFiles.write(file, NoteSigner.generate("consortium").toPem());
        }
        return file;
    }

    private String serverSecret() {
        return ground.secrets().get("server.client");
    }

    private String portalSecret() {
        return ground.secrets().get("portal.client");
    }

    /** Returns the password of the user {@code coordinator}. */
    static String coordinatorPassword(Ground ground) {
        return ground.secrets().get("coordinator");
    }

    /** Changes with the state folder's secrets: an existing realm with lost secrets would be of no use. */
    private String prefix() {
        String seed = ground.secrets().get("database.prefix");
        return "consilium_"
                + UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .substring(0, 8)
                + "_";
    }
}
