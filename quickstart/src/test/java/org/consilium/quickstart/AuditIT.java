package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.ZipFile;
import org.consilium.algorithm.FedAvg;
import org.consilium.algorithm.Partitioner;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataset;
import org.consilium.model.images.ImageDatasets;
import org.consilium.quickstart.audit.AuditVerifyCommand;
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
            new FedAvg(),
            true,
            false,
            false);

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
        everyForm(platform);
        nothingIsGivenAway(platform, outcome.selected());
        aChangedRecordIsFound(bundle);
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
        assertThat(AuditVerifyCommand.verify(whole, lines::add))
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
            clean = AuditVerifyCommand.verify(changed, line -> {});
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
