package org.consilium.quickstart;

import java.util.List;
import org.consilium.contract.Parameters;

/**
 * What came out of a study, simulated or real.
 *
 * @param rounds the rounds in order
 * @param selected the selected round's model
 * @param finalScores it on TEST
 */
record StudyOutcome(List<StudyReport.Round> rounds, Parameters selected, StudyReport.Final finalScores) {
    /** Copies. */
    StudyOutcome {
        rounds = List.copyOf(rounds);
    }
}
