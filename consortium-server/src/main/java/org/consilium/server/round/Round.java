package org.consilium.server.round;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.study.Study;

/**
 * A round as a value: each thing that happens to it gives the next value. What a site may do is decided in {@link
 * Answers}, what the server does next in {@link Progress}.
 *
 * @param study its study
 * @param number its number
 * @param protocolVersion number of the protocol version that it goes by
 * @param state where it stands
 * @param startModel what the sites train
 * @param aggregate the mean of their updates
 * @param globalModel what came of it: the aggregate, or that with its head recalibrated
 * @param openedAt when it was opened
 * @param deadline until when the answers of its present state are awaited
 * @param claim who aggregates or refines it
 * @param aggregatedAt when the aggregate was there
 * @param aggregateSeconds how long its computation took
 * @param completedAt when the scores were there, or it failed
 * @param result the scores
 * @param refinement what impressions are to it
 * @param shares one for each participant, by site id
 */
public record Round(
        StudyId study,
        RoundNumber number,
        int protocolVersion,
        RoundState state,
        Sha256 startModel,
        Optional<Sha256> aggregate,
        Optional<Sha256> globalModel,
        Instant openedAt,
        Instant deadline,
        Optional<Claim> claim,
        Optional<Instant> aggregatedAt,
        OptionalDouble aggregateSeconds,
        Optional<Instant> completedAt,
        Optional<RoundResult> result,
        Refinement refinement,
        List<Share> shares) {

    /** Checks that state, claim and model fit together. */
    public Round {
        Objects.requireNonNull(study, "study");
        Objects.requireNonNull(number, "number");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(startModel, "startModel");
        Objects.requireNonNull(refinement, "refinement");
        shares = List.copyOf(shares);
        if ((state == RoundState.AGGREGATING || state == RoundState.REFINING) != claim.isPresent()) {
            throw new IllegalArgumentException("a round has a claim exactly while it is aggregated or refined");
        }
        boolean refines = state == RoundState.DESCRIBING || state == RoundState.REFINING;
        if (refines && (aggregate.isEmpty() || globalModel.isPresent())) {
            throw new IllegalArgumentException("a round is refined from its aggregate to its global model");
        }
        if (state == RoundState.EVALUATING && globalModel.isEmpty()) {
            throw new IllegalArgumentException("a round is evaluated with its global model");
        }
    }

    /**
     * Returns a round that opens now, by the study's version in force.
     *
     * @param impressions what the sites train on beside their own images
     */
    static Round open(Study study, RoundNumber number, Sha256 startModel, Optional<Sha256> impressions, Instant now) {
        return new Round(
                study.id(),
                number,
                study.current().number(),
                RoundState.TRAINING,
                startModel,
                Optional.empty(),
                Optional.empty(),
                now,
                now.plus(study.protocol().schedule().roundDeadline()),
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                Refinement.trainedOn(impressions),
                study.active().stream().map(site -> Share.awaited(site, now)).toList());
    }

    /** Returns a round that opens now, without impressions. */
    static Round open(Study study, RoundNumber number, Sha256 startModel, Instant now) {
        return open(study, number, startModel, Optional.empty(), now);
    }

    /** Returns the site's part in it. */
    public Optional<Share> share(SiteId site) {
        return shares.stream().filter(share -> share.site().equals(site)).findFirst();
    }

    /** Returns the updates that are there and may be used, by site id. */
    public List<Share> answers() {
        return shares.stream()
                .filter(share -> share.update().isPresent() && share.state() != ShareState.WITHDRAWN)
                .toList();
    }

    /** Returns the sites' verdicts that count on the round's impressions, by site id. */
    public List<Share> verdicts() {
        return shares.stream()
                .filter(share -> share.beside().verdict().isPresent() && share.state() != ShareState.WITHDRAWN)
                .toList();
    }

    /** Returns the round with another part of one site. */
    Round with(SiteId site, UnaryOperator<Share> change) {
        return withShares(shares.stream()
                .map(share -> share.site().equals(site) ? change.apply(share) : share)
                .toList());
    }

    /** Returns the round closed for updates and claimed; sites that have not answered have missed it. */
    Round claimed(Claim holder, Instant now) {
        List<Share> closed = shares.stream()
                .map(share -> share.trains() ? share.in(ShareState.MISSED, now) : share)
                .toList();
        return copy(RoundState.AGGREGATING, deadline, Optional.of(holder), refinement, closed);
    }

    /** Returns the round with its claim renewed. */
    Round renewed(Claim holder) {
        return copy(state, deadline, Optional.of(holder), refinement, shares);
    }

    /** Returns the round with its model, awaiting scores until that deadline. */
    Round aggregated(Sha256 model, double seconds, Instant until, Instant now) {
        return mean(model, Optional.of(model), seconds, RoundState.EVALUATING, until, Optional.empty(), now);
    }

    /** Returns the round with its aggregate, awaiting until that deadline what sites say of their features. */
    Round describing(Sha256 model, double seconds, Instant until, Instant now) {
        return mean(model, Optional.empty(), seconds, RoundState.DESCRIBING, until, Optional.empty(), now);
    }

    /** Returns the round with its aggregate, to be refined at once by whoever claims it. */
    Round unrefined(Sha256 model, double seconds, Instant now) {
        return mean(model, Optional.empty(), seconds, RoundState.REFINING, deadline, Optional.of(lapsed(now)), now);
    }

    private Round mean(
            Sha256 model,
            Optional<Sha256> global,
            double seconds,
            RoundState next,
            Instant until,
            Optional<Claim> holder,
            Instant now) {
        return new Round(
                study,
                number,
                protocolVersion,
                next,
                startModel,
                Optional.of(model),
                global,
                openedAt,
                until,
                holder,
                Optional.of(now),
                OptionalDouble.of(seconds),
                completedAt,
                result,
                refinement,
                shares);
    }

    /** Returns the round closed for statistics and claimed. */
    Round refining(Claim holder) {
        return copy(RoundState.REFINING, deadline, Optional.of(holder), refinement, shares);
    }

    /** Returns the round with the same state and this beside it. */
    Round with(Refinement next) {
        return copy(state, deadline, claim, next, shares);
    }

    /** Returns the round with its refined model, awaiting scores and verdicts until that deadline. */
    Round refined(Sha256 model, Refinement next, Instant until) {
        return new Round(
                study,
                number,
                protocolVersion,
                RoundState.EVALUATING,
                startModel,
                aggregate,
                Optional.of(model),
                openedAt,
                until,
                Optional.empty(),
                aggregatedAt,
                aggregateSeconds,
                completedAt,
                result,
                next,
                shares);
    }

    /** Returns the round at its good end, with the scores that are there. */
    Round completed(Instant now) {
        return ended(RoundState.COMPLETED, RoundResult.of(shares, Share::validation), now);
    }

    /** Returns the round ended early. */
    Round failed(Instant now) {
        return ended(RoundState.FAILED, result, now);
    }

    private Round ended(RoundState end, Optional<RoundResult> scores, Instant now) {
        return new Round(
                study,
                number,
                protocolVersion,
                end,
                startModel,
                aggregate,
                globalModel,
                openedAt,
                deadline,
                Optional.empty(),
                aggregatedAt,
                aggregateSeconds,
                Optional.of(now),
                scores,
                refinement,
                shares);
    }

    /**
     * Returns the round without a site that has left the study: what it sent is not used any more. A replica that is
     * working on the round loses its claim, so that the work is done anew.
     */
    Round left(SiteId site, Instant now) {
        Round without = with(site, share -> share.left(now));
        return claim.isPresent() ? without.renewed(lapsed(now)) : without;
    }

    private static Claim lapsed(Instant now) {
        return new Claim("none", now);
    }

    /** Returns the round with its deadline put off. */
    Round putOff(Duration by) {
        return copy(state, deadline.plus(by), claim, refinement, shares);
    }

    private Round withShares(List<Share> next) {
        return copy(state, deadline, claim, refinement, next);
    }

    private Round copy(
            RoundState nextState,
            Instant until,
            Optional<Claim> holder,
            Refinement nextRefinement,
            List<Share> nextShares) {
        return new Round(
                study,
                number,
                protocolVersion,
                nextState,
                startModel,
                aggregate,
                globalModel,
                openedAt,
                until,
                holder,
                aggregatedAt,
                aggregateSeconds,
                completedAt,
                result,
                nextRefinement,
                nextShares);
    }
}
