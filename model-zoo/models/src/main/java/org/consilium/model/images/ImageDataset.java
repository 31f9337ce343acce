package org.consilium.model.images;

import java.util.List;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;

/** A named set of labelled images in several splits, with where it comes from and what its licence allows. */
public interface ImageDataset {

    /** Returns its name, such as {@code blood28}. */
    String name();

    /** Returns the names of its classes in label order. */
    List<String> classNames();

    /** Returns the size of each image. */
    ImageShape shape();

    /** Returns who made it, to be shown wherever it is named to a user. */
    String source();

    /** Returns its licence, to be shown wherever it is named to a user. */
    String licence();

    /** Returns whether the images are drawn by this program, so that no result on them says anything about patients. */
    boolean generated();

    /**
     * Reads or draws the images of one split, always in the same order.
     *
     * @param splitName {@code train}, {@code val}, {@code test}, or another that the data folder has
     * @throws ImageDataException if there is no such split or its images cannot be used
     */
    LabelledImages load(String splitName);
}
