package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.consilium.contract.Messages;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.model.images.ImageDataset;
import org.consilium.quickstart.audit.AuditVerifyCommand;
import org.consilium.quickstart.audit.Verification;
import org.consilium.quickstart.platform.Platform;

/** A study through the real servers, from outside: HTTP requests as any coordinator or steward could send them. */
final class RealConsortium {

    /** How often a running study or import is looked at; the API has no held read of them. */
    private static final Duration LOOK = Duration.ofMillis(300);

    /** How long the server may be away while a study is watched. */
    private static final Duration OUTAGE = Duration.ofMinutes(5);

    private static final String PREFIX = "demo-";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Platform platform;
    private final Api server;
    private final Screen screen;
    private final Clock clock;
    private StudyId study;

    /**
     * @param platform the running parts, whose sites are registered
     * @param screen where progress is shown
     * @param clock gives studies and data sets names of their own
     */
    RealConsortium(Platform platform, Screen screen, Clock clock) {
        this.platform = platform;
        this.server =
                new Api("the consortium server", platform.httpClient(), platform.serverUrl(), platform::bearerToken);
        this.screen = screen;
        this.clock = clock;
    }

    /**
     * Gives each site its images through the site's own import.
     *
     * @param dataset what they are of
     * @param images who gets which
     * @param folder below which the shares are written as files
     */
    void importImages(ImageDataset dataset, DealtImages images, Path folder) {
        try (SiteImports imports = new SiteImports(screen)) {
            for (DealtImages.SiteImages share : images.sites()) {
                Path files = SiteShare.write(share, dataset, folder);
                imports.start(share, site(share), dataset.name(), SiteShare.modality(dataset), files);
            }
            imports.await(RealConsortium::pause);
        }
    }

    /** Stops the studies that an interrupted demo left: its sites would share their time among all of them. */
    void stopLeftovers() {
        for (JsonObject study : server.array("/studies").getValuesAs(JsonObject.class)) {
            String id = Messages.text(study, "id");
            if (Messages.text(study, "state").equals("RUNNING") && id.startsWith(PREFIX)) {
                screen.say("The study " + id + " of an interrupted demo is stopped.");
                server.post(
                        "/studies/" + id + "/stop",
                        Json.createObjectBuilder()
                                .add("reason", "Its demo was interrupted, and another one was started.")
                                .build());
            }
        }
    }

    /**
     * Runs a study and shows it.
     *
     * @param watcher is told each round that has ended, in order, and some of them again
     * @throws CommandFailure with the study's own reason if it fails
     */
    StudyOutcome run(
            StudySettings settings, ImageDataset dataset, Parameters initial, Consumer<StudyReport.Round> watcher) {
        JsonObject known = server.post("/models", initial);
        StudyId id = new StudyId(PREFIX + STAMP.format(clock.instant()));
        study = id;
        ProtocolSigning signing = new ProtocolSigning(platform, server);
        StudyProtocol protocol =
                DemoProtocol.of(id, settings, dataset, initial, new Sha256(Messages.text(known, "sha256")));
        signing.start(protocol, screen);
        LiveTable table = new LiveTable(screen, clock);
        while (true) {
            LiveStudy study = look(id);
            if (Surroundings.ending()) {
                // Its end has been said, and the table would be drawn below that.
                throw new CommandFailure("The program was interrupted; start it again.");
            }
            study.completed().forEach(watcher);
            table.show(study);
            if (study.state().equals("STOPPED")) {
                throw new CommandFailure("The study " + id + " was stopped: "
                        + study.reason().orElse("the server gives no reason; look into its log."));
            }
            if (study.state().equals("COMPLETED") && study.finalScores().isPresent()) {
                return new StudyOutcome(
                        study.completed(),
                        server.parameters("/models/" + study.selected().orElseThrow()),
                        study.finalScores().get());
            }
            pauseBetweenLooks();
        }
    }

    /**
     * Fetches the audit bundle and the report of the study that was run, verifies the bundle, and shows what that said; all
     * as an auditor does, who then has it recorded.
     *
     * @param folder for the files
     * @throws CommandFailure if the bundle is not clean
     */
    void audit(Path folder) {
        Path bundle = folder.resolve("audit-bundle.zip");
        Path report = folder.resolve("audit-report.pdf");
        Path verification = folder.resolve("audit-verification.txt");
        OutputFile.prepare("--out", bundle);
        // Only auditors are given the updates, with which the verifier computes each round's model anew.
        Api auditor = new Api(
                "the consortium server", platform.httpClient(), platform.serverUrl(), platform.auditor()::token);
        auditor.download("/audit/export?format=bundle&parameters=true&study=" + study, bundle);
        auditor.download("/audit/export?format=pdf&study=" + study, report);
        List<String> lines = new ArrayList<>();
        Verification shown = AuditVerifyCommand.verify(bundle, lines::add);
        OutputFile.write(verification, file -> Files.write(file, lines));
        screen.say("");
        screen.say("The audit log of this study, exported and verified without the servers:");
        screen.say(lines);
        screen.say("Bundle       " + bundle);
        screen.say("Verification " + verification);
        screen.say("Report       " + report);
        screen.say(VerificationRecording.record(auditor, shown).line());
        screen.say("To fetch it yourself: ./consilium audit export --server " + platform.serverUrl() + " --ca "
                + platform.authorityPem() + " --study " + study + " --format bundle --out FILE, and log in as "
                + Platform.AUDITOR + " with password " + platform.auditorPassword());
        if (!shown.isClean()) {
            throw new CommandFailure("The audit bundle " + bundle + " is not clean; its findings stand above.");
        }
    }

    /** A study outlives an outage of the server, so watching it does too. */
    private LiveStudy look(StudyId id) {
        Instant limit = clock.instant().plus(OUTAGE);
        boolean told = false;
        while (true) {
            try {
                return LiveStudy.of(server.get("/studies/" + id));
            } catch (Unreachable | ApiRefusal e) {
                boolean passes = e instanceof Unreachable || e instanceof ApiRefusal refusal && refusal.mayPass();
                if (!passes || clock.instant().isAfter(limit) || Surroundings.ending()) {
                    throw e;
                }
                if (!told) {
                    screen.say("       the consortium server does not answer; the study goes on when it is back");
                    told = true;
                }
            }
            pauseBetweenLooks();
        }
    }

    private void pauseBetweenLooks() {
        platform.reviveEnded(part -> screen.say("       " + part));
        pause();
    }

    private Api site(DealtImages.SiteImages share) {
        int number = Integer.parseInt(share.site().value().substring("site-".length()));
        return new Api(
                share.site().value(),
                platform.httpClient(),
                platform.siteUrl(number),
                platform.steward(share.site())::token);
    }

    private static void pause() {
        LockSupport.parkNanos(LOOK.toNanos());
        if (Thread.interrupted()) {
            throw new CommandFailure("The program was interrupted; start it again.");
        }
    }
}
