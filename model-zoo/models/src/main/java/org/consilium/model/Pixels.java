package org.consilium.model;

import java.nio.FloatBuffer;

/** A batch of images that has not been made yet. */
@FunctionalInterface
interface Pixels {

    /**
     * Writes the images.
     *
     * @param into {@code [n, channels, height, width]}; written by index, its position stays
     */
    void write(FloatBuffer into);
}
