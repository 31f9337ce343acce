package org.consilium.model.engine;

import java.util.Arrays;

/**
 * Cross-entropy of a softmax: the mean loss over examples, or over positions of maps, and its gradient by the logits.
 *
 * <p>Loss of one example with labels y, class weights w and logit offsets o: - sum_k w_k y_k log p_k with p = softmax(z +
 * o); its gradient by z is p sum_k(w_k y_k) - w y.
 */
public final class SoftmaxCrossEntropy {

    private final int classes;
    private final float[] weights;
    private final float[] offsets;

    private SoftmaxCrossEntropy(int classes, float[] weights, float[] offsets) {
        this.classes = classes;
        this.weights = weights;
        this.offsets = offsets;
    }

    /** Returns the loss with all classes alike. */
    public static SoftmaxCrossEntropy of(int classes) {
        float[] ones = new float[classes];
        Arrays.fill(ones, 1);
        return new SoftmaxCrossEntropy(classes, ones, new float[classes]);
    }

    /** Returns the same with weights of the classes, {@code [classes]}, each 0 or above. */
    public SoftmaxCrossEntropy weighted(float[] byClass) {
        check(byClass);
        return new SoftmaxCrossEntropy(classes, byClass.clone(), offsets);
    }

    /** Returns the same with what is added to each class's logit, {@code [classes]}, as a site's class prior demands. */
    public SoftmaxCrossEntropy offset(float[] byClass) {
        check(byClass);
        return new SoftmaxCrossEntropy(classes, weights, byClass.clone());
    }

    private void check(float[] byClass) {
        if (byClass.length != classes) {
            throw new IllegalArgumentException(byClass.length + " figures do not go with " + classes + " classes");
        }
        for (float one : byClass) {
            if (!Float.isFinite(one)) {
                throw new IllegalArgumentException("a class's figure is " + one);
            }
        }
    }

    /**
     * Returns the mean loss in nats over examples of one class each.
     *
     * @param logits {@code [examples, classes]}
     * @param labels {@code [examples]}
     * @param gradient receives the derivative of the mean by each logit
     */
    public double hard(float[] logits, int[] labels, float[] gradient) {
        int examples = labels.length;
        double loss = 0;
        for (int example = 0; example < examples; example++) {
            int from = example * classes;
            int label = labels[example];
            double logSum = softmax(logits, from, 1, gradient);
            loss += weights[label] * (logSum - logits[from + label] - offsets[label]);
            float scale = weights[label] / examples;
            for (int k = 0; k < classes; k++) {
                gradient[from + k] *= scale;
            }
            gradient[from + label] -= scale;
        }
        return loss / examples;
    }

    /**
     * Returns the mean loss in nats over examples, or over the positions of all maps, with labels that may be spread over
     * classes.
     *
     * @param logits {@code [examples, classes, positions]}
     * @param labels {@code [examples, classes, positions]}, 0 or above
     * @param gradient receives the derivative of the mean by each logit
     */
    public double soft(float[] logits, float[] labels, float[] gradient, int positions) {
        int examples = logits.length / classes / positions;
        float share = 1f / (examples * positions);
        double loss = 0;
        for (int example = 0; example < examples; example++) {
            for (int position = 0; position < positions; position++) {
                int from = example * classes * positions + position;
                double logSum = softmax(logits, from, positions, gradient);
                float mass = 0;
                for (int k = 0; k < classes; k++) {
                    int at = from + k * positions;
                    float weighted = weights[k] * labels[at];
                    mass += weighted;
                    loss += weighted == 0 ? 0 : weighted * (logSum - logits[at] - offsets[k]);
                }
                for (int k = 0; k < classes; k++) {
                    int at = from + k * positions;
                    gradient[at] = (gradient[at] * mass - weights[k] * labels[at]) * share;
                }
            }
        }
        return loss / examples / positions;
    }

    /** Writes the softmax of one example's logits and returns the logarithm of the sum of their exponentials. */
    private double softmax(float[] logits, int from, int stride, float[] into) {
        double most = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < classes; k++) {
            most = Math.max(most, logits[from + k * stride] + offsets[k]);
        }
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            double e = Math.exp(logits[from + k * stride] + offsets[k] - most);
            into[from + k * stride] = (float) e;
            sum += e;
        }
        float inverse = (float) (1 / sum);
        for (int k = 0; k < classes; k++) {
            into[from + k * stride] *= inverse;
        }
        return most + Math.log(sum);
    }

    /**
     * Writes probabilities.
     *
     * @param logits {@code [examples, classes]}
     * @param probabilities {@code [examples, classes]}, rows sum to 1
     */
    public void probabilities(float[] logits, float[] probabilities) {
        for (int from = 0; from < logits.length; from += classes) {
            softmax(logits, from, 1, probabilities);
        }
    }
}
