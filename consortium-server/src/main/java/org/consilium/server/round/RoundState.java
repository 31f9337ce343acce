package org.consilium.server.round;

/** Where a round stands. */
public enum RoundState {
    /** Updates of the sites are awaited. */
    TRAINING,
    /** A replica of the server computes the mean of the updates. */
    AGGREGATING,
    /** What sites say of their features under that mean is awaited, where the method asks for it. */
    DESCRIBING,
    /** A replica of the server recalibrates the model's head and synthesises impressions, where the method does so. */
    REFINING,
    /** Validation scores of the new model are awaited, and verdicts on its impressions. */
    EVALUATING,
    /** The model and its scores are there. */
    COMPLETED,
    /** It ended early, and the study with it. */
    FAILED
}
