package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipFile;
import org.consilium.algorithm.Partitioner;
import org.consilium.algorithm.Strategies;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataset;
import org.consilium.model.images.ImageDatasets;
import org.consilium.quickstart.audit.AuditVerifyCommand;
import org.consilium.quickstart.audit.Verification;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.SharedPlatform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the real parts record of a whole study, exported, verified, and searched for what must not be in it. */
@ExtendWith(SharedPlatform.class)
class AuditIT {

    private static final StudySettings SETTINGS = new StudySettings(
            SharedPlatform.SITES,
            2,
            new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0), 11),
            Partitioner.parse("iid"),
            "cnn",
            Strategies.named("fedavg"),
            true,
            false,
            false);

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    @Test
    void a_whole_study_is_recorded_exported_verified_and_gives_nothing_away(Platform platform) throws IOException {
        StringWriter shown = new StringWriter();
        RealConsortium consortium =
                new RealConsortium(platform, new Screen(new PrintWriter(shown), false), Clock.systemUTC());
        ImageDataset dataset = ImageDatasets.open("phantom-cells", Optional.empty());
        DealtImages images = DealtImages.of(dataset, SETTINGS);
        consortium.importImages(dataset, images, folder.resolve("images"));
        Parameters initial = SETTINGS.initialModel(Networks.create(), dataset, images.classes());
        StudyOutcome outcome = consortium.run(SETTINGS, dataset, initial, round -> {});

        consortium.audit(folder);

        Path bundle = folder.resolve("audit-bundle.zip");
        assertThat(shown.toString())
                .contains(bundle.toString(), folder.resolve("audit-report.pdf").toString());
        assertThat(Files.readAllBytes(folder.resolve("audit-report.pdf"))).startsWith("%PDF-".getBytes());
        assertThat(Files.readString(folder.resolve("audit-verification.txt")))
                .as("each round's model is computed anew from the hospitals' updates")
                .contains("2 rounds, of which 2 new models computed anew", "Result    clean");
        assertThat(shown.toString()).contains("Recorded in the consortium's log as number ");
        List<AuditRecord> records = records(bundle);
        assertThat(records)
                .extracting(AuditRecord::code)
                .contains(
                        "audit.key-used",
                        "site.approved",
                        "protocol.drafted",
                        "protocol.proposed",
                        "protocol.signed",
                        "protocol.approved",
                        "study.started",
                        "round.opened",
                        "round.offer-taken",
                        "dataset.declared",
                        "update.accepted",
                        "round.quorum-reached",
                        "round.aggregated",
                        "evaluation.accepted",
                        "stopping-rule.decided",
                        "round.completed",
                        "study.completed",
                        "model.released")
                .endsWith("export.made");
        assertThat(records.stream().filter(record -> record.code().equals("update.accepted")))
                .hasSize(2 * SharedPlatform.SITES);
        assertThat(records.stream().filter(record -> record.code().equals("round.offer-taken")))
                .as("who has fetched work is the node, however long its poll was held")
                .isNotEmpty()
                .allSatisfy(record -> assertThat(record.actor().organisation())
                        .isEqualTo(record.site().orElseThrow().value()))
                .allSatisfy(record -> assertThat(record.actor().kind()).isEqualTo(AuditRecord.Kind.NODE));
        eachUpdateIsMatchedByItsSitesOwnRecord(platform, records);
        theSitesHaveCounterSigned(platform);
        aSitesOwnLogIsABundleToo(platform);
        everyForm(platform);
        nothingIsGivenAway(platform, outcome.selected());
        aChangedRecordIsFound(bundle);
    }

    /** What the consortium says that a site sent, the site's own log says as well. */
    private void eachUpdateIsMatchedByItsSitesOwnRecord(Platform platform, List<AuditRecord> records)
            throws IOException {
        for (int number = 1; number <= SharedPlatform.SITES; number++) {
            SiteId site = new SiteId("site-" + number);
            Api node = new Api(
                    site.value(), platform.httpClient(), platform.siteUrl(number), platform.steward(site)::token);
            Map<Sha256, AuditRecord> own = new HashMap<>();
            lines(node, "/audit/records").forEach(record -> own.put(record.leafHash(), record));
            List<AuditRecord> taken = records.stream()
                    .filter(record -> record.code().equals("update.accepted")
                            && record.site().equals(Optional.of(site)))
                    .toList();
            assertThat(taken).hasSize(2).allSatisfy(record -> {
                AuditRecord sent = own.get(record.peer().orElseThrow().hash());
                assertThat(sent).as("site's record of %s", record.entity().id()).isNotNull();
                assertThat(sent.id()).isEqualTo(record.peer().get().event());
                assertThat(sent.code()).isEqualTo("update.sent");
                assertThat(sent.stream()).isEqualTo(site.value());
                assertThat(sent.entity().hash()).isEqualTo(record.entity().hash());
                assertThat(record.details()).containsKey("dataset");
            });
        }
    }

    private void theSitesHaveCounterSigned(Platform platform) {
        Api server = api(platform);
        await("every site has counter-signed a checkpoint", () -> {
            Set<String> witnesses = new TreeSet<>();
            Path file = folder.resolve("witnesses.zip");
            server.download("/audit/export?format=bundle", file);
            try (ZipFile zip = new ZipFile(file.toFile());
                    var in = zip.getInputStream(zip.getEntry(BundleFormat.CHECKPOINTS))) {
                new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> Json.createReader(new StringReader(line)).readObject())
                        .map(line -> SignedCheckpoint.fromNote(line.getString("note")))
                        .flatMap(signed -> signed.witnesses().stream())
                        .forEach(signature -> witnesses.add(signature.name()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return witnesses.size() == SharedPlatform.SITES;
        });
    }

    private void aSitesOwnLogIsABundleToo(Platform platform) throws IOException {
        SiteId site = new SiteId("site-1");
        Path own = folder.resolve("site-1.zip");
        new Api(site.value(), platform.httpClient(), platform.siteUrl(1), platform.steward(site)::token)
                .download("/audit/export", own);
        List<String> lines = new ArrayList<>();
        Verification shown = AuditVerifyCommand.verify(own, lines::add);
        assertThat(shown.isClean()).as(String.join("\n", lines)).isTrue();
        assertThat(shown.manifest().isComplete()).isTrue();
        assertThat(shown.checked().get("records")).isEqualTo(shown.manifest().size());
        assertThat(records(own)).extracting(AuditRecord::code).contains("key.made", "update.sent");
        aChangedRecordIsFound(own);
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not within %s: %s", LIMIT, what).isLessThan(end);
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        }
    }

    private List<AuditRecord> lines(Api from, String path) throws IOException {
        Path file = folder.resolve("lines.jsonl");
        from.download(path, file);
        return Files.readAllLines(file).stream().map(AuditRecord::fromLine).toList();
    }

    private void everyForm(Platform platform) throws IOException {
        Api server = api(platform);
        for (String format : List.of("csv", "json", "fhir", "atna")) {
            Path file = folder.resolve("all." + format);
            server.download("/audit/export?format=" + format + "&type=round", file);
            List<String> lines = Files.readAllLines(file);
            assertThat(lines).as(format).hasSizeGreaterThanOrEqualTo(4);
        }
        Path whole = folder.resolve("whole.zip");
        server.download("/audit/export?format=bundle", whole);
        List<String> lines = new ArrayList<>();
        assertThat(AuditVerifyCommand.verify(whole, lines::add).isClean())
                .as(String.join("\n", lines))
                .isTrue();
    }

    /** No pixel, patient's key, weight, token or secret in any field of the whole log. */
    private void nothingIsGivenAway(Platform platform, Parameters model) throws IOException {
        Path file = folder.resolve("log.jsonl");
        api(platform).download("/audit/export?format=json", file);
        String log = Files.readString(file);
        assertThat(log).doesNotContain("-----BEGIN").doesNotContain("eyJ").doesNotContain("Bearer ey");
        Properties secrets = new Properties();
        try (var in = Files.newInputStream(secretsOf(platform))) {
            secrets.load(in);
        }
        assertThat(secrets).isNotEmpty();
        secrets.forEach((name, secret) -> assertThat(log.contains(secret.toString()))
                .as("the secret " + name + " stands in the log")
                .isFalse());
        byte[] weights = java.util.Arrays.copyOf(model.encode(), 4096);
        byte[] some = java.util.Arrays.copyOfRange(weights, 2048, 2048 + 24);
        assertThat(log)
                .doesNotContain(HexFormat.of().formatHex(some))
                .doesNotContain(Base64.getEncoder().encodeToString(some));
        // Nor the names of image files, nor the pseudonyms that a node gives them.
        assertThat(log).doesNotContain(".png").doesNotContain("pseudonym").doesNotContain("patient");
    }

    private void aChangedRecordIsFound(Path bundle) throws IOException {
        byte[] zip = Files.readAllBytes(bundle);
        zip[zip.length / 2] ^= 1;
        Path changed = Files.write(folder.resolve("changed.zip"), zip);
        boolean clean;
        try {
            clean = AuditVerifyCommand.verify(changed, line -> {}).isClean();
        } catch (RuntimeException unusable) {
            clean = false;
        }
        assertThat(clean).isFalse();
    }

    private static Path secretsOf(Platform platform) {
        return platform.authorityPem().getParent().getParent().resolve("secrets.properties");
    }

    private static Api api(Platform platform) {
        return new Api("the consortium server", platform.httpClient(), platform.serverUrl(), platform::bearerToken);
    }

    private static List<AuditRecord> records(Path bundle) throws IOException {
        try (ZipFile zip = new ZipFile(bundle.toFile());
                var in = zip.getInputStream(zip.getEntry(BundleFormat.RECORDS))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(AuditRecord::fromLine)
                    .toList();
        }
    }
}
