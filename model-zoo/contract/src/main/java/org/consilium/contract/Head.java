package org.consilium.contract;

/**
 * Where the last layer of a classifier lies within its flat parameters: the weights, those of one class together, and then
 * the biases. Its logits are {@code z = W f + b} of the features f.
 *
 * @param offset index of the first weight, 0 or above
 * @param features length d of the features, 1 or more
 * @param classes number of classes K, 2 or more
 */
public record Head(int offset, int features, int classes) {

    /** Checks the ranges. */
    public Head {
        if (offset < 0 || features < 1 || classes < 2) {
            throw new IllegalArgumentException(
                    "a head of " + features + " features and " + classes + " classes at " + offset + " is not valid");
        }
    }

    /** Returns the number of its parameters, K (d + 1). */
    public int length() {
        return classes * (features + 1);
    }

    /** Returns the index, within the head, of the bias of class 0. */
    public int biases() {
        return classes * features;
    }

    /** Returns its parameters out of the whole vector: shape {@code [K, d]} and then {@code [K]}. */
    public float[] of(float[] flat) {
        float[] own = new float[length()];
        System.arraycopy(flat, offset, own, 0, own.length);
        return own;
    }

    /** Returns a copy of the whole vector with other parameters of the head. */
    public float[] replaced(float[] flat, float[] own) {
        if (own.length != length()) {
            throw new IllegalArgumentException("a head has " + length() + " parameters, not " + own.length);
        }
        float[] copy = flat.clone();
        System.arraycopy(own, 0, copy, offset, own.length);
        return copy;
    }
}
