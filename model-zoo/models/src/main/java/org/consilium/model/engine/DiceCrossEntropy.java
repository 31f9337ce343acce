package org.consilium.model.engine;

/**
 * Loss of segmentation: a mixture of the soft Dice loss (Milletari, Navab, Ahmadi, 2016, with the denominator of sums,
 * not of squares) and of cross-entropy, both over the softmax of each position.
 *
 * <p>Dice of class k over all positions of the batch: (2 sum p_k y_k + s) / (sum p_k + sum y_k + s). Loss: share (1 - mean
 * over k of dice_k) + (1 - share) mean cross-entropy.
 */
public final class DiceCrossEntropy {

    private final int classes;
    private final double share;
    private final double smoothing;
    private final SoftmaxCrossEntropy crossEntropy;

    /**
     * @param classes number of classes, background included
     * @param share of the Dice loss, 0 to 1
     * @param smoothing s above 0: a class that is nowhere, and is found nowhere, has a Dice of 1
     */
    public DiceCrossEntropy(int classes, double share, double smoothing) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share of Dice " + share + " is not valid: use 0 to 1");
        }
        if (!(smoothing > 0)) {
            throw new IllegalArgumentException("smoothing " + smoothing + " is not valid: use a number above 0");
        }
        this.classes = classes;
        this.share = share;
        this.smoothing = smoothing;
        this.crossEntropy = SoftmaxCrossEntropy.of(classes);
    }

    /**
     * Returns the loss.
     *
     * @param logits {@code [examples, classes, positions]}
     * @param labels one-hot, {@code [examples, classes, positions]}
     * @param gradient receives the derivative by each logit
     * @param positions height times width
     */
    public double evaluate(float[] logits, float[] labels, float[] gradient, int positions) {
        int examples = logits.length / classes / positions;
        double entropy = crossEntropy.soft(logits, labels, gradient, positions);
        double[] overlap = new double[classes];
        double[] total = new double[classes];
        int all = examples * positions;
        // With one-hot labels the gradient of the mean cross-entropy is (p - y) / all.
        for (int i = 0; i < logits.length; i++) {
            int k = i / positions % classes;
            double p = gradient[i] * (double) all + labels[i];
            overlap[k] += p * labels[i];
            total[k] += p + labels[i];
        }
        double dice = 0;
        for (int k = 0; k < classes; k++) {
            dice += (2 * overlap[k] + smoothing) / (total[k] + smoothing) / classes;
        }
        double[] byClass = new double[classes];
        for (int example = 0; example < examples; example++) {
            for (int position = 0; position < positions; position++) {
                int from = example * classes * positions + position;
                double mean = 0;
                for (int k = 0; k < classes; k++) {
                    int at = from + k * positions;
                    double size = total[k] + smoothing;
                    byClass[k] = -(2 * labels[at] * size - (2 * overlap[k] + smoothing)) / (size * size) / classes;
                    mean += byClass[k] * (gradient[at] * (double) all + labels[at]);
                }
                for (int k = 0; k < classes; k++) {
                    int at = from + k * positions;
                    double p = gradient[at] * (double) all + labels[at];
                    gradient[at] = (float) (share * p * (byClass[k] - mean) + (1 - share) * gradient[at]);
                }
            }
        }
        return share * (1 - dice) + (1 - share) * entropy;
    }
}
