package org.consilium.contract;

import java.util.Objects;

/**
 * What a site is asked to do with its images in one round.
 *
 * @param effort passes or batches
 * @param batchSize images in a batch, 1 to 65,536; the last batch of a pass may be smaller
 * @param optimiser how parameters move
 * @param seed decides the order of the images; equal seeds give equal parameters
 */
public record TrainingPlan(Effort effort, int batchSize, Optimiser optimiser, long seed) {

    /** Checks the ranges. */
    public TrainingPlan {
        Objects.requireNonNull(effort, "effort");
        Objects.requireNonNull(optimiser, "optimiser");
        if (batchSize < 1 || batchSize > 65_536) {
            throw new IllegalArgumentException("batch size " + batchSize + " is not valid: use 1 to 65536");
        }
    }

    /** Returns the same plan with another seed. */
    public TrainingPlan withSeed(long other) {
        return new TrainingPlan(effort, batchSize, optimiser, other);
    }
}
