package org.consilium.algorithm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.LocalObjective;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.TrainingPlan;

/**
 * Federated averaging of sites that add {@code mu/2 ||w - w_global||^2} to their loss, so that they stray less far (Li, Sahu,
 * Zaheer, Sanjabi, Talwalkar, Smith, "Federated Optimization in Heterogeneous Networks", MLSys 2020).
 */
final class FedProx implements Strategy {

    static final String NAME = "fedprox";

    private final Weighting weighting;
    private final LocalObjective objective;
    private final Map<String, String> settings;

    FedProx(Map<String, String> given) {
        Settings read = new Settings(NAME, given);
        this.weighting = Weighting.of(read, Weighting.EXAMPLES);
        this.objective = new LocalObjective(read.number("mu", 0.01, 0, 1_000), 0, 0, false, Optional.empty());
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
        return base.withSeed(Seeds.training(base.seed(), round, site)).with(objective);
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
