package org.consilium.server.round;

/** Where a round stands. */
public enum RoundState {
    /** Updates of the sites are awaited. */
    TRAINING,
    /** A replica of the server computes the new global model. */
    AGGREGATING,
    /** Validation scores of the new model are awaited. */
    EVALUATING,
    /** The model and its scores are there. */
    COMPLETED,
    /** It ended early, and the study with it. */
    FAILED
}
