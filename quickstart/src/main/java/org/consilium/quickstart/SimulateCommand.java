package org.consilium.quickstart;

import java.util.concurrent.Callable;
import org.consilium.contract.Parameters;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataset;
import org.consilium.quickstart.platform.ResidentMemory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium simulate}: a study among virtual sites in this JVM. */
@Command(
        name = "simulate",
        header = "Run a federated study among virtual sites in this program, without servers.",
        description = {
            "",
            "Deals the images to virtual sites and runs the rounds: every site trains, the strategy makes the next"
                    + " global model, every site scores it on its validation images. The round with the best validation"
                    + " accuracy is selected (the earliest of equals) and scored on test images once.",
            "",
            "Equal options give the same global model, bit for bit, in every round, however many threads there are.",
            ""
        },
        footer = {
            "",
            "In the table and the report, bytes up and down are what the same messages would take on the wire (bodies of"
                    + " updates, scores, offers and models, each model fetched once a site); overhead is what a round"
                    + " takes beside training.",
            "",
            "Examples:",
            "  consilium simulate --quick",
            "  consilium simulate --sites 5 --rounds 20 --partition dirichlet:0.1 --out target/skewed.json --plot"
                    + " target/skewed.png",
            "  consilium simulate --with-centralised --with-local --model-out target/model.zip"
        },
        sortOptions = false)
final class SimulateCommand implements Callable<Integer> {

    /** More virtual sites than this are not a study of hospitals any more. */
    static final int MOST_SITES = 1_000;

    private final Surroundings surroundings;

    @Mixin
    private StudyOptions study;

    @Mixin
    private DataOptions data;

    @Mixin
    private PublicImageOption publicImages;

    @Mixin
    private OutputOptions output;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "How many sites train at once; each needs about half a gigabyte. It changes the time and nothing"
                            + " else. Default: the number of processors.")
    private Integer threads;

    @Spec
    private CommandSpec spec;

    /**
     * @param surroundings what the program finds around itself
     */
    SimulateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        long started = System.nanoTime();
        StudySettings settings = study.settings(MOST_SITES);
        int workersWanted = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        StudyOptions.within("--threads", workersWanted, 1_024);
        OutputOptions.Targets targets = output.targets();
        ImageDataset dataset = data.choice(surroundings).open();
        Screen screen = new Screen(spec.commandLine().getOut(), surroundings.terminal());
        screen.say(DataChoice.notice(dataset));
        DealtImages images = DealtImages.of(dataset, settings);
        screen.say(settings.dealing());
        screen.say(images.lines());
        Networks networks = Networks.create();
        Parameters initial = settings.initialModel(networks, dataset, images.classes());
        screen.say(settings.training(initial));
        screen.say("");
        screen.say(RoundTable.HEADER);
        StudyOutcome outcome;
        StudyReport.Baselines baselines;
        try (SiteWorkers workers = new SiteWorkers(Math.min(workersWanted, settings.sites()));
                StudyWatch watch = new StudyWatch(settings.rounds(), screen)) {
            outcome = new Simulation(settings, images, networks, workers, publicImages.images())
                    .run(initial, played -> {
                        watch.ended(played.round());
                        screen.say(RoundTable.line(played.round()));
                        played.set()
                                .ifPresent(set -> screen.say(
                                        "       impressions " + set.decision().reason()));
                    })
                    .outcome();
            baselines = new ComparisonRuns(settings, images, networks, networks, workers).run(initial, screen::say);
        }
        StudyReport report = StudyReports.of(
                "simulate",
                dataset,
                settings,
                outcome.selected(),
                outcome.rounds(),
                outcome.finalScores(),
                baselines,
                new StudyReport.Resources((System.nanoTime() - started) / 1e9, ResidentMemory.peakMb(), workersWanted),
                surroundings.commit());
        Results.deliver(report, outcome.selected(), targets, screen);
        return 0;
    }
}
