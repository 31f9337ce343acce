package org.consilium.model;

/** Draws what the features of an impression of a class should be like. */
@FunctionalInterface
public interface FeatureTargets {

    /**
     * Returns one draw.
     *
     * @param image number of the image, from 0: equal numbers give equal draws
     * @param label its class
     * @return {@code [features]}, or none where nothing is known of the class
     */
    float[] draw(int image, int label);
}
