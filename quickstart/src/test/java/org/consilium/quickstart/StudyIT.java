package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.consilium.algorithm.Partitioner;
import org.consilium.algorithm.Strategies;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.Effort;
import org.consilium.contract.Impressions;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataset;
import org.consilium.model.images.ImageDatasets;
import org.consilium.quickstart.platform.Part;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.ProcessInfo;
import org.consilium.quickstart.platform.Redeployment;
import org.consilium.quickstart.platform.SharedPlatform;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole studies through the real servers and the real nodes, over HTTP, beside the same study simulated. */
@ExtendWith(SharedPlatform.class)
class StudyIT {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final StudySettings SETTINGS = settings(3);

    private static ImageDataset dataset;
    private static DealtImages images;
    private static StudyOutcome simulated;

    @TempDir
    private Path folder;

    private final StringWriter shown = new StringWriter();
    private final Screen screen = new Screen(new PrintWriter(shown), false);

    @BeforeAll
    static void simulate() {
        dataset = ImageDatasets.open("phantom-cells", Optional.empty());
        images = DealtImages.of(dataset, SETTINGS);
        Networks networks = Networks.create();
        try (SiteWorkers workers = new SiteWorkers(2)) {
            simulated = new Simulation(SETTINGS, images, networks, workers, Optional.empty())
                    .run(SETTINGS.initialModel(networks, dataset, images.classes()), played -> {})
                    .outcome();
        }
    }

    @Test
    void real_servers_give_the_models_of_the_simulation_and_every_site_takes_part_in_every_round(Platform platform) {
        Surroundings here =
                new Surroundings(Map.of(), SharedPlatform.ROOT, false, Optional.of("test"), Clock.systemUTC());
        DemoRun.Result result = new DemoRun(SETTINGS, dataset, here, screen).run(images, platform, System.nanoTime());

        assertThat(digests(result.report().rounds())).isEqualTo(digests(simulated.rounds()));
        assertThat(result.model().digest()).isEqualTo(simulated.selected().digest());
        assertThat(result.report().rounds())
                .allSatisfy(round -> assertThat(round.perSite())
                        .extracting(StudyReport.SiteRound::site)
                        .containsExactly("site-1", "site-2"))
                .allSatisfy(round -> assertThat(round.bytesUp()).isPositive())
                .allSatisfy(round -> assertThat(round.bytesDown()).isPositive());
        for (int i = 0; i < SETTINGS.rounds(); i++) {
            StudyReport.Round real = result.report().rounds().get(i);
            StudyReport.Round virtual = simulated.rounds().get(i);
            assertThat(real.valAccuracy()).isEqualTo(virtual.valAccuracy());
            assertThat(real.valMacroF1()).isEqualTo(virtual.valMacroF1());
            assertThat(real.perSite()).isEqualTo(virtual.perSite());
        }
        assertThat(result.report().finalScores()).isEqualTo(simulated.finalScores());
        JsonObject json = ReportJson.of(result.report());
        assertThat(json.keySet())
                .contains("dataset", "data", "partition", "seed", "model", "strategy", "rounds", "modelFile", "final")
                .contains("wallSeconds", "peakRssMb", "commit");
        assertThat(shown.toString()).contains("round 1 of 3").contains("awaited: ");
    }

    /** Two images of a label tell of two patients: the node leaves them out, and so does the simulation. */
    @Test
    void a_label_of_which_a_hospital_has_too_few_images_is_not_scored_there(Platform platform) {
        StudySettings oneRound = settings(1);
        DealtImages rare = RareLabels.of(images);
        Networks networks = Networks.create();
        Parameters initial = oneRound.initialModel(networks, dataset, images.classes());
        StudyOutcome virtual;
        try (SiteWorkers workers = new SiteWorkers(2)) {
            virtual = new Simulation(oneRound, rare, networks, workers, Optional.empty())
                    .run(initial, played -> {})
                    .outcome();
        }
        RealConsortium consortium = new RealConsortium(platform, screen, Clock.systemUTC());
        consortium.importImages(dataset, rare, folder);

        StudyOutcome real = consortium.run(oneRound, dataset, initial, round -> {});

        assertThat(real.finalScores()).isEqualTo(virtual.finalScores());
        assertThat(real.finalScores().perSite().get(0).examples()).isEqualTo(enoughOfALabel(rare, Split.TEST));
        assertThat(real.rounds().get(0).perSite())
                .isEqualTo(virtual.rounds().get(0).perSite());
        assertThat(real.rounds().get(0).valMacroF1())
                .isEqualTo(virtual.rounds().get(0).valMacroF1());
        JsonObject first = server(platform)
                .get("/studies/"
                        + server(platform).array("/studies").getJsonObject(0).getString("id"))
                .getJsonArray("rounds")
                .getJsonObject(0)
                .getJsonArray("sites")
                .getJsonObject(0);
        assertThat(first.getInt("valExamples")).isEqualTo((int) enoughOfALabel(rare, Split.VAL));
    }

    /** How many images the first site has of labels of which it has three or more, by which two of one are none. */
    private static long enoughOfALabel(DealtImages images, Split split) {
        int[] counts = images.sites().get(0).of(split).countsByClass();
        assertThat(counts[RareLabels.LABEL]).isEqualTo(2);
        return IntStream.of(counts).filter(count -> count >= 3).sum();
    }

    @Test
    void a_study_outlives_a_killed_server_a_killed_node_and_a_killed_database(Platform platform) throws Exception {
        Api server = server(platform);
        RealConsortium consortium = new RealConsortium(platform, screen, Clock.systemUTC());
        consortium.importImages(dataset, images, folder);
        Parameters initial = SETTINGS.initialModel(Networks.create(), dataset, images.classes());
        CompletableFuture<StudyOutcome> study =
                CompletableFuture.supplyAsync(() -> consortium.run(SETTINGS, dataset, initial, round -> {}));

        // The study is watched: its creation has been answered.
        killAndRestart(platform.server(), () -> shown.toString().contains("round 1 of 3"), study);
        killAndRestart(platform.site(2), () -> roundOf(server) >= 2, study);
        killAndRestart(platform.database(), () -> roundOf(server) >= 3, study);

        StudyOutcome outcome = study.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(digests(outcome.rounds())).isEqualTo(digests(simulated.rounds()));
        assertThat(outcome.finalScores()).isEqualTo(simulated.finalScores());
    }

    @Test
    void a_node_that_is_deployed_anew_three_times_in_one_process_trains_the_same_bits(Platform platform) {
        RealConsortium consortium = new RealConsortium(platform, screen, Clock.systemUTC());
        consortium.importImages(dataset, images, folder);
        Parameters initial = SETTINGS.initialModel(Networks.create(), dataset, images.classes());
        StudySettings oneRound = settings(1);
        ProcessInfo node = platform.processes().stream()
                .filter(process -> process.name().equals(platform.site(1).name()))
                .findFirst()
                .orElseThrow();
        for (int deployment = 1; deployment <= 3; deployment++) {
            long before = warmed(node);
            Redeployment.of(node, SharedPlatform.ROOT.resolve("site-node/target/site-node"));
            await(() -> warmed(node) == before + 1);
            StudyOutcome outcome = consortium.run(oneRound, dataset, initial, round -> {});
            assertThat(digests(outcome.rounds()))
                    .as("deployment %d", deployment)
                    .isEqualTo(digests(simulated.rounds().subList(0, 1)));
        }
        assertThat(platform.processes()).extracting(ProcessInfo::pid).contains(node.pid());
    }

    /** How often a deployment of the node has loaded its arithmetic. */
    private static long warmed(ProcessInfo node) {
        try (Stream<String> lines =
                Files.lines(node.log().resolveSibling(node.name()).resolve("messages.log"))) {
            return lines.filter(line -> line.contains("cnn.28x28x3.2 runs on onednn"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_study_on_images_that_no_site_has_says_which_site_lacks_which(Platform platform) {
        RealConsortium consortium = new RealConsortium(platform, screen, Clock.systemUTC());
        ImageDataset other = ImageDatasets.open("phantom-brain", Optional.empty());
        Parameters initial = SETTINGS.initialModel(
                Networks.create(), other, other.classNames().size());

        assertThatThrownBy(() -> consortium.run(SETTINGS, other, initial, round -> {}))
                .isInstanceOf(CommandFailure.class)
                // The first refusal ends it, whichever site that is: the quorum is all of them.
                .hasMessageMatching("(?s).*refused: site-[12] \\(no-images: .*")
                .hasMessageContaining("no images of the train split of data set 'phantom-brain'")
                .hasMessageContaining("import them at this site");
    }

    /** Impressions as published: the server synthesises, the nodes judge and train, as the simulation does. */
    @Test
    void a_study_with_impressions_gives_the_models_of_the_simulation(Platform platform) {
        assertLikeItsSimulation(
                platform,
                Strategies.of(
                        "fedimpression",
                        Map.of(
                                "data_size",
                                "24",
                                "iters_admm",
                                "2",
                                "iters_img",
                                "5",
                                "lr_img",
                                "10",
                                "gate_least",
                                "1")));
    }

    /** Class-wise statistics, a recalibrated head, and impressions that know the statistics. */
    @Test
    void a_study_with_a_recalibrated_head_gives_the_models_of_the_simulation(Platform platform) {
        assertLikeItsSimulation(
                platform,
                Strategies.of(
                        "fedimpression-plus",
                        Map.of(
                                "draws",
                                "50",
                                "impressions",
                                "yes",
                                "data_size",
                                "24",
                                "iters_img",
                                "5",
                                "lr_img",
                                "10",
                                "init",
                                "phantoms",
                                "feature_pull",
                                "1",
                                "gate_least",
                                "1")));
    }

    private void assertLikeItsSimulation(Platform platform, Strategy strategy) {
        StudySettings chosen = settings(3, strategy);
        Networks networks = Networks.create();
        Parameters initial = chosen.initialModel(networks, dataset, images.classes());
        List<Optional<Sha256>> released = new ArrayList<>();
        StudyOutcome virtual;
        try (SiteWorkers workers = new SiteWorkers(2)) {
            virtual = new Simulation(chosen, images, networks, workers, Optional.empty())
                    .run(initial, played -> released.add(played.released().map(Impressions::digest)))
                    .outcome();
        }
        // Otherwise this would show nothing of impressions.
        assertThat(released).anySatisfy(set -> assertThat(set).isPresent());
        RealConsortium consortium = new RealConsortium(platform, screen, Clock.systemUTC());
        consortium.importImages(dataset, images, folder);

        StudyOutcome real = consortium.run(chosen, dataset, initial, round -> {});

        assertThat(digests(real.rounds())).isEqualTo(digests(virtual.rounds()));
        assertThat(real.finalScores()).isEqualTo(virtual.finalScores());
        String study = server(platform).array("/studies").getJsonObject(0).getString("id");
        String sets =
                server(platform).array("/studies/" + study + "/impressions").toString();
        released.forEach(set -> set.ifPresent(digest -> assertThat(sets).contains(digest.hex())));
    }

    private static StudySettings settings(int rounds) {
        return settings(rounds, Strategies.named("fedavg"));
    }

    private static StudySettings settings(int rounds, Strategy strategy) {
        return new StudySettings(
                SharedPlatform.SITES,
                rounds,
                new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0), 11),
                Partitioner.parse("dirichlet:0.5"),
                "cnn",
                strategy,
                true,
                false,
                false);
    }

    private static void killAndRestart(Part part, BooleanSupplier when, CompletableFuture<?> study) {
        await(() -> study.isDone() || when.getAsBoolean());
        assertThat(study).isNotDone();
        part.kill();
        // Whoever watches the study starts it again too; whichever comes first.
        part.restart();
        assertThat(part.running()).isTrue();
    }

    /** The round that the youngest study is in; none while the server is away. */
    private static int roundOf(Api server) {
        try {
            JsonArray studies = server.array("/studies");
            if (studies.isEmpty()) {
                return 0;
            }
            JsonObject youngest = studies.getJsonObject(0);
            if (!youngest.getString("state").equals("RUNNING")) {
                return 0;
            }
            return server.get("/studies/" + youngest.getString("id"))
                    .getJsonArray("rounds")
                    .size();
        } catch (CommandFailure e) {
            return 0;
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for too long").isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private static Api server(Platform platform) {
        return new Api("the consortium server", platform.httpClient(), platform.serverUrl(), platform::bearerToken);
    }

    private static List<String> digests(List<StudyReport.Round> rounds) {
        return rounds.stream().map(StudyReport.Round::globalModelSha256).toList();
    }
}
