package org.consilium.algorithm;

import java.util.List;
import java.util.Map;
import org.consilium.contract.LocalObjective;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.TrainingPlan;

/** What methods have in common whose next model is a weighted mean of the sites' parameters. */
interface Averaging extends Strategy {

    /**
     * How such a method averages, and what its sites minimise.
     *
     * @param name of the method
     * @param settings all of them, as they were read
     * @param weighting how much each site counts
     * @param objective what sites minimise beside the cross-entropy
     */
    record Terms(String name, Map<String, String> settings, Weighting weighting, LocalObjective objective) {}

    /** Returns them. */
    Terms terms();

    @Override
    default String name() {
        return terms().name();
    }

    @Override
    default Map<String, String> settings() {
        return terms().settings();
    }

    @Override
    default TrainingPlan configureTrain(TrainingPlan base, RoundNumber round, SiteId site) {
        return base.withSeed(Seeds.training(base.seed(), round, site)).with(terms().objective());
    }

    @Override
    default void aggregateTrain(Updates updates, ChunkSink result) {
        terms().weighting().average(updates, result);
    }

    @Override
    default double[] weights(List<Updates.Contribution> contributions) {
        return terms().weighting().of(contributions);
    }
}
