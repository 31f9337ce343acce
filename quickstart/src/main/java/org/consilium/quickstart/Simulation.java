package org.consilium.quickstart;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.consilium.algorithm.Updates;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Impressions;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Split;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.LabelledImages;
import org.consilium.model.Networks;
import org.consilium.model.Trained;
import org.consilium.model.TrainingDivergedException;

/**
 * A federated study among virtual sites in this JVM: the steps of the consortium server and of its sites, with the same
 * strategy, trainer, seeds and scores, without the servers.
 */
final class Simulation {

    private final StudySettings settings;
    private final List<DealtImages.SiteImages> sites;
    private final Networks networks;
    private final SiteWorkers workers;
    private final SimulatedRefinement refinement;

    /**
     * @param settings what the study is
     * @param images whose images train, and are scored
     * @param networks trains and scores at each site, and synthesises
     * @param workers on which the sites work
     * @param publicImages what impressions may start from
     */
    Simulation(
            StudySettings settings,
            DealtImages images,
            Networks networks,
            SiteWorkers workers,
            Optional<LabelledImages> publicImages) {
        this.settings = settings;
        this.sites = images.sites();
        this.networks = networks;
        this.workers = workers;
        this.refinement = new SimulatedRefinement(settings, sites, networks, workers, publicImages);
    }

    /**
     * Runs the study.
     *
     * @param initial the parameters that round 1 starts from
     * @param watcher is told each round when it has ended
     */
    Simulated run(Parameters initial, Consumer<Played> watcher) {
        Selected selected = select(initial, watcher);
        return test(selected.rounds(), selected.model(), selected.round());
    }

    /**
     * Runs the rounds and selects a model on VAL; TEST is not looked at.
     *
     * @param initial the parameters that round 1 starts from
     * @param watcher is told each round when it has ended
     */
    Selected select(Parameters initial, Consumer<Played> watcher) {
        List<StudyReport.Round> rounds = new ArrayList<>();
        Parameters start = initial;
        Parameters selected = initial;
        Optional<Impressions> impressions = Optional.empty();
        StudyReport.Round best = null;
        for (int number = 1; number <= settings.rounds(); number++) {
            Played played = play(new RoundNumber(number), start, impressions);
            start = played.next();
            // A set that is withheld, or fails, does not take the last good one away.
            impressions = played.released().isPresent() ? played.released() : impressions;
            rounds.add(played.round());
            if (best == null || played.round().valAccuracy() > best.valAccuracy()) {
                best = played.round();
                selected = played.model();
            }
            watcher.accept(played);
        }
        return new Selected(rounds, selected, best.round());
    }

    /**
     * What the rounds gave.
     *
     * @param rounds the rounds in order
     * @param model of the round with the best validation accuracy, the earliest of equals
     * @param round that round's number
     */
    record Selected(List<StudyReport.Round> rounds, Parameters model, int round) {
        /** Copies. */
        Selected {
            rounds = List.copyOf(rounds);
        }
    }

    /**
     * What came out.
     *
     * @param outcome the study's
     * @param tested the selected model on all sites' test images together
     */
    record Simulated(StudyOutcome outcome, ClassificationScores tested) {}

    /**
     * What a round was.
     *
     * @param model the global model that was scored
     * @param next what the next round starts from
     * @param scores of all sites' validation images together
     * @param set what became of its impressions, empty if none were due
     * @param round its line in the report
     */
    record Played(
            Parameters model,
            Parameters next,
            ClassificationScores scores,
            Optional<SimulatedRefinement.GatedSet> set,
            StudyReport.Round round) {

        Optional<Impressions> released() {
            return set.flatMap(SimulatedRefinement.GatedSet::released);
        }
    }

    private Played play(RoundNumber number, Parameters start, Optional<Impressions> impressions) {
        long opened = System.nanoTime();
        List<Trained> trained = workers.each(sites, site -> train(number, site, start, impressions));
        double training = secondsSince(opened);
        long collected = System.nanoTime();
        List<Updates.Contribution> contributions = IntStream.range(0, sites.size())
                .mapToObj(i -> new Updates.Contribution(
                        sites.get(i).site(), trained.get(i).metrics().examples()))
                .toList();
        Parameters aggregate = new InMemoryUpdates(
                        contributions, trained.stream().map(Trained::parameters).toList())
                .aggregatedBy(settings.strategy(), start);
        double aggregating = secondsSince(collected);
        SimulatedRefinement.Refined refined = refinement.refine(number, aggregate);
        Parameters model = refined.model();
        double untilAggregated = secondsSince(opened);
        long aggregated = System.nanoTime();
        List<ClassificationScores> scores = score(model, Split.VAL);
        double evaluating = secondsSince(aggregated);
        ClassificationScores merged = SiteScores.merged(scores, Split.VAL);
        WireSize wire = new WireSize(number, start, model, Instant.now());
        return new Played(
                model,
                refined.next(),
                merged,
                refined.set(),
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
                        refined.set().map(SimulatedRefinement.GatedSet::seconds).orElse(0.0),
                        wire.up(trained, scores, refined),
                        wire.down(plans(number), refined, impressions)));
    }

    private Trained train(
            RoundNumber number, DealtImages.SiteImages site, Parameters start, Optional<Impressions> impressions) {
        try {
            return networks.train(
                    start,
                    settings.strategy().configureTrain(settings.plan(), number, site.site()),
                    site.of(Split.TRAIN),
                    impressions);
        } catch (TrainingDivergedException e) {
            throw new CommandFailure("Round " + number + ", " + site.site() + ": " + e.getMessage() + ".", e);
        }
    }

    private Simulated test(List<StudyReport.Round> rounds, Parameters model, int selected) {
        List<ClassificationScores> scores = score(model, Split.TEST);
        ClassificationScores merged = SiteScores.merged(scores, Split.TEST);
        StudyReport.Final result = new StudyReport.Final(
                selected, merged.accuracy(), merged.macroF1(), merged.macroAuc(), SiteScores.tests(sites, scores));
        return new Simulated(new StudyOutcome(rounds, model, result), merged);
    }

    private List<ClassificationScores> score(Parameters model, Split split) {
        return workers.each(sites, site -> networks.score(model, site.scored(split)));
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
            loss += site.metrics().loss().orElseThrow() * site.metrics().examples();
            examples += site.metrics().examples();
        }
        return loss / examples;
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
