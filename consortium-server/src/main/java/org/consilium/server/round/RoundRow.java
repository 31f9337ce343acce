package org.consilium.server.round;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;

/** Table {@code round}. */
@Entity
@Table(name = "round")
@IdClass(RoundKey.class)
class RoundRow {

    @Id
    String study;

    @Id
    int round;

    @Column(name = "protocol_version")
    int protocolVersion;

    @Enumerated(EnumType.STRING)
    RoundState state;

    @Column(name = "start_model")
    String startModel;

    @Column(name = "aggregate_model")
    String aggregateModel;

    @Column(name = "start_impressions")
    String startImpressions;

    @Column(name = "synthesis_done")
    int synthesisDone;

    @Column(name = "synthesis_steps")
    int synthesisSteps;

    @Column(name = "synthesise_seconds")
    Double synthesiseSeconds;

    @Column(name = "refined_at")
    Instant refinedAt;

    @Column(name = "made_impressions")
    String madeImpressions;

    @Column(name = "released_impressions")
    String releasedImpressions;

    @Column(name = "impressions_outcome")
    String impressionsOutcome;

    @Column(name = "global_model")
    String globalModel;

    @Column(name = "opened_at")
    Instant openedAt;

    Instant deadline;

    @Column(name = "claimed_by")
    String claimedBy;

    @Column(name = "claimed_until")
    Instant claimedUntil;

    @Column(name = "aggregated_at")
    Instant aggregatedAt;

    @Column(name = "aggregate_seconds")
    Double aggregateSeconds;

    @Column(name = "completed_at")
    Instant completedAt;

    @Column(name = "val_loss")
    Double valLoss;

    @Column(name = "val_accuracy")
    Double valAccuracy;

    @Column(name = "val_macro_f1")
    Double valMacroF1;

    @Column(name = "worst_site")
    String worstSite;

    @Column(name = "worst_val_accuracy")
    Double worstValAccuracy;

    RoundRow() {}

    RoundRow(Round value) {
        study = value.study().value();
        round = value.number().value();
        protocolVersion = value.protocolVersion();
        state = value.state();
        startModel = value.startModel().hex();
        aggregateModel = value.aggregate().map(Sha256::hex).orElse(null);
        Refinement refinement = value.refinement();
        startImpressions = refinement.trainedOn().map(Sha256::hex).orElse(null);
        synthesisDone = refinement.done();
        synthesisSteps = refinement.steps();
        synthesiseSeconds = boxed(refinement.seconds());
        refinedAt = refinement.at().orElse(null);
        madeImpressions = refinement.made().map(Sha256::hex).orElse(null);
        releasedImpressions = refinement.released().map(Sha256::hex).orElse(null);
        impressionsOutcome = refinement.outcome().orElse(null);
        globalModel = value.globalModel().map(Sha256::hex).orElse(null);
        openedAt = value.openedAt();
        deadline = value.deadline();
        claimedBy = value.claim().map(Claim::holder).orElse(null);
        claimedUntil = value.claim().map(Claim::until).orElse(null);
        aggregatedAt = value.aggregatedAt().orElse(null);
        aggregateSeconds = boxed(value.aggregateSeconds());
        completedAt = value.completedAt().orElse(null);
        value.result().ifPresent(result -> {
            valLoss = boxed(result.loss());
            valAccuracy = boxed(result.accuracy());
            valMacroF1 = boxed(result.macroF1());
            worstSite = result.worst().map(SiteId::value).orElse(null);
            worstValAccuracy = boxed(result.worstAccuracy());
        });
    }

    Round round(List<Share> shares) {
        return new Round(
                new StudyId(study),
                new RoundNumber(round),
                protocolVersion,
                state,
                new Sha256(startModel),
                digest(aggregateModel),
                digest(globalModel),
                openedAt,
                deadline,
                Optional.ofNullable(claimedBy).map(holder -> new Claim(holder, claimedUntil)),
                Optional.ofNullable(aggregatedAt),
                unboxed(aggregateSeconds),
                Optional.ofNullable(completedAt),
                result(),
                refinement(),
                shares);
    }

    private Refinement refinement() {
        return new Refinement(
                digest(startImpressions),
                synthesisDone,
                synthesisSteps,
                unboxed(synthesiseSeconds),
                Optional.ofNullable(refinedAt),
                digest(madeImpressions),
                digest(releasedImpressions),
                Optional.ofNullable(impressionsOutcome));
    }

    private static Optional<Sha256> digest(String hex) {
        return Optional.ofNullable(hex).map(Sha256::new);
    }

    /** @param bytes what its sites sent and fetched */
    Outcome outcome(long bytes) {
        return new Outcome(new RoundNumber(round), result(), bytes);
    }

    private Optional<RoundResult> result() {
        return valAccuracy == null
                ? Optional.empty()
                : Optional.of(new RoundResult(
                        unboxed(valLoss),
                        unboxed(valAccuracy),
                        unboxed(valMacroF1),
                        OptionalDouble.empty(),
                        Optional.ofNullable(worstSite).map(SiteId::new),
                        unboxed(worstValAccuracy)));
    }

    private static Double boxed(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static OptionalDouble unboxed(Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
