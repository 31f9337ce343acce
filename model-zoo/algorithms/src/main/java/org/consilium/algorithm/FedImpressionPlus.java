package org.consilium.algorithm;

import java.util.Map;
import java.util.Optional;
import org.consilium.contract.ClassStatistics.Products;
import org.consilium.contract.GatePlan;
import org.consilium.contract.LocalObjective;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.StatisticsPlan;
import org.consilium.contract.SynthesisPlan;

/**
 * Federated averaging for hospitals with different patients, from what a trial and the literature say of each ingredient:
 * sites adjust their logits to their own class shares while they train ({@code logit_adjustment}; Menon et al., ICLR 2021);
 * they say, class by class, what the features of their images are like under each aggregated model ({@code statistics});
 * and on draws from these the server recalibrates the last layer, which is what breaks under label skew (Luo et al., CCVR,
 * NeurIPS 2021).
 *
 * <p>All other ingredients are settings, so that each can be measured with and without: {@code impressions} as in {@link
 * FedImpression}, also with {@code feature_pull} towards draws of the statistics, soft targets ({@code temperature}) and
 * priors on the images ({@code tv}, {@code jitter}); a proximal pull ({@code mu}) and one of the head alone ({@code
 * reg_coef}); a head that sites leave as it is ({@code head=frozen}; FedBABU, ICLR 2022); the recalibrated model as what the
 * next round starts from ({@code recalibrated=returned}) instead of the aggregated one.
 */
record FedImpressionPlus(
        Terms terms,
        Optional<FedImpression.ImpressionSettings> impressions,
        StatisticsPlan described,
        HeadRecalibration recalibrated,
        boolean returnsRecalibrated)
        implements Averaging {

    static final String NAME = "fedimpression-plus";

    static FedImpressionPlus of(Map<String, String> given) {
        Settings read = new Settings(NAME, given);
        Weighting weighting = Weighting.of(read, Weighting.EXAMPLES);
        FedImpression.ImpressionSettings set = FedImpression.ImpressionSettings.published(read);
        Optional<FedImpression.ImpressionSettings> impressions =
                read.choice("impressions", "no", "yes").equals("yes") ? Optional.of(set) : Optional.empty();
        LocalObjective objective = new LocalObjective(
                read.number("mu", 0, 0, 1_000),
                read.number("reg_coef", 0, 0, 1_000),
                read.number("logit_adjustment", 1, 0, 10),
                read.choice("head", "trained", "frozen").equals("frozen"),
                impressions.map(FedImpression.ImpressionSettings::mixing));
        StatisticsPlan statistics = new StatisticsPlan(
                read.choice("statistics", "full", "diagonal").equals("full") ? Products.FULL : Products.DIAGONAL,
                read.whole("statistics_least", 5, 2, 1_000_000));
        HeadRecalibration recalibration = new HeadRecalibration(
                read.whole("draws", 2_000, 1, 100_000),
                read.number("draws_prior", 1, 0, 1),
                read.choice("draws_rectified", "yes", "no").equals("yes"),
                read.whole("head_epochs", 10, 1, 1_000),
                read.whole("head_batch", 64, 1, 65_536),
                read.number("head_lr", 0.01, 1e-6, 10),
                read.number("shrinkage", 0.1, 1e-6, 1));
        boolean returned = read.choice("recalibrated", "evaluated", "returned").equals("returned");
        return new FedImpressionPlus(
                new Terms(NAME, read.all(), weighting, objective), impressions, statistics, recalibration, returned);
    }

    @Override
    public Optional<StatisticsPlan> statistics() {
        return Optional.of(described);
    }

    @Override
    public Optional<HeadRecalibration> recalibration() {
        return Optional.of(recalibrated);
    }

    @Override
    public Optional<SynthesisPlan> synthesis(long study, RoundNumber round) {
        return impressions.flatMap(set -> set.plan(study, round));
    }

    @Override
    public Optional<GatePlan> gate() {
        return impressions.map(FedImpression.ImpressionSettings::gate);
    }
}
