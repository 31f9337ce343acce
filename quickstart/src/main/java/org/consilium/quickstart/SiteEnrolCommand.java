package org.consilium.quickstart;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.consilium.quickstart.platform.PlatformException;
import org.consilium.quickstart.platform.SiteEnrolment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium site enrol}: makes a hospital's key and asks to be let into a consortium. */
@Command(
        name = "enrol",
        header = "Make this hospital's key and ask to be let into a consortium.",
        description = {
            "",
            "Makes a key pair in the key folder, if there is none, and sends the public half to the consortium server with"
                    + " the enrolment code of your invitation. The private half never leaves the folder. Then shows the"
                    + " key's fingerprint, which you tell the consortium's administrator, by telephone or face to face, and"
                    + " waits until the administrator has let you in. Stopped in between, it goes on when you give the"
                    + " same command again.",
            ""
        },
        footer = {
            "",
            "Example:",
            "  consilium site enrol --server https://consortium.example.org --code 7K2MD-0Q9XA-B3JTV-58WEC-R1HNZ"
        },
        sortOptions = false)
final class SiteEnrolCommand implements Callable<Integer> {

    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final int LONGEST_WAIT = 10_080;

    @Option(names = "--server", paramLabel = "URL", required = true, description = "The consortium server, https.")
    private URI server;

    @Option(
            names = "--code",
            paramLabel = "CODE",
            required = true,
            description = "The enrolment code of your invitation; good for one key.")
    private String code;

    @Option(
            names = "--key-dir",
            paramLabel = "DIR",
            defaultValue = "site-keys",
            description = "Folder for the key, for the user of the site node alone. Default: ${DEFAULT-VALUE}.")
    private Path keyFolder;

    @Option(
            names = "--ca",
            paramLabel = "FILE.pem",
            description = "Authorities to trust instead of Java's, if your consortium has its own.")
    private Path authorities;

    @Option(
            names = "--wait",
            paramLabel = "MINUTES",
            defaultValue = "1440",
            description = "How long to wait for the administrator, 0 for not at all. Default: ${DEFAULT-VALUE}.")
    private int minutes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!"https".equals(server.getScheme()) || server.getHost() == null) {
            throw new BadOption("--server " + server, "use an https address such as https://consortium.example.org");
        }
        if (minutes < 0 || minutes > LONGEST_WAIT) {
            throw new BadOption("--wait " + minutes, "use a whole number of minutes, 0 to " + LONGEST_WAIT);
        }
        URI address = URI.create(server.toString().replaceAll("/+$", ""));
        Screen screen = new Screen(spec.commandLine().getOut(), false);
        SiteEnrolment enrolment = new SiteEnrolment(address, keyFolder, Optional.ofNullable(authorities));
        SiteEnrolment.Standing standing = ask(enrolment);
        screen.say("Site         " + standing.site());
        screen.say("Key          "
                + keyFolder.resolve(SiteEnrolment.KEY_FILE).toAbsolutePath().normalize()
                + "  keep a backup where only you can read it");
        screen.say("Fingerprint  " + enrolment.fingerprint());
        if (standing.state().equals("REQUESTED")) {
            screen.say("Tell the consortium's administrator this fingerprint, by telephone or face to face.");
            standing = awaited(enrolment, standing, screen);
        }
        return end(standing, address, screen);
    }

    private SiteEnrolment.Standing ask(SiteEnrolment enrolment) {
        try {
            return enrolment.ask(code);
        } catch (SiteEnrolment.Refused e) {
            throw new CommandFailure("The consortium does not take the request: " + e.getMessage(), e);
        }
    }

    /** A server that is away for a while is no reason to give up. */
    private SiteEnrolment.Standing awaited(SiteEnrolment enrolment, SiteEnrolment.Standing first, Screen screen) {
        SiteEnrolment.Standing standing = first;
        long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        if (minutes > 0) {
            screen.say("Waiting for the administrator; Ctrl-C is harmless, the same command goes on.");
        }
        boolean away = false;
        while (standing.state().equals("REQUESTED") && System.nanoTime() < end) {
            LockSupport.parkNanos(PAUSE.toNanos());
            try {
                standing = ask(enrolment);
                away = false;
            } catch (PlatformException e) {
                if (!away) {
                    screen.say("The consortium server does not answer now; it is asked again. " + e.getMessage());
                }
                away = true;
            }
        }
        return standing;
    }

    private int end(SiteEnrolment.Standing standing, URI address, Screen screen) {
        switch (standing.state()) {
            case "APPROVED" -> {
                screen.say("You are let in. Write into bootstrap.properties of the site node, and start it:");
                screen.say(List.of(
                        "  consilium.site.id=" + standing.site(),
                        "  consilium.server.url=" + address,
                        "  consilium.issuer=" + standing.issuer(),
                        "  consilium.site.key.dir=" + keyFolder.toAbsolutePath().normalize()));
                return 0;
            }
            case "REJECTED" ->
                throw new CommandFailure("The administrator did not let this key in: "
                        + standing.reason().orElse("no reason was given")
                        + " Ask the coordinator for a new invitation, if this should be mended.");
            default -> {
                screen.say("The administrator has not decided yet. Give the same command again later.");
                return minutes == 0 ? 0 : 1;
            }
        }
    }
}
