package org.consilium.quickstart;

import java.util.List;
import java.util.Optional;
import org.consilium.algorithm.FeatureModel;
import org.consilium.algorithm.GateDecision;
import org.consilium.algorithm.PrivacyGate;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.GatePlan;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Impressions;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.contract.StatisticsPlan;
import org.consilium.contract.SynthesisPlan;
import org.consilium.model.FeatureTargets;
import org.consilium.model.LabelledImages;
import org.consilium.model.Networks;
import org.consilium.model.Synthesis;
import org.consilium.model.SynthesisDivergedException;
import org.consilium.model.images.ImageDatasets;

/**
 * What follows aggregation where the method asks for it: sites describe their features, the head is recalibrated, impressions
 * are synthesised, and the sites judge them.
 */
final class SimulatedRefinement {

    private final Strategy strategy;
    private final long study;
    private final List<DealtImages.SiteImages> sites;
    private final Networks networks;
    private final SiteWorkers workers;
    private final Optional<LabelledImages> publicImages;
    private final List<JudgingSite> gates;

    /**
     * @param settings what the study is
     * @param sites whose images are described and compared with
     * @param networks applies models, and synthesises
     * @param workers on which the sites work
     * @param publicImages what impressions may start from
     */
    SimulatedRefinement(
            StudySettings settings,
            List<DealtImages.SiteImages> sites,
            Networks networks,
            SiteWorkers workers,
            Optional<LabelledImages> publicImages) {
        this.strategy = settings.strategy();
        this.study = settings.seed();
        this.sites = sites;
        this.networks = networks;
        this.workers = workers;
        this.publicImages = publicImages;
        this.gates = strategy.gate().stream()
                .flatMap(plan -> sites.stream().map(site -> new JudgingSite(site, new PrivacyGate(plan))))
                .toList();
    }

    private record JudgingSite(DealtImages.SiteImages images, PrivacyGate gate) {}

    /**
     * What became of a round's model.
     *
     * @param model what is scored, and released
     * @param next what the next round starts from
     * @param set what became of this round's impressions, empty if none were due
     * @param statisticsBytes of what all sites said of their features
     */
    record Refined(Parameters model, Parameters next, Optional<GatedSet> set, long statisticsBytes) {

        /** Returns how many models each site fetches. */
        int fetched() {
            return statisticsBytes > 0 ? 2 : 1;
        }
    }

    /**
     * A set of impressions and what the sites said of it.
     *
     * @param made the whole set, empty if synthesis failed
     * @param verdicts of the sites, in the order of their ids
     * @param decision what became of the set
     * @param released those that may be trained on
     * @param seconds of synthesis
     */
    record GatedSet(
            Optional<Impressions> made,
            List<ImpressionVerdict> verdicts,
            GateDecision decision,
            Optional<Impressions> released,
            double seconds) {}

    /** Returns what follows the aggregation of a round. */
    Refined refine(RoundNumber round, Parameters aggregated) {
        Optional<StatisticsPlan> wanted = strategy.statistics();
        Optional<FeatureModel> features = Optional.empty();
        Parameters model = aggregated;
        long bytes = 0;
        if (wanted.isPresent() && strategy.recalibration().isPresent()) {
            ClassStatistics merged = described(aggregated, wanted.get());
            bytes = (long) sites.size() * merged.encode(origin(round, aggregated)).length;
            FeatureModel known = strategy.recalibration().get().model(merged);
            model = strategy.recalibration()
                    .get()
                    .recalibrated(aggregated, networks.head(aggregated.architecture()), known, study, round);
            features = Optional.of(known);
        }
        Parameters refined = model;
        Optional<FeatureModel> known = features;
        Optional<GatedSet> set = strategy.synthesis(study, round).map(plan -> gated(round, refined, plan, known));
        return new Refined(refined, strategy.returnsRecalibrated() ? refined : aggregated, set, bytes);
    }

    private ClassStatistics described(Parameters model, StatisticsPlan plan) {
        return workers
                .each(
                        sites,
                        site -> networks.describe(model, site.of(Split.TRAIN), plan.least(), plan.products())
                                .rounded())
                .stream()
                .reduce(ClassStatistics::plus)
                .orElseThrow();
    }

    private GatedSet gated(RoundNumber round, Parameters model, SynthesisPlan plan, Optional<FeatureModel> features) {
        long began = System.nanoTime();
        Impressions made;
        try {
            made = made(round, model, plan, features);
        } catch (SynthesisDivergedException e) {
            GateDecision failed = new GateDecision(List.of(), 0, e.getMessage());
            return new GatedSet(Optional.empty(), List.of(), failed, Optional.empty(), secondsSince(began));
        }
        double seconds = secondsSince(began);
        GatePlan gate = strategy.gate().orElseThrow();
        List<ImpressionVerdict> verdicts = workers.each(
                gates,
                site -> site.gate()
                        .judge(
                                made,
                                new PrivacyGate.Source(
                                        made.size(), visitor -> networks.show(model, made, visitor::image)),
                                shown(model, site.images().of(Split.TRAIN)),
                                shown(model, site.images().of(Split.VAL))));
        GateDecision decision = GateDecision.of(gate, made.size(), verdicts);
        Optional<Impressions> released = decision.isReleased()
                ? Optional.of(made.subset(
                        decision.released().stream().mapToInt(Integer::intValue).toArray()))
                : Optional.empty();
        return new GatedSet(Optional.of(made), verdicts, decision, released, seconds);
    }

    private PrivacyGate.Source shown(Parameters model, LabelledImages images) {
        return new PrivacyGate.Source(images.size(), visitor -> networks.show(model, images, visitor::image));
    }

    private Impressions made(RoundNumber round, Parameters model, SynthesisPlan plan, Optional<FeatureModel> features) {
        Optional<FeatureTargets> targets =
                features.map(known -> (image, label) -> known.target(image, label, plan.seed()));
        try (Synthesis synthesis = networks.begin(origin(round, model), model, plan, start(plan), targets)) {
            while (synthesis.done() < synthesis.steps()) {
                synthesis.step();
            }
            return synthesis.result();
        }
    }

    private Optional<LabelledImages> start(SynthesisPlan plan) {
        return plan.initial() == SynthesisPlan.Initial.PHANTOMS
                ? ImageDatasets.phantoms(sites.get(0).of(Split.TRAIN).shape())
                : publicImages;
    }

    private static ModelOrigin origin(RoundNumber round, Parameters model) {
        // A simulation has no protocol that anyone signed.
        return new ModelOrigin(new Sha256("0".repeat(64)), round, model.digest(), model.architecture());
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
