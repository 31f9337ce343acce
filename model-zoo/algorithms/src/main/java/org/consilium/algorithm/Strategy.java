package org.consilium.algorithm;

import java.util.Map;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
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
