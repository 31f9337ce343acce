package org.consilium.algorithm;

import java.util.List;
import java.util.Locale;

/** How much each site's parameters count in their mean. */
enum Weighting {
    /** {@code n_k / n}: as many as it trained on (McMahan et al., 2017). */
    EXAMPLES,
    /** {@code 1 / K}: every site the same. */
    UNIFORM;

    static Weighting of(Settings settings, Weighting standard) {
        Weighting other = standard == EXAMPLES ? UNIFORM : EXAMPLES;
        return valueOf(
                settings.choice("weights", standard.label(), other.label()).toUpperCase(Locale.ROOT));
    }

    private String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the weights {@code a_k} of those that contribute. */
    double[] of(List<Updates.Contribution> contributions) {
        double total =
                contributions.stream().mapToLong(Updates.Contribution::examples).sum();
        return contributions.stream()
                .mapToDouble(one -> this == UNIFORM ? 1.0 / contributions.size() : one.examples() / total)
                .toArray();
    }

    /** Hands over {@code w = sum_k a_k w_k}, summed in double precision in the order of the site ids, and rounded once. */
    void average(Updates updates, Strategy.ChunkSink result) {
        double[] weights = of(updates.contributions());
        for (int chunk = 0; chunk < updates.chunks(); chunk++) {
            float[] first = updates.chunk(0, chunk);
            double[] sum = new double[first.length];
            for (int k = 0; k < weights.length; k++) {
                addTo(sum, weights[k], k == 0 ? first : updates.chunk(k, chunk));
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
