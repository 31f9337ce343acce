package org.consilium.site.images;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.consilium.model.ImageShape;

/**
 * What is true of all images of a data set.
 *
 * @param name its name
 * @param modality how the images were made
 * @param classes names of the classes in label order, 2 to 1,000
 * @param shape size of each image
 * @param source who made it, may be empty
 * @param licence what is allowed, may be empty
 */
record DatasetDescription(
        String name, String modality, List<String> classes, ImageShape shape, String source, String licence) {

    DatasetDescription {
        classes = List.copyOf(classes);
        if (classes.size() < 2 || classes.size() > 1_000) {
            throw new IllegalArgumentException("a data set has 2 to 1000 classes, not " + classes.size());
        }
        if (Set.copyOf(classes).size() < classes.size()) {
            throw new IllegalArgumentException("a class is named twice in " + classes);
        }
        Objects.requireNonNull(shape, "shape");
    }
}
