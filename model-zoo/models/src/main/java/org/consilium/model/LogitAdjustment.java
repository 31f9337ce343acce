package org.consilium.model;

/**
 * What is added to the logits while a site trains, {@code tau log(n_k / n)}: a class that is rare at the site must win by
 * more there, so that the model does not learn the site's shares (Menon et al., ICLR 2021). A class without images counts as
 * one with a hundredth of an image, since minus infinity would take it out of the softmax: then nothing moves it, neither up
 * nor down.
 */
final class LogitAdjustment {

    private static final double LEAST = 0.01;

    private LogitAdjustment() {}

    /**
     * Returns the offsets, {@code [classes]}.
     *
     * @param tau strength, 0 for none
     */
    static float[] of(LabelledImages images, double tau) {
        float[] offsets = new float[images.classes()];
        int[] counts = images.countsByClass();
        for (int k = 0; k < offsets.length && tau > 0; k++) {
            offsets[k] = (float) (tau * Math.log(Math.max(LEAST, counts[k]) / images.size()));
        }
        return offsets;
    }
}
