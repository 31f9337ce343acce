package org.consilium.model.images;

import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.consilium.model.ImageShape;

/** A kind of picture that this program draws in place of patients' images. */
interface Phantom {

    /** Returns the data set's name. */
    String name();

    /** Returns the classes in label order. */
    List<String> classNames();

    /** Returns the size of each picture. */
    ImageShape shape();

    /** Returns how many sites the pictures come from; each has its own look. */
    int origins();

    /**
     * Draws one picture.
     *
     * @param label its class
     * @param origin its site
     * @param random all chance comes from here
     * @return samples, shape {@code [height, width, channels]}
     */
    byte[] draw(int label, int origin, UniformRandomProvider random);
}
