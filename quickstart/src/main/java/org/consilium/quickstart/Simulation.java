package org.consilium.quickstart;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.consilium.algorithm.Updates;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Split;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.LocalTrainer;
import org.consilium.model.ModelScorer;
import org.consilium.model.Trained;
import org.consilium.model.TrainingDivergedException;

/**
 * A federated study among virtual sites in this JVM: the steps of the consortium server and of its sites, with the same
 * strategy, trainer, seeds and scores, without the servers.
 */
final class Simulation {

    private final StudySettings settings;
    private final List<DealtImages.SiteImages> sites;
    private final LocalTrainer trainer;
    private final ModelScorer scorer;
    private final SiteWorkers workers;

    /**
     * @param settings what the study is
     * @param images whose images train, and are scored
     * @param trainer trains at each site, thread-safe
     * @param scorer scores at each site, thread-safe
     * @param workers on which the sites work
     */
    Simulation(
            StudySettings settings, DealtImages images, LocalTrainer trainer, ModelScorer scorer, SiteWorkers workers) {
        this.settings = settings;
        this.sites = images.sites();
        this.trainer = trainer;
        this.scorer = scorer;
        this.workers = workers;
    }

    /**
     * Runs the study.
     *
     * @param initial the parameters that round 1 starts from
     * @param watcher is told each round when it has ended
     */
    StudyOutcome run(Parameters initial, Consumer<StudyReport.Round> watcher) {
        List<StudyReport.Round> rounds = new ArrayList<>();
        Parameters global = initial;
        Parameters selected = initial;
        StudyReport.Round best = null;
        for (int number = 1; number <= settings.rounds(); number++) {
            Played played = play(new RoundNumber(number), global);
            global = played.model();
            rounds.add(played.round());
            if (best == null || played.round().valAccuracy() > best.valAccuracy()) {
                best = played.round();
                selected = global;
            }
            watcher.accept(played.round());
        }
        return new StudyOutcome(rounds, selected, test(selected, best.round()));
    }

    private record Played(Parameters model, StudyReport.Round round) {}

    private Played play(RoundNumber number, Parameters start) {
        long opened = System.nanoTime();
        List<Trained> trained = workers.each(sites, site -> train(number, site, start));
        double training = secondsSince(opened);
        long collected = System.nanoTime();
        List<Updates.Contribution> contributions = IntStream.range(0, sites.size())
                .mapToObj(i -> new Updates.Contribution(
                        sites.get(i).site(), trained.get(i).metrics().examples()))
                .toList();
        Parameters model = new InMemoryUpdates(
                        contributions, trained.stream().map(Trained::parameters).toList())
                .aggregatedBy(settings.strategy(), start);
        double aggregating = secondsSince(collected);
        double untilAggregated = secondsSince(opened);
        long aggregated = System.nanoTime();
        List<ClassificationScores> scores = score(model, Split.VAL);
        double evaluating = secondsSince(aggregated);
        ClassificationScores merged = SiteScores.merged(scores, Split.VAL);
        WireSize wire = new WireSize(number, start, model, Instant.now());
        return new Played(
                model,
                new StudyReport.Round(
                        number.value(),
                        model.digest().hex(),
                        meanLoss(trained),
                        merged.accuracy(),
                        merged.macroF1(),
                        SiteScores.perSite(sites, scores),
                        trained.stream()
                                .mapToDouble(site -> site.metrics().seconds())
                                .max()
                                .orElseThrow(),
                        untilAggregated - training,
                        aggregating,
                        evaluating,
                        0,
                        wire.up(trained, scores),
                        wire.down(plans(number))));
    }

    private Trained train(RoundNumber number, DealtImages.SiteImages site, Parameters start) {
        try {
            return trainer.train(
                    start,
                    settings.strategy().configureTrain(settings.plan(), number, site.site()),
                    site.of(Split.TRAIN));
        } catch (TrainingDivergedException e) {
            throw new CommandFailure("Round " + number + ", " + site.site() + ": " + e.getMessage() + ".", e);
        }
    }

    private StudyReport.Final test(Parameters model, int round) {
        List<ClassificationScores> scores = score(model, Split.TEST);
        ClassificationScores merged = SiteScores.merged(scores, Split.TEST);
        return new StudyReport.Final(
                round, merged.accuracy(), merged.macroF1(), merged.macroAuc(), SiteScores.tests(sites, scores));
    }

    private List<ClassificationScores> score(Parameters model, Split split) {
        return workers.each(sites, site -> scorer.score(model, site.of(split)));
    }

    private List<TrainingPlan> plans(RoundNumber number) {
        return sites.stream()
                .map(site -> settings.strategy().configureTrain(settings.plan(), number, site.site()))
                .toList();
    }

    private static double meanLoss(List<Trained> trained) {
        double loss = 0;
        double examples = 0;
        for (Trained site : trained) {
            loss += site.metrics().loss() * site.metrics().examples();
            examples += site.metrics().examples();
        }
        return loss / examples;
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
