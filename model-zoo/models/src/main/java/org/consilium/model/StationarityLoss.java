package org.consilium.model;

import org.consilium.contract.Head;

/**
 * What synthesis minimises over the pixels of a batch of B images, with the head's weights W frozen (arXiv 2409.07351):
 *
 * <pre>
 *   L = CE + rho/2 ||M||^2 + tr(Lambda^T M),   M = G + gamma W,   G = 1/B sum_b (p_b - y_b) f_b^T
 * </pre>
 *
 * where G is the gradient of the mean cross-entropy by W: with M = 0, W is a critical point of cross-entropy on the images
 * plus gamma/2 ||W||^2. No second backward pass is needed: with A = rho M + Lambda,
 *
 * <pre>
 *   dL/dz_b = 1/B [ (p_b - y_b) + p_b * (A f_b) - p_b &lt;p_b, A f_b> ]       (* element by element)
 *   dL/df_b = W^T dL/dz_b + 1/B A^T (p_b - y_b)
 * </pre>
 *
 * of which the first term of the second line is what a backward pass from the logits gives by itself.
 */
final class StationarityLoss {

    private final Head head;
    private final float[] weights;
    private final double rho;
    private final double gamma;
    private final double[] dual;
    private final double[] probabilities;

    /**
     * @param head shape of the head
     * @param weights its parameters, {@code [K (d + 1)]}
     */
    StationarityLoss(Head head, float[] weights, double rho, double gamma) {
        this.head = head;
        this.weights = weights;
        this.rho = rho;
        this.gamma = gamma;
        this.dual = new double[head.biases()];
        this.probabilities = new double[head.classes()];
    }

    /** Returns the dual variable Lambda itself, {@code [K, d]}. */
    double[] dual() {
        return dual;
    }

    /**
     * Returns the loss, and its derivatives.
     *
     * @param logits {@code [B, K]}
     * @param features {@code [B, d]}
     * @param labels {@code [B]}
     * @param byLogits receives dL/dz, {@code [B, K]}
     * @param byFeatures receives {@code 1/B A^T (p - y)}, {@code [B, d]}
     */
    double evaluate(float[] logits, float[] features, int[] labels, float[] byLogits, float[] byFeatures) {
        int d = head.features();
        int classes = head.classes();
        int batch = labels.length;
        double[] residual = new double[head.biases()];
        double loss = add(logits, features, labels, residual) / batch;
        for (int i = 0; i < residual.length; i++) {
            residual[i] = residual[i] / batch + gamma * weights[i];
            loss += rho / 2 * residual[i] * residual[i] + dual[i] * residual[i];
            residual[i] = rho * residual[i] + dual[i];
        }
        double[] af = new double[classes];
        for (int b = 0; b < batch; b++) {
            softmax(logits, b * classes);
            double inner = 0;
            for (int k = 0; k < classes; k++) {
                double sum = 0;
                for (int j = 0; j < d; j++) {
                    sum += residual[k * d + j] * features[b * d + j];
                }
                af[k] = sum;
                inner += probabilities[k] * sum;
            }
            for (int j = 0; j < d; j++) {
                byFeatures[b * d + j] = 0;
            }
            for (int k = 0; k < classes; k++) {
                double p = probabilities[k];
                double error = p - (k == labels[b] ? 1 : 0);
                byLogits[b * classes + k] = (float) ((error + p * (af[k] - inner)) / batch);
                float scaled = (float) (error / batch);
                for (int j = 0; j < d; j++) {
                    byFeatures[b * d + j] += (float) (scaled * residual[k * d + j]);
                }
            }
        }
        return loss;
    }

    /**
     * Adds a batch's sum of {@code (p_b - y_b) f_b^T}.
     *
     * @param sum {@code [K, d]}
     * @return the sum of the cross-entropies
     */
    double add(float[] logits, float[] features, int[] labels, double[] sum) {
        int d = head.features();
        int classes = head.classes();
        double loss = 0;
        for (int b = 0; b < labels.length; b++) {
            double logSum = softmax(logits, b * classes);
            loss += logSum - logits[b * classes + labels[b]];
            for (int k = 0; k < classes; k++) {
                double error = probabilities[k] - (k == labels[b] ? 1 : 0);
                for (int j = 0; j < d; j++) {
                    sum[k * d + j] += error * features[b * d + j];
                }
            }
        }
        return loss;
    }

    /**
     * Takes the dual step {@code Lambda += rho (G + gamma W)}.
     *
     * @param sum of all images, as {@link #add} adds it up
     * @param images how many these are
     * @return the norm of the residual M
     */
    double ascend(double[] sum, int images) {
        double square = 0;
        for (int i = 0; i < dual.length; i++) {
            double residual = sum[i] / images + gamma * weights[i];
            dual[i] += rho * residual;
            square += residual * residual;
        }
        return Math.sqrt(square);
    }

    private double softmax(float[] logits, int from) {
        double most = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < probabilities.length; k++) {
            most = Math.max(most, logits[from + k]);
        }
        double sum = 0;
        for (int k = 0; k < probabilities.length; k++) {
            probabilities[k] = Math.exp(logits[from + k] - most);
            sum += probabilities[k];
        }
        for (int k = 0; k < probabilities.length; k++) {
            probabilities[k] /= sum;
        }
        return most + Math.log(sum);
    }
}
