package org.consilium.algorithm;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ArraySampler;
import org.apache.commons.rng.simple.RandomSource;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.Head;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;

/**
 * Trains the last layer of a global model anew, on features drawn from what all sites together know of each class (Luo et
 * al., "No Fear of Heterogeneity: Classifier Calibration for Federated Learning with Non-IID Data", NeurIPS 2021, algorithm
 * 1): softmax regression by stochastic gradient descent, in double precision.
 *
 * @param draws features drawn of each class
 * @param prior exponent of the class shares by which draws of a class count: 0 has all classes count alike, 1 as many as
 *     there are images
 * @param rectified whether negative features are drawn as 0
 * @param epochs passes over all draws
 * @param batch draws a step
 * @param learningRate step size of the first epoch, which falls linearly to a tenth
 * @param shrinkage see {@link FeatureModel#of}
 */
public record HeadRecalibration(
        int draws, double prior, boolean rectified, int epochs, int batch, double learningRate, double shrinkage) {

    private static final double MOMENTUM = 0.9;

    /** Returns the distributions of the features that the merged sums of all sites tell of. */
    public FeatureModel model(ClassStatistics merged) {
        return FeatureModel.of(merged, shrinkage);
    }

    /**
     * Returns the model of a round with its head recalibrated.
     *
     * @param aggregated the mean of the sites' parameters
     * @param head where its head is
     * @param model distributions of the features that this model gives the sites' images
     * @param study the study's seed
     * @param round the round
     */
    public Parameters recalibrated(
            Parameters aggregated, Head head, FeatureModel model, long study, RoundNumber round) {
        float[] flat = aggregated.toArray();
        float[] own = recalibrated(head, head.of(flat), model, study, round);
        return Parameters.of(aggregated.architecture(), head.replaced(flat, own));
    }

    /**
     * Returns new parameters of the head of a round's model, for whoever does not hold all of that in memory.
     *
     * @param head its shape
     * @param start its parameters now, {@code [K (d + 1)]}
     * @param model distributions of the features
     * @param study the study's seed
     * @param round the round
     */
    public float[] recalibrated(Head head, float[] start, FeatureModel model, long study, RoundNumber round) {
        return recalibrated(head, start, model, Seeds.derived(study, "recalibration/" + round.value()));
    }

    /**
     * Returns new parameters of the head.
     *
     * @param head its shape
     * @param start its parameters now, {@code [K (d + 1)]}
     * @param model distributions of the features; classes that it does not know keep out
     * @param seed equal seeds give equal parameters
     */
    public float[] recalibrated(Head head, float[] start, FeatureModel model, long seed) {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        int classes = head.classes();
        int known = 0;
        for (int k = 0; k < classes; k++) {
            known += model.knows(k) ? 1 : 0;
        }
        double[][] features = new double[known * draws][];
        int[] labels = new int[features.length];
        int at = 0;
        for (int k = 0; k < classes; k++) {
            if (model.knows(k)) {
                for (double[] one : model.draw(k, draws, random, rectified)) {
                    labels[at] = k;
                    features[at++] = one;
                }
            }
        }
        double[] weights = weights(model.counts());
        double[] w = new double[head.length()];
        Arrays.setAll(w, i -> start[i]);
        double[] velocity = new double[w.length];
        int[] order = new int[labels.length];
        Arrays.setAll(order, i -> i);
        for (int epoch = 0; epoch < epochs; epoch++) {
            double rate = learningRate * (1 - 0.9 * epoch / Math.max(1, epochs - 1));
            ArraySampler.shuffle(random, order);
            for (int from = 0; from < order.length; from += batch) {
                step(
                        head,
                        w,
                        velocity,
                        features,
                        labels,
                        weights,
                        order,
                        from,
                        Math.min(order.length, from + batch),
                        rate);
            }
        }
        float[] result = new float[w.length];
        for (int i = 0; i < w.length; i++) {
            result[i] = (float) w[i];
        }
        return result;
    }

    private double[] weights(int[] counts) {
        double[] weights = new double[counts.length];
        double sum = 0;
        int known = 0;
        for (int k = 0; k < counts.length; k++) {
            if (counts[k] >= 2) {
                weights[k] = Math.pow(counts[k], prior);
                sum += weights[k];
                known++;
            }
        }
        for (int k = 0; k < counts.length; k++) {
            weights[k] *= known / sum;
        }
        return weights;
    }

    private static void step(
            Head head,
            double[] w,
            double[] velocity,
            double[][] features,
            int[] labels,
            double[] weights,
            int[] order,
            int from,
            int to,
            double rate) {
        int d = head.features();
        int classes = head.classes();
        double[] gradient = new double[w.length];
        double[] p = new double[classes];
        for (int i = from; i < to; i++) {
            double[] f = features[order[i]];
            int label = labels[order[i]];
            double most = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < classes; k++) {
                double z = w[head.biases() + k];
                for (int j = 0; j < d; j++) {
                    z += w[k * d + j] * f[j];
                }
                p[k] = z;
                most = Math.max(most, z);
            }
            double sum = 0;
            for (int k = 0; k < classes; k++) {
                p[k] = Math.exp(p[k] - most);
                sum += p[k];
            }
            double scale = weights[label] / (to - from);
            for (int k = 0; k < classes; k++) {
                double g = scale * (p[k] / sum - (k == label ? 1 : 0));
                gradient[head.biases() + k] += g;
                for (int j = 0; j < d; j++) {
                    gradient[k * d + j] += g * f[j];
                }
            }
        }
        for (int i = 0; i < w.length; i++) {
            velocity[i] = MOMENTUM * velocity[i] - rate * gradient[i];
            w[i] += velocity[i];
        }
    }
}
