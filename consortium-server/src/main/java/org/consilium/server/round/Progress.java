package org.consilium.server.round;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.consilium.algorithm.GateDecision;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.protocol.Measure;
import org.consilium.server.study.Study;

/** Pure decisions on what comes next: close a round, claim it, open the next one, test, end the study. */
final class Progress {

    private Progress() {}

    /**
     * What a decision needs to know beside the study and its present round.
     *
     * @param earlier outcomes of all rounds before the present one, in their order
     * @param suspended sites that may not take part now
     */
    record Knowledge(List<Outcome> earlier, Set<SiteId> suspended) {}

    /**
     * Decides what is due.
     *
     * @param study a study that runs
     * @param round its present round: the selected one while test scores are awaited, otherwise the last one opened
     * @param known what else there is to know
     * @param claim what this replica would claim the round with
     * @param now the time
     */
    static Step next(Study study, Round round, Knowledge known, Claim claim, Instant now) {
        if (!study.isRunning()) {
            return new Step.Nothing();
        }
        if (study.isTesting()) {
            // Another replica may have chosen a round while this one waited for the lock on the last one.
            return study.selectedRound().equals(Optional.of(round.number()))
                    ? tested(study, round, known, now)
                    : new Step.Nothing();
        }
        return switch (round.state()) {
            case TRAINING -> trained(study, round, known, claim, now);
            case AGGREGATING -> aggregating(study, round, claim, now);
            case DESCRIBING -> described(study, round, known, claim, now);
            case REFINING -> refining(study, round, claim, now);
            case EVALUATING -> evaluated(study, round, known, now);
            case COMPLETED -> followed(study, round, List.of(), known, now);
            case FAILED -> new Step.Nothing();
        };
    }

    private static Step trained(Study study, Round round, Knowledge known, Claim claim, Instant now) {
        int quorum = study.protocol().schedule().quorum();
        List<Share> awaited = round.shares().stream().filter(Share::trains).toList();
        int answers = round.answers().size();
        boolean late = !now.isBefore(round.deadline());
        if (answers + awaited.size() < quorum) {
            return stopped(study, round, refusals(round, quorum), now);
        }
        // A suspended site is not waited for, unless the quorum needs it: it may be let in again before the deadline.
        boolean complete = answers >= quorum
                && awaited.stream().allMatch(share -> known.suspended().contains(share.site()));
        if (!complete && !late) {
            return new Step.Nothing();
        }
        if (answers < quorum) {
            return stopped(
                    study,
                    round,
                    "Round " + round.number() + " reached its deadline " + round.deadline() + " with " + answers
                            + " of the " + quorum + " updates that its quorum needs; missing: " + names(awaited)
                            + ". Bring these sites back and start a new study.",
                    now);
        }
        return new Step.Aggregate(study, round.claimed(claim, now));
    }

    /** A claim that has run out is taken over; a site may have left in the meantime. */
    private static Step aggregating(Study study, Round round, Claim claim, Instant now) {
        if (round.claim().orElseThrow().until().isAfter(now)) {
            return new Step.Nothing();
        }
        int quorum = study.protocol().schedule().quorum();
        return round.answers().size() < quorum
                ? stopped(study, round, refusals(round, quorum), now)
                : new Step.Aggregate(study, round.claimed(claim, now));
    }

    /** Nobody has to describe its features: at the deadline the round goes on with those who have. */
    private static Step described(Study study, Round round, Knowledge known, Claim claim, Instant now) {
        boolean awaited = round.shares().stream()
                .anyMatch(share -> share.describes() && !known.suspended().contains(share.site()));
        return awaited && now.isBefore(round.deadline())
                ? new Step.Nothing()
                : new Step.Refine(study, round.refining(claim));
    }

    private static Step refining(Study study, Round round, Claim claim, Instant now) {
        return round.claim().orElseThrow().until().isAfter(now)
                ? new Step.Nothing()
                : new Step.Refine(study, round.refining(claim));
    }

    private static Step evaluated(Study study, Round round, Knowledge known, Instant now) {
        boolean judged = round.refinement().isUndecided();
        boolean awaited = round.shares().stream()
                .anyMatch(share -> (share.validates() || judged && share.judges())
                        && !known.suspended().contains(share.site()));
        if (awaited && now.isBefore(round.deadline())) {
            return new Step.Nothing();
        }
        if (judged) {
            return new Step.Gate(study, round, decision(study, round));
        }
        Round done = round.completed(now);
        List<StoppingDecision> decisions =
                StoppingRules.decide(study.protocol(), done, with(known.earlier(), Outcome.of(done)));
        return followed(study, done, decisions, known, now);
    }

    private static GateDecision decision(Study study, Round round) {
        List<ImpressionVerdict> verdicts = round.verdicts().stream()
                .map(share -> share.beside().verdict().orElseThrow().value())
                .toList();
        // Each verdict was taken only if it speaks of as many images as the set has.
        int size = verdicts.isEmpty() ? 0 : verdicts.get(0).images().size();
        return GateDecision.of(study.method().gate().orElseThrow(), size, verdicts);
    }

    /**
     * Decides what follows a round that is complete.
     *
     * @param decisions of the stopping rules; none where they have spoken before, and an amendment was waited for
     */
    private static Step followed(
            Study study, Round done, List<StoppingDecision> decisions, Knowledge known, Instant now) {
        Optional<String> reason = StoppingRules.reason(decisions);
        boolean harm = decisions.stream()
                .anyMatch(one -> one.fires()
                        && one.position() < study.protocol().stoppingRules().size()
                        && study.protocol().stoppingRules().get(one.position()).isHarm());
        if (harm) {
            return new Step.Move(study.stopped(reason.orElseThrow(), now), done, Optional.empty(), decisions);
        }
        if (reason.isPresent()) {
            return finished(study.because(reason), done, decisions, known, now);
        }
        if (study.awaitsSignatures()) {
            return decisions.isEmpty() ? new Step.Nothing() : new Step.Move(study, done, Optional.empty(), decisions);
        }
        Study going = study.atNextRound();
        if (done.number().value() >= going.protocol().schedule().rounds()) {
            return finished(going, done, decisions, known, now);
        }
        int quorum = going.protocol().schedule().quorum();
        if (going.active().size() < quorum) {
            return new Step.Move(
                    going.stopped(
                            "Only " + going.active().size() + " sites are left after round " + done.number()
                                    + ", its quorum is " + quorum + ". Plan a new study with other sites.",
                            now),
                    done,
                    Optional.empty(),
                    decisions);
        }
        // By the version that the round went by, not by the one that the next goes by.
        Optional<Sha256> start = study.method().returnsRecalibrated() ? done.globalModel() : done.aggregate();
        Round opened =
                Round.open(going, done.number().next(), start.orElseThrow(), impressions(study, done, going), now);
        return new Step.Move(going, done, Optional.of(opened), decisions);
    }

    /** Sites take impressions of the protocol that the round goes by, and of no earlier version. */
    private static Optional<Sha256> impressions(Study study, Round done, Study going) {
        return going.current().number() == study.current().number()
                ? done.refinement().next()
                : Optional.empty();
    }

    private static Step finished(
            Study study, Round done, List<StoppingDecision> decisions, Knowledge known, Instant now) {
        RoundNumber best = best(study.protocol().endpoint().measure(), with(known.earlier(), Outcome.of(done)));
        Study next = study.protocol().schedule().test() ? study.testing(best, now) : study.completed(best, now);
        return new Step.Move(next, done, Optional.empty(), decisions);
    }

    private static Step tested(Study study, Round selected, Knowledge known, Instant now) {
        boolean awaited = selected.shares().stream()
                .anyMatch(share -> share.tests()
                        && study.active().contains(share.site())
                        && !known.suspended().contains(share.site()));
        if (awaited && now.isBefore(study.testDeadline().orElseThrow())) {
            return new Step.Nothing();
        }
        return new Step.Move(study.completed(selected.number(), now), selected, Optional.empty(), List.of());
    }

    /** The round with the best figure on the validation images, the earliest of equals; the last where none has any. */
    private static RoundNumber best(Measure measure, List<Outcome> outcomes) {
        Outcome best = outcomes.get(outcomes.size() - 1);
        for (Outcome outcome : outcomes) {
            OptionalDouble value = outcome.figure(measure);
            OptionalDouble most = best.figure(measure);
            boolean better = value.isPresent()
                    && (most.isEmpty()
                            || measure.gain(value.getAsDouble(), most.getAsDouble()) > 0
                            || value.getAsDouble() == most.getAsDouble()
                                    && outcome.round().compareTo(best.round()) < 0);
            if (better) {
                best = outcome;
            }
        }
        return best.round();
    }

    private static List<Outcome> with(List<Outcome> earlier, Outcome last) {
        return Stream.concat(earlier.stream(), Stream.of(last)).toList();
    }

    /** Ends a study early. */
    static Step.Move stopped(Study study, Round round, String reason, Instant now) {
        return new Step.Move(study.stopped(reason, now), round.failed(now), Optional.empty(), List.of());
    }

    private static String refusals(Round round, int quorum) {
        String said = round.shares().stream()
                .filter(share -> share.state() == ShareState.REFUSED || share.state() == ShareState.WITHDRAWN)
                .map(share -> share.site() + " (" + share.reason().orElse("") + ")")
                .collect(Collectors.joining(", "));
        return "Round " + round.number() + " cannot reach its quorum of " + quorum + " any more; refused: " + said
                + ". Mend what the sites name and start a new study.";
    }

    private static String names(List<Share> shares) {
        return shares.stream().map(share -> share.site().value()).collect(Collectors.joining(", "));
    }
}
