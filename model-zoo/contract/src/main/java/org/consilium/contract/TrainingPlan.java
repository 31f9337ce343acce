package org.consilium.contract;

import java.util.Objects;

/**
 * What a site is asked to do with its images in one round.
 *
 * @param effort passes or batches
 * @param batchSize images in a batch, 1 to 65,536; the last batch of a pass may be smaller
 * @param optimiser how parameters move
 * @param seed decides the order of the images; equal seeds give equal parameters
 * @param objective what is minimised beside the cross-entropy on the site's images
 */
public record TrainingPlan(Effort effort, int batchSize, Optimiser optimiser, long seed, LocalObjective objective) {

    /** Checks the ranges. */
    public TrainingPlan {
        Objects.requireNonNull(effort, "effort");
        Objects.requireNonNull(optimiser, "optimiser");
        Objects.requireNonNull(objective, "objective");
        if (batchSize < 1 || batchSize > 65_536) {
            throw new IllegalArgumentException("batch size " + batchSize + " is not valid: use 1 to 65536");
        }
    }

    /** A plan that minimises nothing but the cross-entropy on the site's images. */
    public TrainingPlan(Effort effort, int batchSize, Optimiser optimiser, long seed) {
        this(effort, batchSize, optimiser, seed, LocalObjective.PLAIN);
    }

    /** Returns the same plan with another seed. */
    public TrainingPlan withSeed(long other) {
        return new TrainingPlan(effort, batchSize, optimiser, other, objective);
    }

    /** Returns the same plan with another objective. */
    public TrainingPlan with(LocalObjective other) {
        return new TrainingPlan(effort, batchSize, optimiser, seed, other);
    }
}
