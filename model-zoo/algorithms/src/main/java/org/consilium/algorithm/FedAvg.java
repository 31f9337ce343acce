package org.consilium.algorithm;

import java.util.List;
import java.util.Map;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.TrainingPlan;

/**
 * Federated averaging: {@code w = sum_k (n_k / n) w_k}, where site k trained on n_k examples and n is their sum
 * (McMahan, Moore, Ramage, Hampson, Aguera y Arcas, "Communication-Efficient Learning of Deep Networks from
 * Decentralized Data", AISTATS 2017, Algorithm 1); or every site counting the same.
 */
final class FedAvg implements Strategy {

    static final String NAME = "fedavg";

    private final Weighting weighting;
    private final Map<String, String> settings;

    FedAvg(Map<String, String> given) {
        Settings read = new Settings(NAME, given);
        this.weighting = Weighting.of(read, Weighting.EXAMPLES);
        this.settings = read.all();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Map<String, String> settings() {
        return settings;
    }

    @Override
    public TrainingPlan configureTrain(TrainingPlan base, RoundNumber round, SiteId site) {
        return base.withSeed(Seeds.training(base.seed(), round, site));
    }

    @Override
    public void aggregateTrain(Updates updates, ChunkSink result) {
        weighting.average(updates, result);
    }

    @Override
    public double[] weights(List<Updates.Contribution> contributions) {
        return weighting.of(contributions);
    }
}
