package org.consilium.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;
import org.consilium.model.LocalTrainer;
import org.consilium.model.ModelScorer;

/**
 * What a study is compared with: the same network from the same start, trained for as many passes, on all images in one
 * place or by each site alone. The model is selected on VAL after each group of local epochs, as a study does after each
 * round, and tested once.
 */
final class ComparisonRuns {

    /** Gives the training on all images an order of its own; no site can have this number. */
    private static final SiteId EVERYWHERE = new SiteId("centralised");

    private final StudySettings settings;
    private final DealtImages images;
    private final LocalTrainer trainer;
    private final ModelScorer scorer;
    private final SiteWorkers workers;

    /** Takes what {@link Simulation} takes. */
    ComparisonRuns(
            StudySettings settings, DealtImages images, LocalTrainer trainer, ModelScorer scorer, SiteWorkers workers) {
        this.settings = settings;
        this.images = images;
        this.trainer = trainer;
        this.scorer = scorer;
        this.workers = workers;
    }

    /**
     * Trains what the settings ask for.
     *
     * @param initial the parameters that the study started from
     * @param watcher is told what has happened, in lines for a person
     */
    StudyReport.Baselines run(Parameters initial, Consumer<String> watcher) {
        double centralised = Double.NaN;
        if (settings.withCentralised()) {
            Tested tested = alone(EVERYWHERE, images.pooled()::get, initial, watcher);
            centralised = tested.scores().accuracy();
            watcher.accept(Text.of("centralised: group %d selected, test accuracy %.4f", tested.group(), centralised));
        }
        if (!settings.withLocal()) {
            return new StudyReport.Baselines(centralised, Double.NaN, List.of());
        }
        List<Tested> tested = workers.each(images.sites(), site -> alone(site.site(), own(site), initial, line -> {}));
        List<ClassificationScores> scores = tested.stream().map(Tested::scores).toList();
        List<StudyReport.SiteTest> perSite = SiteScores.tests(images.sites(), scores);
        perSite.forEach(site -> watcher.accept(Text.of(
                "local only: %s alone, test accuracy %s on %s",
                site.site(), RoundTable.decimals(site.testAccuracy(), 4), Text.counted(site.examples(), "image"))));
        return new StudyReport.Baselines(
                centralised, SiteScores.merged(scores, Split.TEST).accuracy(), perSite);
    }

    private record Tested(int group, ClassificationScores scores) {}

    /** What is compared is over the same images. */
    private static Function<Split, LabelledImages> own(DealtImages.SiteImages site) {
        return split -> split == Split.TRAIN ? site.of(split) : site.scored(split);
    }

    private Tested alone(
            SiteId who, Function<Split, LabelledImages> share, Parameters initial, Consumer<String> watcher) {
        List<Double> accuracies = new ArrayList<>();
        Parameters model = initial;
        Parameters selected = initial;
        int best = 0;
        for (int group = 1; group <= settings.rounds(); group++) {
            RoundNumber number = new RoundNumber(group);
            model = trainer.train(
                            model,
                            settings.strategy().configureTrain(settings.plan(), number, who),
                            share.apply(Split.TRAIN))
                    .parameters();
            double accuracy = scorer.score(model, share.apply(Split.VAL)).accuracy();
            accuracies.add(accuracy);
            // A site without validation images cannot choose, so it takes its last model.
            if (best == 0 || Double.isNaN(accuracy) || accuracy > accuracies.get(best - 1)) {
                best = group;
                selected = model;
            }
            watcher.accept(
                    Text.of("%s: group %d of %d, validation accuracy %.4f", who, group, settings.rounds(), accuracy));
        }
        return new Tested(best, scorer.score(selected, share.apply(Split.TEST)));
    }
}
