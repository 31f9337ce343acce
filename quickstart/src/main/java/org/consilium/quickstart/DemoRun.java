package org.consilium.quickstart;

import java.util.List;
import org.consilium.contract.Parameters;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataset;
import org.consilium.quickstart.platform.Platform;

/**
 * A whole study through the real servers: images into each hospital's database, the study, and its report.
 *
 * @param settings what the study is
 * @param dataset whose images
 * @param surroundings where files go
 * @param screen where it is shown
 */
record DemoRun(StudySettings settings, ImageDataset dataset, Surroundings surroundings, Screen screen) {

    /**
     * A study's report and its model.
     *
     * @param report what happened
     * @param model the selected global model
     * @param consortium where it ran
     */
    record Result(StudyReport report, Parameters model, RealConsortium consortium) {}

    /**
     * Runs the study.
     *
     * @param images the images as they were dealt
     * @param platform the running parts, at least as many sites as the study has
     * @param started {@link System#nanoTime} of the command's start
     * @throws CommandFailure if a part refuses or the study fails
     */
    Result run(DealtImages images, Platform platform, long started) {
        screen.say("Each hospital imports its images through its own node:");
        RealConsortium consortium = new RealConsortium(platform, screen, surroundings.clock());
        consortium.stopLeftovers();
        consortium.importImages(dataset, images, surroundings.workFolder().resolve("images"));
        Networks networks = Networks.create();
        Parameters initial = settings.initialModel(networks, dataset, images.classes());
        screen.say(settings.training(initial));
        screen.say("");
        StudyOutcome outcome;
        StudyReport.Baselines baselines;
        try (StudyWatch watch = new StudyWatch(settings.rounds(), screen)) {
            outcome = consortium.run(settings, dataset, initial, watch::ended);
            baselines = baselines(images, networks, initial);
        }
        StudyReport report = StudyReports.of(
                "demo",
                dataset,
                settings,
                initial,
                outcome.rounds(),
                outcome.finalScores(),
                baselines,
                new StudyReport.Resources((System.nanoTime() - started) / 1e9, platform.peakRssMb(), 0),
                surroundings.commit());
        return new Result(report, outcome.selected(), consortium);
    }

    /** The comparisons need all images in one place or no servers, so they run here. */
    private StudyReport.Baselines baselines(DealtImages images, Networks networks, Parameters initial) {
        if (!settings.withCentralised() && !settings.withLocal()) {
            return StudyReport.Baselines.none();
        }
        int threads = Math.min(settings.sites(), Runtime.getRuntime().availableProcessors());
        try (SiteWorkers workers = new SiteWorkers(threads)) {
            return new ComparisonRuns(settings, images, networks, networks, workers).run(initial, screen::say);
        }
    }

    /** Returns what a user sees before anything slow begins. */
    List<String> introduction(DealtImages images) {
        List<String> lines = new java.util.ArrayList<>(DataChoice.notice(dataset));
        lines.add(settings.dealing());
        lines.addAll(images.lines());
        return lines;
    }
}
