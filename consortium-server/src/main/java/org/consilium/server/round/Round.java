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
 * @param globalModel what came of it
 * @param openedAt when it was opened
 * @param deadline until when the answers of its present state are awaited
 * @param claim who aggregates it
 * @param aggregatedAt when the global model was there
 * @param aggregateSeconds how long its computation took
 * @param completedAt when the scores were there, or it failed
 * @param result the scores
 * @param shares one for each participant, by site id
 */
public record Round(
        StudyId study,
        RoundNumber number,
        int protocolVersion,
        RoundState state,
        Sha256 startModel,
        Optional<Sha256> globalModel,
        Instant openedAt,
        Instant deadline,
        Optional<Claim> claim,
        Optional<Instant> aggregatedAt,
        OptionalDouble aggregateSeconds,
        Optional<Instant> completedAt,
        Optional<RoundResult> result,
        List<Share> shares) {

    /** Checks that state, claim and model fit together. */
    public Round {
        Objects.requireNonNull(study, "study");
        Objects.requireNonNull(number, "number");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(startModel, "startModel");
        shares = List.copyOf(shares);
        if ((state == RoundState.AGGREGATING) != claim.isPresent()) {
            throw new IllegalArgumentException("a round has a claim exactly while it is aggregated");
        }
        if (state == RoundState.EVALUATING && globalModel.isEmpty()) {
            throw new IllegalArgumentException("a round is evaluated with its global model");
        }
    }

    /** Returns a round that opens now, by the study's version in force. */
    static Round open(Study study, RoundNumber number, Sha256 startModel, Instant now) {
        return new Round(
                study.id(),
                number,
                study.current().number(),
                RoundState.TRAINING,
                startModel,
                Optional.empty(),
                now,
                now.plus(study.protocol().schedule().roundDeadline()),
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                study.active().stream().map(site -> Share.awaited(site, now)).toList());
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
        return copy(RoundState.AGGREGATING, globalModel, deadline, Optional.of(holder), closed);
    }

    /** Returns the round with its model, awaiting scores until that deadline. */
    Round aggregated(Sha256 model, double seconds, Instant until, Instant now) {
        return new Round(
                study,
                number,
                protocolVersion,
                RoundState.EVALUATING,
                startModel,
                Optional.of(model),
                openedAt,
                until,
                Optional.empty(),
                Optional.of(now),
                OptionalDouble.of(seconds),
                completedAt,
                result,
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
                globalModel,
                openedAt,
                deadline,
                Optional.empty(),
                aggregatedAt,
                aggregateSeconds,
                Optional.of(now),
                scores,
                shares);
    }

    /**
     * Returns the round without a site that has left the study: what it sent is not used any more. A replica that is
     * aggregating it loses its claim, so that the round is aggregated anew.
     */
    Round left(SiteId site, Instant now) {
        Round without = with(site, share -> share.left(now));
        return state == RoundState.AGGREGATING
                ? without.copy(state, globalModel, deadline, Optional.of(new Claim("none", now)), without.shares())
                : without;
    }

    /** Returns the round with its deadline put off. */
    Round putOff(Duration by) {
        return copy(state, globalModel, deadline.plus(by), claim, shares);
    }

    private Round withShares(List<Share> next) {
        return copy(state, globalModel, deadline, claim, next);
    }

    private Round copy(
            RoundState nextState,
            Optional<Sha256> model,
            Instant until,
            Optional<Claim> holder,
            List<Share> nextShares) {
        return new Round(
                study,
                number,
                protocolVersion,
                nextState,
                startModel,
                model,
                openedAt,
                until,
                holder,
                aggregatedAt,
                aggregateSeconds,
                completedAt,
                result,
                nextShares);
    }
}
