package org.consilium.server.round;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.consilium.contract.RoundNumber;
import org.consilium.server.study.Study;

/** Pure decisions on what comes next: close a round, claim it, open the next one, test, end the study. */
final class Progress {

    private Progress() {}

    /**
     * Decides what is due.
     *
     * @param study a study that runs
     * @param round its present round: the selected one while test scores are awaited, otherwise the last one opened
     * @param earlier all rounds of the study, for the choice of the best
     * @param claim what this replica would claim the round with
     * @param now the time
     */
    static Step next(Study study, Round round, List<Round> earlier, Claim claim, Instant now) {
        if (!study.isRunning()) {
            return new Step.Nothing();
        }
        if (study.isTesting()) {
            // Another replica may have chosen a round while this one waited for the lock on the last one.
            return study.selectedRound().equals(Optional.of(round.number()))
                    ? tested(study, round, now)
                    : new Step.Nothing();
        }
        return switch (round.state()) {
            case TRAINING -> trained(study, round, claim, now);
            case AGGREGATING ->
                round.claim().orElseThrow().until().isAfter(now)
                        ? new Step.Nothing()
                        : new Step.Aggregate(study, round.claimed(claim, now));
            case EVALUATING -> evaluated(study, round, earlier, now);
            case COMPLETED, FAILED -> new Step.Nothing();
        };
    }

    private static Step trained(Study study, Round round, Claim claim, Instant now) {
        int quorum = study.protocol().quorum();
        List<Share> awaited = round.shares().stream().filter(Share::trains).toList();
        int answers = round.answers().size();
        boolean late = !now.isBefore(round.deadline());
        if (answers + awaited.size() < quorum) {
            return failed(study, round, refusals(round, quorum), now);
        }
        if (!awaited.isEmpty() && !late) {
            return new Step.Nothing();
        }
        if (answers < quorum) {
            return failed(
                    study,
                    round,
                    "Round " + round.number() + " reached its deadline " + round.deadline() + " with " + answers
                            + " of the " + quorum + " updates that its quorum needs; missing: " + names(awaited)
                            + ". Bring these sites back and start a new study.",
                    now);
        }
        return new Step.Aggregate(study, round.claimed(claim, now));
    }

    private static Step evaluated(Study study, Round round, List<Round> earlier, Instant now) {
        if (round.shares().stream().anyMatch(Share::validates) && now.isBefore(round.deadline())) {
            return new Step.Nothing();
        }
        Round done = round.completed(now);
        if (round.number().value() < study.protocol().rounds()) {
            Round opened = Round.open(
                    study.id(),
                    round.number().next(),
                    done.globalModel().orElseThrow(),
                    study.protocol().participants(),
                    study.protocol().roundDeadline(),
                    now);
            return new Step.Move(study, done, Optional.of(opened));
        }
        RoundNumber best = best(earlier, done);
        Study next = study.protocol().test() ? study.testing(best, now) : study.completed(best, now);
        return new Step.Move(next, done, Optional.empty());
    }

    private static Step tested(Study study, Round selected, Instant now) {
        boolean awaited = selected.shares().stream().anyMatch(Share::tests);
        if (awaited && now.isBefore(study.testDeadline().orElseThrow())) {
            return new Step.Nothing();
        }
        return new Step.Move(study.completed(selected.number(), now), selected, Optional.empty());
    }

    /** The round with the highest validation accuracy, the earliest of equals; the last one where none has any. */
    private static RoundNumber best(List<Round> earlier, Round last) {
        return java.util.stream.Stream.concat(
                        earlier.stream().filter(round -> !round.number().equals(last.number())),
                        java.util.stream.Stream.of(last))
                .filter(round -> round.result().isPresent()
                        && round.result().get().accuracy().isPresent())
                .max(Comparator.<Round>comparingDouble(
                                round -> round.result().get().accuracy().getAsDouble())
                        .thenComparing(Round::number, Comparator.reverseOrder()))
                .map(Round::number)
                .orElse(last.number());
    }

    /** Ends a study early. */
    static Step.Move failed(Study study, Round round, String reason, Instant now) {
        return new Step.Move(study.failed(reason, now), round.failed(now), Optional.empty());
    }

    private static String refusals(Round round, int quorum) {
        String said = round.shares().stream()
                .filter(share -> share.state() == ShareState.REFUSED)
                .map(share -> share.site() + " (" + share.reason().orElse("") + ")")
                .collect(Collectors.joining(", "));
        return "Round " + round.number() + " cannot reach its quorum of " + quorum + " any more; refused: " + said
                + ". Mend what the sites name and start a new study.";
    }

    private static String names(List<Share> shares) {
        return shares.stream().map(share -> share.site().value()).collect(Collectors.joining(", "));
    }
}
