package org.consilium.server.round;

import org.consilium.server.platform.Refusal;
import org.consilium.server.study.Study;

/** Refusals of addresses that name no study or no round. */
final class StudyProblems {

    private StudyProblems() {}

    static Refusal unknown(String study) {
        return Refusal.of(
                404,
                "study-unknown",
                "There is no study '" + study + "'.",
                "GET /api/v1/studies lists those that exist.");
    }

    static Refusal ended(Study study) {
        return Refusal.of(
                409,
                "study-ended",
                "Study " + study.id() + " has ended already and is " + study.state() + ".",
                "Nothing is to be done; GET /api/v1/studies/" + study.id() + " shows it.");
    }

    static Refusal noRound(Study study, int round) {
        int planned = study.protocol().schedule().rounds();
        if (round >= 1 && round <= planned && study.isRunning()) {
            return Refusal.of(
                    409,
                    "round-not-open",
                    "Round " + round + " of study " + study.id() + " is not open yet.",
                    "Poll for the next offer.");
        }
        return Refusal.of(
                404,
                "round-unknown",
                "Study " + study.id() + " has no round " + round + "; it has " + planned + " planned.",
                "Answer the round that the offer names.");
    }
}
