package org.consilium.model;

import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Parameters;

/** Applies a model to labelled images. */
public interface ModelScorer {

    /**
     * Counts how the model does.
     *
     * @param model its architecture says which network
     * @param images of the architecture's shape and number of classes; none give scores of zero images
     * @throws IllegalArgumentException if architecture, parameters and images do not go together, or the model's
     *     outputs are not finite
     */
    ClassificationScores score(Parameters model, LabelledImages images);

    /**
     * Returns the probability of each class for each image, shape {@code [images][classes]}, rows sum to 1.
     *
     * @throws IllegalArgumentException as for {@link #score}
     */
    double[][] probabilities(Parameters model, LabelledImages images);
}
