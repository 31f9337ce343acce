package org.consilium.server.round;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.TrainingMetrics;

/** Table {@code round_site}. */
@Entity
@Table(name = "round_site")
@IdClass(ShareKey.class)
class ShareRow {

    @Id
    String study;

    @Id
    int round;

    @Id
    String site;

    @Enumerated(EnumType.STRING)
    ShareState state;

    Instant since;

    @Column(name = "update_sha256")
    String updateSha256;

    Long examples;

    @Column(name = "train_loss")
    Double trainLoss;

    @Column(name = "train_seconds")
    Double trainSeconds;

    @Column(name = "train_executor")
    String trainExecutor;

    @Column(name = "val_scores")
    String valScores;

    @Column(name = "test_scores")
    String testScores;

    @Column(name = "statistics_sha256")
    String statisticsSha256;

    @Column(name = "not_described")
    String notDescribed;

    String verdict;

    @Column(name = "not_judged")
    String notJudged;

    @Column(name = "bytes_up")
    long bytesUp;

    @Column(name = "bytes_down")
    long bytesDown;

    String reason;

    ShareRow() {}

    ShareRow(Round owner, Share share) {
        study = owner.study().value();
        round = owner.number().value();
        site = share.site().value();
        state = share.state();
        since = share.since();
        updateSha256 = share.update().map(update -> update.digest().hex()).orElse(null);
        examples = share.update().map(update -> update.metrics().examples()).orElse(null);
        trainLoss = share.update()
                .map(update -> update.metrics().loss())
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .orElse(null);
        trainSeconds = share.update().map(update -> update.metrics().seconds()).orElse(null);
        trainExecutor =
                share.update().map(update -> update.metrics().executor()).orElse(null);
        valScores = share.validation().map(SiteScores::json).orElse(null);
        testScores = share.test().map(SiteScores::json).orElse(null);
        statisticsSha256 = share.beside().statistics().map(Sha256::hex).orElse(null);
        notDescribed = share.beside().notDescribed().orElse(null);
        verdict = share.beside().verdict().map(KeptVerdict::json).orElse(null);
        notJudged = share.beside().notJudged().orElse(null);
        bytesUp = share.bytesUp();
        bytesDown = share.bytesDown();
        reason = share.reason().orElse(null);
    }

    Share share() {
        return new Share(
                new SiteId(site),
                state,
                since,
                Optional.ofNullable(updateSha256)
                        .map(digest -> new Update(
                                new Sha256(digest),
                                new TrainingMetrics(
                                        examples,
                                        trainLoss == null ? OptionalDouble.empty() : OptionalDouble.of(trainLoss),
                                        trainSeconds,
                                        trainExecutor))),
                Optional.ofNullable(valScores).map(SiteScores::new),
                Optional.ofNullable(testScores).map(SiteScores::new),
                new SideAnswers(
                        Optional.ofNullable(statisticsSha256).map(Sha256::new),
                        Optional.ofNullable(notDescribed),
                        Optional.ofNullable(verdict).map(KeptVerdict::new),
                        Optional.ofNullable(notJudged)),
                bytesUp,
                bytesDown,
                Optional.ofNullable(reason));
    }
}
