package org.consilium.server.round;

import java.util.List;
import java.util.Optional;
import org.consilium.algorithm.GateDecision;
import org.consilium.server.study.Study;

/** What the server does next with a study, decided by {@link Progress}. */
sealed interface Step {

    /** Answers are awaited. */
    record Nothing() implements Step {}

    /**
     * Aggregate the round.
     *
     * @param study its study
     * @param next the round, claimed
     */
    record Aggregate(Study study, Round next) implements Step {}

    /**
     * Refine the round's aggregate.
     *
     * @param study its study
     * @param next the round, claimed
     */
    record Refine(Study study, Round next) implements Step {}

    /**
     * Decide on the round's impressions.
     *
     * @param study its study
     * @param round the round
     * @param decision what the sites' verdicts come to
     */
    record Gate(Study study, Round round, GateDecision decision) implements Step {}

    /**
     * Save what has changed.
     *
     * @param study the study's next value
     * @param round its present round's next value
     * @param opened the round that follows
     * @param decisions what the stopping rules said
     */
    record Move(Study study, Round round, Optional<Round> opened, List<StoppingDecision> decisions) implements Step {

        /** Returns whether the round has come to its good end by this step; the end of a study's test is none. */
        boolean completesRound() {
            return !decisions.isEmpty();
        }
    }
}
