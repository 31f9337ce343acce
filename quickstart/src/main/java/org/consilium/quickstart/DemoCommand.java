package org.consilium.quickstart;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.consilium.model.images.ImageDataset;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.PlatformOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium demo}: the whole of Consilium on one machine. */
@Command(
        name = "demo",
        header = "Run a federated study through real servers on this machine, and see it happen.",
        description = {
            "",
            "Starts PostgreSQL, Keycloak, the consortium server and one node a hospital, each hospital with its own"
                    + " database and key, TLS between them all; no containers. Deals the images, imports each hospital's"
                    + " share through its own node, runs the study and shows it live. At the end: a summary, a plot, a"
                    + " report, the global model, the study's audit bundle, verified, and the portal's address.",
            "",
            "The first start downloads and prepares the parts and takes minutes; later starts are quicker. Everything is"
                    + " kept below target/consilium and the user's cache folder. Ctrl-C stops everything that was started.",
            ""
        },
        footer = {
            "",
            "Results go to --out, --model-out and --plot; without --model-out and --plot beside --out, without --out to"
                    + " target/consilium/results.",
            "",
            "Examples:",
            "  consilium demo --quick",
            "  consilium demo --exit --out target/report.json",
            "  consilium demo --sites 5 --rounds 10 --partition iid"
        },
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {

    /** As many servers as one machine may be asked to run. */
    private static final int MOST_SITES = 50;

    private static final int HIGHEST_PORT = 65_535;

    private final Surroundings surroundings;

    @Mixin
    private StudyOptions study;

    @Mixin
    private DataOptions data;

    @Mixin
    private OutputOptions output;

    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description = "Use this PostgreSQL instead of an own one; its user must be allowed to create databases and"
                    + " roles: jdbc:postgresql://HOST:PORT/DATABASE?user=NAME&password=SECRET")
    private String jdbcUrl;

    @Option(
            names = "--server-port",
            paramLabel = "PORT",
            description = "Port of the consortium server. Default: a free one.")
    private Integer serverPort;

    @Option(names = "--exit", description = "End when the study has ended, instead of staying up until Ctrl-C.")
    private boolean exit;

    @Option(names = "--open", description = "Open the portal in the web browser.")
    private boolean open;

    @Spec
    private CommandSpec spec;

    /**
     * @param surroundings what the program finds around itself
     */
    DemoCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        long started = System.nanoTime();
        StudySettings settings = study.settings(MOST_SITES);
        PlatformOptions parts = parts(settings.sites());
        Path results = surroundings.workFolder().resolve("results");
        OutputOptions.Targets targets = output.targetsOr(results);
        ImageDataset dataset = data.choice(surroundings).open();
        DealtImages images = DealtImages.of(dataset, settings);
        Screen screen = new Screen(spec.commandLine().getOut(), surroundings.terminal());
        DemoRun run = new DemoRun(settings, dataset, surroundings, screen);
        screen.say(run.introduction(images));
        screen.say("Starting the real parts:");
        try (Platform platform = Platform.start(parts, new StartProgress(screen))) {
            platform.registerSites();
            showPortal(platform, screen);
            DemoRun.Result result = run.run(images, platform, started);
            try {
                Results.deliver(result.report(), result.model(), targets, screen);
                result.consortium().audit(targets.folder().orElse(results));
            } finally {
                showPortal(platform, screen);
            }
            if (!exit) {
                screen.say("All parts stay up until Ctrl-C.");
                CountDownLatch never = new CountDownLatch(1);
                while (!never.await(2, TimeUnit.SECONDS)) {
                    platform.reviveEnded(screen::say);
                }
            }
            screen.say("Stopping all parts.");
        }
        return 0;
    }

    private PlatformOptions parts(int sites) {
        if (serverPort != null) {
            StudyOptions.within("--server-port", serverPort, HIGHEST_PORT);
        }
        try {
            return new PlatformOptions(
                    surroundings.home(),
                    surroundings.workFolder(),
                    sites,
                    Optional.ofNullable(jdbcUrl),
                    serverPort == null ? OptionalInt.empty() : OptionalInt.of(serverPort));
        } catch (IllegalArgumentException e) {
            throw new BadOption("--jdbc-url", e);
        }
    }

    private void showPortal(Platform platform, Screen screen) {
        URI portal = platform.serverUrl().resolve("/");
        screen.say(Text.of(
                "Portal   %s  user %s, password %s (the browser will warn: the certificate is this machine's own)",
                portal, platform.coordinatorUser(), platform.coordinatorPassword()));
        if (open) {
            open = false;
            browse(portal, screen);
        }
    }

    private static void browse(URI portal, Screen screen) {
        String opener = System.getProperty("os.name").startsWith("Mac") ? "open" : "xdg-open";
        try {
            new ProcessBuilder(opener, portal.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            screen.say("No web browser could be opened (" + opener + " is not there): open the address yourself.");
        }
    }
}
