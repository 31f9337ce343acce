package org.consilium.algorithm;

import java.util.List;
import java.util.Map;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.TrainingPlan;

/**
 * Federated averaging: {@code w = sum_k (n_k / n) w_k}, where site k trained on n_k examples and n is their sum
 * (McMahan, Moore, Ramage, Hampson, Aguera y Arcas, "Communication-Efficient Learning of Deep Networks from
 * Decentralized Data", AISTATS 2017, Algorithm 1).
 */
public final class FedAvg implements Strategy {

    @Override
    public String name() {
        return "fedavg";
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("weights", "examples");
    }

    @Override
    public TrainingPlan configureTrain(TrainingPlan base, RoundNumber round, SiteId site) {
        return base.withSeed(Seeds.training(base.seed(), round, site));
    }

    @Override
    public void aggregateTrain(Updates updates, ChunkSink result) {
        List<Updates.Contribution> contributions = updates.contributions();
        double total =
                contributions.stream().mapToLong(Updates.Contribution::examples).sum();
        for (int chunk = 0; chunk < updates.chunks(); chunk++) {
            float[] first = updates.chunk(0, chunk);
            double[] sum = new double[first.length];
            addTo(sum, contributions.get(0).examples() / total, first);
            for (int k = 1; k < contributions.size(); k++) {
                addTo(sum, contributions.get(k).examples() / total, updates.chunk(k, chunk));
            }
            result.accept(chunk, rounded(sum));
        }
    }

    private static void addTo(double[] sum, double weight, float[] values) {
        if (values.length != sum.length) {
            throw new IllegalArgumentException(
                    "updates differ in length: a chunk has " + values.length + " values, another " + sum.length);
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * values[i];
        }
    }

    private static float[] rounded(double[] sum) {
        float[] values = new float[sum.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) sum[i];
        }
        return values;
    }
}
