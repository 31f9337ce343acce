package org.consilium.quickstart;

import static org.consilium.quickstart.RoundTable.decimals;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.consilium.algorithm.Partitioner;
import org.consilium.algorithm.Strategies;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataset;
import org.consilium.model.images.ImageDatasets;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.PlatformOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium bench overhead}: what a round through the real servers costs beside training. */
@Command(
        name = "overhead",
        header = "Measure what a round through real servers costs beside training.",
        description = {
            "",
            "Starts the real parts and runs studies with the small network (cnn, 0.4 million parameters) and the wide one"
                    + " (cnn-wide, 11 million), on few generated phantoms: once without training (--local-epochs 0: every"
                    + " site sends the same bytes, which the server keeps once) and once with a single step, so that"
                    + " each site sends an update of its own. Overhead is the time from a round's opening to its new"
                    + " global model, less the slowest site's training.",
            ""
        },
        footer = {"", "Example:", "  consilium bench overhead --sites 3 --rounds 10 --out target/overhead.json"},
        sortOptions = false)
final class BenchOverheadCommand implements Callable<Integer> {

    private static final int MOST_SITES = 50;
    private static final long SEED = 7;

    private final Surroundings surroundings;

    @Option(
            names = "--sites",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of site nodes. Default: ${DEFAULT-VALUE}.")
    private int sites;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Rounds of each network; the first, which warms the servers up, does not count."
                    + " Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--out", paramLabel = "FILE.json", description = "Write the measurements there as JSON.")
    private Path out;

    @Spec
    private CommandSpec spec;

    /**
     * @param surroundings what the program finds around itself
     */
    BenchOverheadCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private static final List<String> SIZES = List.of("cnn", "cnn-wide");
    private static final Map<String, Effort> EFFORTS =
            new TreeMap<>(Map.of("0 epochs", new Effort.Epochs(0), "1 step", new Effort.Steps(1)));

    private record Measured(Parameters model, String effort, Spread overhead, Spread aggregate) {}

    @Override
    public Integer call() {
        StudyOptions.within("--sites", sites, MOST_SITES);
        if (rounds < 2 || rounds > 1_000) {
            throw new BadOption("--rounds " + rounds, "use a whole number of 2 to 1000");
        }
        if (out != null) {
            OutputFile.prepare("--out", out);
        }
        Screen screen = new Screen(spec.commandLine().getOut(), surroundings.terminal());
        ImageDataset dataset = ImageDatasets.open(DataChoice.PHANTOM, java.util.Optional.empty());
        DealtImages images = DealtImages.of(dataset, settings("cnn", new Effort.Epochs(0)));
        List<Measured> measured;
        screen.say("Starting the real parts:");
        try (Platform platform = Platform.start(
                PlatformOptions.of(surroundings.home(), surroundings.workFolder(), sites), new StartProgress(screen))) {
            platform.registerSites();
            RealConsortium consortium = new RealConsortium(platform, screen, surroundings.clock());
            consortium.importImages(dataset, images, surroundings.workFolder().resolve("images"));
            measured = SIZES.stream()
                    .flatMap(family -> EFFORTS.keySet().stream()
                            .map(effort -> measure(family, effort, dataset, images, consortium)))
                    .toList();
        }
        deliver(measured, screen);
        return 0;
    }

    private Measured measure(
            String family, String effort, ImageDataset dataset, DealtImages images, RealConsortium consortium) {
        StudySettings settings = settings(family, EFFORTS.get(effort));
        Parameters initial = settings.initialModel(Networks.create(), dataset, images.classes());
        List<StudyReport.Round> counted = consortium.run(settings, dataset, initial, round -> {}).rounds().stream()
                .skip(1)
                .toList();
        return new Measured(
                initial,
                effort,
                new Spread(
                        counted.stream().map(StudyReport.Round::overheadSeconds).toList()),
                new Spread(counted.stream()
                        .map(StudyReport.Round::aggregateSeconds)
                        .toList()));
    }

    private StudySettings settings(String family, Effort effort) {
        TrainingPlan plan = new TrainingPlan(effort, 32, new Optimiser.Sgd(0.05, 0), SEED);
        return new StudySettings(
                sites, rounds, plan, Partitioner.parse("iid"), family, Strategies.named("fedavg"), true, false, false);
    }

    private void deliver(List<Measured> measured, Screen screen) {
        screen.say("");
        screen.say(Text.counted(sites, "site") + ", " + Text.counted(rounds - 1, "round") + " each; seconds a round");
        screen.say(
                "network               training  parameters  overhead median     min     max  of which aggregation, median");
        JsonArrayBuilder networks = Json.createArrayBuilder();
        for (Measured one : measured) {
            screen.say(Text.of(
                    "%-20s  %-8s  %,10d  %15s  %6s  %6s  %6s",
                    one.model().architecture(),
                    one.effort(),
                    one.model().count(),
                    decimals(one.overhead().median(), 3),
                    decimals(one.overhead().min(), 3),
                    decimals(one.overhead().max(), 3),
                    decimals(one.aggregate().median(), 3)));
            networks.add(Json.createObjectBuilder()
                    .add("network", one.model().architecture().value())
                    .add("training", one.effort())
                    .add("parameters", one.model().count())
                    .add("overheadSeconds", one.overhead().toJson())
                    .add("aggregateSeconds", one.aggregate().toJson()));
        }
        if (out != null) {
            String text = ReportJson.text(Json.createObjectBuilder()
                    .add("sites", sites)
                    .add("networks", networks)
                    .build());
            OutputFile.write(out, path -> Files.writeString(path, text));
            screen.say("Report   " + out);
        }
    }
}
