package org.consilium.quickstart.platform;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.consilium.contract.SiteId;

/**
 * A whole consortium on this machine: PostgreSQL, Keycloak, the consortium server and the site nodes, each in its own
 * process, TLS between them. Thread-safe.
 */
public final class Platform implements AutoCloseable {

    /** The auditor's user name. */
    public static final String AUDITOR = "auditor";

    private static final String CLIENT = "consilium-quickstart";

    private final StateFolder state;
    private final ProcessRegistry processes;
    private final Thread hook;
    private final MemoryWatch memory;
    private final Ground ground;
    private final Startup startup;
    private final Startup.Running running;
    private final TokenSource tokens;
    private final Map<SiteId, Steward> stewards = new ConcurrentHashMap<>();
    private boolean open = true;
    private Person auditor;

    private Platform(PlatformOptions options, Progress progress, StateFolder state, ProcessRegistry processes) {
        this.state = state;
        this.processes = processes;
        this.hook = new Thread(
                () -> {
                    processes.refuseMore();
                    progress.starting("all parts", "their end");
                    Shutdown.all(processes);
                },
                "platform-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        this.memory = new MemoryWatch();
        try {
            this.ground = Ground.in(options.home(), state, processes);
            SigningKey key = new SigningKey(state.folder("keys").resolve("quickstart.pem"));
            this.startup = new Startup(ground, options, progress, key);
            this.tokens = tokens(CLIENT, key);
            this.running = startup.all();
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    /**
     * Starts all parts and returns when each is ready.
     *
     * <p>A shutdown hook stops every process when this program is interrupted, also while it is still starting.
     *
     * @throws PlatformException when a part does not come up, a port is in use, the disk is full, or another platform
     *     runs in the same folder; whatever was started is stopped again
     */
    public static Platform start(PlatformOptions options, Progress progress) {
        StateFolder state = StateFolder.open(options.state());
        ProcessRegistry processes = new ProcessRegistry(state.path("processes.json"));
        try {
            processes.endLeftovers(found -> progress.starting(found, "its end: an earlier run left it"));
            state.discardUnlessCurrent();
        } catch (RuntimeException e) {
            state.close();
            throw e;
        }
        return new Platform(options, progress, state, processes);
    }

    /** Returns the address of the consortium server, such as {@code https://localhost:12345}, without a path. */
    public URI serverUrl() {
        return startup.serverUrl();
    }

    /** Returns the issuer of tokens, {@code https://localhost:PORT/realms/consilium}. */
    public URI issuer() {
        return startup.issuer();
    }

    /**
     * Returns the address of a site node, without a path.
     *
     * @param site 1 to the number of sites
     */
    public URI siteUrl(int site) {
        return startup.siteUrl(site);
    }

    /** Returns the address of a site's node, without a path, if the site has one here. */
    public Optional<URI> nodeOf(SiteId site) {
        return IntStream.rangeClosed(1, running.sites().size())
                .filter(number -> site.value().equals("site-" + number))
                .mapToObj(this::siteUrl)
                .findFirst();
    }

    /** Returns a client for HTTPS that trusts this platform's authority and nothing else. */
    public HttpClient httpClient() {
        return ground.https().client();
    }

    /** Returns what {@link #httpClient()} uses. */
    public SSLContext sslContext() {
        return ground.https().context();
    }

    /**
     * Returns an access token of the client {@code consilium-quickstart} (coordinator and administrator), valid for at
     * least 30 s more; it is renewed when needed.
     */
    public String bearerToken() {
        return tokens.token();
    }

    /**
     * Returns a hospital's steward, who signs protocols and governs the hospital's node; made as a user of Keycloak at the
     * first time.
     */
    public Steward steward(SiteId site) {
        return stewards.computeIfAbsent(site, id -> {
            String password = ground.secrets().get("steward." + id);
            try (Realm realm = realm()) {
                realm.ensurePerson(Steward.user(id), id, SiteRegistration.hospital(id), password, List.of("steward"));
            }
            return new Steward(ground.https(), startup.issuer(), id, Steward.user(id), password, Clock.systemUTC());
        });
    }

    /** Returns an auditor, who may export the log with the hospitals' updates; made as a user of Keycloak at the first time. */
    public synchronized Person auditor() {
        if (auditor == null) {
            String password = auditorPassword();
            try (Realm realm = realm()) {
                realm.ensureAuditor(AUDITOR, password);
            }
            auditor = new Person(ground.https(), startup.issuer(), AUDITOR, password, Clock.systemUTC());
        }
        return auditor;
    }

    /** Returns the password of {@link #auditor()}, generated once for this folder. */
    public String auditorPassword() {
        return ground.secrets().get("auditor");
    }

    /** Returns the name of the user who may log in to the portal. */
    public String coordinatorUser() {
        return "coordinator";
    }

    /** Returns the password of {@link #coordinatorUser()}, generated once for this folder. */
    public String coordinatorPassword() {
        return Startup.coordinatorPassword(ground);
    }

    /**
     * Has each site join the consortium, as {@link SiteRegistration} does it. Doing it twice changes nothing.
     *
     * @throws PlatformException if one is not let in
     */
    public void registerSites() {
        SiteRegistration registration = registration();
        for (int site = 1; site <= running.sites().size(); site++) {
            SiteId id = new SiteId("site-" + site);
            registration.join(steward(id), siteUrl(site));
        }
    }

    /** Returns the PEM file with the authority that all certificates of this platform come from. */
    public Path authorityPem() {
        return ground.authority().certificatePem();
    }

    /** Returns how sites join. */
    SiteRegistration registration() {
        return new SiteRegistration(ground.https(), tokens, serverUrl());
    }

    /**
     * Returns the peak memory so far in MiB: the largest sum, over samples taken each second, of the peak resident sets
     * (VmHWM) of this program, every part and their children. Pages that processes share are counted once for each, so it
     * is an upper bound.
     */
    public long peakRssMb() {
        return memory.peakMb();
    }

    /** Returns the running processes, in the order in which they were started. */
    public List<ProcessInfo> processes() {
        return processes.living().stream().map(ChildProcess::info).toList();
    }

    /** Returns the consortium server, to be killed and restarted by a test. */
    public Part server() {
        return running.server();
    }

    /**
     * Returns a site node, to be killed and restarted by a test.
     *
     * @param site 1 to the number of sites
     */
    public Part site(int site) {
        return running.sites().get(site - 1);
    }

    /** Returns Keycloak, to be killed and restarted by a test. */
    public Part keycloak() {
        return running.identity().part();
    }

    /**
     * Returns PostgreSQL, to be killed and restarted by a test.
     *
     * @throws IllegalStateException if another server than an own one was named
     */
    public Part database() {
        return running.database().orElseThrow(() -> new IllegalStateException("this PostgreSQL was not started here"));
    }

    /** Returns what sends requests to the parts. */
    Https https() {
        return ground.https();
    }

    /** Returns Keycloak's administration of the realm; to be closed. */
    Realm realm() {
        return new Realm(running.identity().keycloak(), sslContext());
    }

    /** Returns tokens of a client that proves itself with that key. */
    TokenSource tokens(String client, SigningKey key) {
        return new TokenSource(ground.https(), startup.issuer(), client, key, Clock.systemUTC());
    }

    /**
     * Starts again each part whose process has ended by itself, and returns when it is ready.
     *
     * @param told is told which, in a sentence for people
     */
    public void reviveEnded(Consumer<String> told) {
        reviveEnded(running.parts(), processes, told);
    }

    /** Parts that have been stopped along with everything else are no surprise, and stay stopped. */
    static void reviveEnded(List<StartedPart> parts, ProcessRegistry processes, Consumer<String> told) {
        for (StartedPart part : parts) {
            if (!processes.refusesMore()) {
                part.reviveIfEnded(told);
            }
        }
    }

    /** Stops every process and returns when all are gone; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            stop();
        }
    }

    private void stop() {
        Shutdown.all(processes);
        memory.close();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // This program is ending, and the hook is doing the same as this.
        }
        state.close();
    }
}
