package org.consilium.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
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
            Alone alone = centralised(initial, watcher);
            centralised =
                    scorer.score(alone.model(), images.pooled().get(Split.TEST)).accuracy();
            watcher.accept(Text.of("centralised: group %d selected, test accuracy %.4f", alone.group(), centralised));
        }
        if (!settings.withLocal()) {
            return new StudyReport.Baselines(centralised, Double.NaN, List.of());
        }
        List<Alone> alone = local(initial);
        List<ClassificationScores> scores = workers.each(
                IntStream.range(0, alone.size()).boxed().toList(),
                i -> scorer.score(alone.get(i).model(), images.sites().get(i).scored(Split.TEST)));
        List<StudyReport.SiteTest> perSite = SiteScores.tests(images.sites(), scores);
        perSite.forEach(site -> watcher.accept(Text.of(
                "local only: %s alone, test accuracy %s on %s",
                site.site(), RoundTable.decimals(site.testAccuracy(), 4), Text.counted(site.examples(), "image"))));
        return new StudyReport.Baselines(
                centralised, SiteScores.merged(scores, Split.TEST).accuracy(), perSite);
    }

    /**
     * A model that was trained outside a federation and selected on VAL.
     *
     * @param group the group of local epochs after which it was best, counted from 1
     * @param model it
     * @param scores on VAL after each group, in order
     */
    record Alone(int group, Parameters model, List<ClassificationScores> scores) {
        /** Copies. */
        Alone {
            scores = List.copyOf(scores);
        }

        /** Returns the selected model's scores on VAL. */
        ClassificationScores selected() {
            return scores.get(group - 1);
        }
    }

    /** Trains on all images in one place; TEST is not looked at. */
    Alone centralised(Parameters initial, Consumer<String> watcher) {
        return alone(EVERYWHERE, images.pooled()::get, initial, watcher);
    }

    /** Lets each site train alone, in the order of the site ids; TEST is not looked at. */
    List<Alone> local(Parameters initial) {
        return workers.each(images.sites(), site -> alone(site.site(), own(site), initial, line -> {}));
    }

    /** What is compared is over the same images. */
    private static Function<Split, LabelledImages> own(DealtImages.SiteImages site) {
        return split -> split == Split.TRAIN ? site.of(split) : site.scored(split);
    }

    private Alone alone(
            SiteId who, Function<Split, LabelledImages> share, Parameters initial, Consumer<String> watcher) {
        List<ClassificationScores> scores = new ArrayList<>();
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
            ClassificationScores score = scorer.score(model, share.apply(Split.VAL));
            double accuracy = score.accuracy();
            scores.add(score);
            // A site without validation images cannot choose, so it takes its last model.
            if (best == 0
                    || Double.isNaN(accuracy)
                    || accuracy > scores.get(best - 1).accuracy()) {
                best = group;
                selected = model;
            }
            watcher.accept(
                    Text.of("%s: group %d of %d, validation accuracy %.4f", who, group, settings.rounds(), accuracy));
        }
        return new Alone(best, selected, scores);
    }
}
