package org.consilium.algorithm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.GatePlan;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.StatisticsPlan;
import org.consilium.contract.SynthesisPlan;
import org.consilium.contract.TrainingPlan;

/**
 * A federated learning method: what each site is asked to do, and how their updates become the next global model.
 *
 * <p>Implementations have no state; equal arguments give equal bytes.
 */
public interface Strategy {

    /** Returns the name by which protocols and the command line choose the method. */
    String name();

    /** Returns the method's own settings by name, for the report; empty where it has none. */
    Map<String, String> settings();

    /**
     * Decides what one site does in one round.
     *
     * @param base the study's plan, whose seed is the study's
     * @param round the round
     * @param site the site
     * @return the plan for this site and round, with a seed of its own
     */
    TrainingPlan configureTrain(TrainingPlan base, RoundNumber round, SiteId site);

    /**
     * Computes the next global model.
     *
     * @param updates what the sites sent
     * @param result takes the new model's chunks, called once a chunk, in order
     */
    void aggregateTrain(Updates updates, ChunkSink result);

    /**
     * Returns how much each update counts in the next global model, where that is known without looking at the updates.
     *
     * @param contributions of those that are aggregated, in the order of their site ids
     * @return in the same order; they sum to 1
     */
    double[] weights(List<Updates.Contribution> contributions);

    /** Returns what sites are asked to say of their images' features under each aggregated model; empty for nothing. */
    default Optional<StatisticsPlan> statistics() {
        return Optional.empty();
    }

    /** Returns how the last layer of each aggregated model is recalibrated on those statistics; empty if it is not. */
    default Optional<HeadRecalibration> recalibration() {
        return Optional.empty();
    }

    /**
     * Returns whether the next round starts from the recalibrated model; otherwise that is only evaluated and released, and
     * training goes on from the aggregated one.
     */
    default boolean returnsRecalibrated() {
        return false;
    }

    /**
     * Returns how impressions are synthesised from the model of a round; empty if none are due then.
     *
     * @param study the study's seed
     * @param round the round that has made the model
     */
    default Optional<SynthesisPlan> synthesis(long study, RoundNumber round) {
        return Optional.empty();
    }

    /** Returns by what sites judge impressions; empty for a method without any. */
    default Optional<GatePlan> gate() {
        return Optional.empty();
    }

    /** Takes the chunks of the aggregated vector. */
    @FunctionalInterface
    interface ChunkSink {
        /**
         * @param chunk number of the chunk, from 0
         * @param values its values; the caller gives them away
         */
        void accept(int chunk, float[] values);
    }
}
