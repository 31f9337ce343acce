package org.consilium.server.round;

import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.site.Lease;
import org.consilium.server.study.Study;

/** Pure decision on what a site is asked to do in a round. */
final class Offer {

    private Offer() {}

    /** Returns the site's work, or nothing where its answer is there or nothing is asked of it now. */
    static Optional<WorkOffer> to(SiteId site, Study study, Round round) {
        Optional<Share> share = round.share(site);
        if (share.isEmpty() || !study.isRunning() || !study.active().contains(site)) {
            return Optional.empty();
        }
        StudyProtocol protocol = study.protocol();
        if (study.isTesting()) {
            RoundNumber selected = study.selectedRound().orElseThrow();
            return selected.equals(round.number()) && share.get().tests()
                    ? Optional.of(evaluate(
                            protocol, round, Split.TEST, study.testDeadline().orElseThrow()))
                    : Optional.empty();
        }
        if (round.state() == RoundState.TRAINING && share.get().trains()) {
            TrainingPlan plan = study.method().configureTrain(protocol.plan(), round.number(), site);
            return Optional.of(new WorkOffer.Train(
                    study.id(),
                    round.number(),
                    protocol.digest(),
                    protocol.data().dataset(),
                    round.startModel(),
                    protocol.architecture(),
                    plan,
                    round.refinement().trainedOn(),
                    round.deadline()));
        }
        if (round.state() == RoundState.DESCRIBING && share.get().describes()) {
            return Optional.of(new WorkOffer.Describe(
                    study.id(),
                    round.number(),
                    protocol.digest(),
                    protocol.data().dataset(),
                    round.aggregate().orElseThrow(),
                    protocol.architecture(),
                    round.deadline()));
        }
        // Judging comes first: a site that cannot score a model may still find its own images in the impressions.
        if (round.state() == RoundState.EVALUATING
                && round.refinement().isUndecided()
                && share.get().judges()) {
            return Optional.of(new WorkOffer.Judge(
                    study.id(),
                    round.number(),
                    protocol.digest(),
                    protocol.data().dataset(),
                    round.globalModel().orElseThrow(),
                    protocol.architecture(),
                    round.refinement().made().orElseThrow(),
                    round.deadline()));
        }
        if (round.state() == RoundState.EVALUATING && share.get().validates()) {
            return Optional.of(evaluate(protocol, round, Split.VAL, round.deadline()));
        }
        return Optional.empty();
    }

    /**
     * Returns the lease that the site has on its work, or nothing where it has not fetched it or nothing is asked of it. It
     * begins with the fetching of what is to be trained; that of a model to be scored is not noted, so it begins when the
     * model is there.
     */
    static Optional<Lease> lease(SiteId site, Study study, Round round) {
        Share share = round.share(site).orElseThrow();
        boolean holds = to(site, study, round).isPresent() && share.state() != ShareState.AWAITED;
        if (!holds) {
            return Optional.empty();
        }
        Instant since = share.since();
        if (study.isTesting()) {
            since = study.testDeadline()
                    .orElseThrow()
                    .minus(study.protocol().schedule().roundDeadline());
        } else if (round.state() == RoundState.EVALUATING || round.state() == RoundState.DESCRIBING) {
            since = round.refinement().at().or(round::aggregatedAt).orElse(since);
        }
        return Optional.of(new Lease(study.id(), round.number(), since));
    }

    private static WorkOffer evaluate(StudyProtocol protocol, Round round, Split split, Instant deadline) {
        return new WorkOffer.Evaluate(
                protocol.study(),
                round.number(),
                protocol.digest(),
                protocol.data().dataset(),
                split,
                round.globalModel().orElseThrow(),
                protocol.architecture(),
                deadline);
    }
}
