package org.consilium.quickstart;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium compare}: several methods on the same partitions, from the same initial models, tuned alike. */
@Command(
        name = "compare",
        header = "Compare methods on the same partitions, initial models and local work, tuned alike.",
        description = {
            "",
            "Every method runs with every learning rate and every division of the local work on every seed. For each method"
                    + " the settings with the best mean validation accuracy over the seeds are chosen; only their models"
                    + " are then scored on test images, once.",
            "",
            "Each run is kept in a folder as soon as it is finished. A comparison that was stopped goes on with the same"
                    + " command and --resume.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  consilium compare --quick --strategies fedavg,fedprox --seeds 1,2 --learning-rates 0.03,0.1",
            "  consilium compare --strategies fedavg,fedimpression-plus --work 75x1,15x5 --learning-rates 0.03,0.05,0.1"
                    + " --with-centralised --out target/compare.json --table target/compare.md --plots target/compare",
            "  consilium compare --strategies fedavg,half=fedprox,tenth=fedprox --set half:mu=0.5 --set tenth:mu=0.1"
        },
        sortOptions = false)
final class CompareCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private CompareOptions compared;

    @Mixin
    private DataOptions data;

    @Mixin
    private PublicImageOption publicImages;

    @Option(names = "--out", paramLabel = "FILE.json", description = "Write runs, tests and figures there as JSON.")
    private Path out;

    @Option(names = "--table", paramLabel = "FILE.md", description = "Write the tables there as Markdown.")
    private Path table;

    @Option(
            names = "--plots",
            paramLabel = "DIR",
            description =
                    "Draw accuracy by round, recall by class and accuracy by site there, and sheets of the first seed's"
                            + " impressions.")
    private Path plots;

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            description = "Where runs are kept. Default: FILE-runs beside --out, else target/consilium/compare-runs.")
    private Path runs;

    @Option(names = "--resume", description = "Go on with the runs that are kept there, and run what is missing.")
    private boolean resume;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many sites train at once. It changes the time and nothing else. Default: the number of"
                    + " processors.")
    private Integer threads;

    @Spec
    private CommandSpec spec;

    /**
     * @param surroundings what the program finds around itself
     */
    CompareCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ComparisonPlan plan = compared.plan();
        int workersWanted = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        StudyOptions.within("--threads", workersWanted, 1_024);
        Optional.ofNullable(out).ifPresent(file -> OutputFile.prepare("--out", file));
        Optional.ofNullable(table).ifPresent(file -> OutputFile.prepare("--table", file));
        Optional.ofNullable(plots).ifPresent(place -> OutputFile.prepare("--plots", place.resolve("accuracy.png")));
        ImageDataset dataset = data.choice(surroundings).open();
        var start = publicImages.images();
        RunFolder folder = new RunFolder(runsFolder(), plan, ComparedImages.identity(dataset, start));
        int finished = folder.finished();
        if (finished > 0 && !resume) {
            throw new BadOption(
                    "--runs " + folder.path(),
                    Text.counted(finished, "run") + " of this comparison " + (finished == 1 ? "is" : "are")
                            + " kept there; go on with them by --resume, or name another folder");
        }
        Screen screen = new Screen(spec.commandLine().getOut(), surroundings.terminal());
        screen.say(DataChoice.notice(dataset));
        ComparisonText text = new ComparisonText(
                plan,
                dataset,
                List.copyOf(spec.root().commandLine().getParseResult().originalArgs()),
                surroundings.commit().orElse("unknown"));
        screen.say(text.lines());
        screen.say("Kept in  " + folder.path());
        screen.say("");
        List<Comparison.Result> results;
        try (SiteWorkers workers =
                        new SiteWorkers(Math.min(workersWanted, plan.common().sites()));
                ComparisonProgress progress = new ComparisonProgress(plan.runs(), folder, screen)) {
            results = new Comparison(
                            plan,
                            dataset,
                            folder,
                            workers,
                            start,
                            surroundings.commit().orElse("unknown"))
                    .run(progress);
        }
        deliver(screen, folder, text, results, ComparisonTable.of(plan, results));
        if (plots != null) {
            draw(screen, dataset, plan, folder, results);
        }
        return 0;
    }

    private Path runsFolder() {
        if (runs != null) {
            return runs;
        }
        if (out == null) {
            return surroundings.workFolder().resolve("compare-runs");
        }
        return out.toAbsolutePath()
                .normalize()
                .resolveSibling(out.getFileName().toString().replaceFirst("\\.json$", "") + "-runs");
    }

    private void draw(
            Screen screen,
            ImageDataset dataset,
            ComparisonPlan plan,
            RunFolder folder,
            List<Comparison.Result> results) {
        String subject = dataset.name() + (dataset.generated() ? " (generated phantoms)" : "") + ", "
                + plan.common().partition().text() + ", "
                + Text.counted(plan.common().sites(), "site") + ", "
                + Text.counted(plan.seeds().size(), "seed");
        List<Path> drawn = new ArrayList<>(new ComparisonPlots(subject, dataset.classNames(), results).write(plots));
        Networks networks = Networks.create();
        long first = plan.seeds().get(0);
        for (Comparison.Result result : results) {
            String label = result.chosen().contender().label();
            for (ImpressionFiles files :
                    KeptImpressions.read(networks, ending -> folder.file(result.chosen(), first, ending))) {
                Path file = plots.resolve("impressions-" + label + "-round-" + files.round() + ".png");
                byte[] png = files.sheet(
                        "Impressions: " + label + ", " + dataset.name() + ", seed " + first, dataset.classNames(), 10);
                OutputFile.write(file, path -> Files.write(path, png));
                drawn.add(file);
            }
        }
        drawn.forEach(file -> screen.say("Plot     " + file));
    }

    private void deliver(
            Screen screen,
            RunFolder folder,
            ComparisonText text,
            List<Comparison.Result> results,
            ComparisonTable figures) {
        List<String> tables = figures.markdown(text.seeds());
        screen.say("");
        screen.say(tables);
        screen.say("");
        if (table != null) {
            List<String> page = new ArrayList<>(text.heading(results));
            page.addAll(tables);
            OutputFile.write(table, path -> Files.writeString(path, String.join("\n", page) + "\n"));
            screen.say("Table    " + table);
        }
        if (out != null) {
            JsonObject json = text.toJson(results, figures, folder);
            OutputFile.write(out, path -> Files.writeString(path, ReportJson.text(json)));
            screen.say("Report   " + out);
        }
    }
}
