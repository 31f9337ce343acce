package org.consilium.model;

import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassStatistics.Products;
import org.consilium.contract.Impressions;
import org.consilium.contract.Parameters;

/** Describes the features that a model gives a site's images, class by class. */
public interface FeatureDescriber {

    /**
     * Sums up features and their products.
     *
     * @param model its architecture says which network
     * @param images of the architecture's shape and number of classes
     * @param least 1 or more: classes with fewer images are left out, with a count of 0, and of others a multiple of this
     *     number is told, with sums in proportion
     * @param products which products are summed up
     */
    ClassStatistics describe(Parameters model, LabelledImages images, int least, Products products);

    /**
     * Shows each image as pixels and as features.
     *
     * @param model its architecture says which network
     * @param images of the architecture's shape and number of classes
     */
    void show(Parameters model, LabelledImages images, Vectors visitor);

    /** Shows each impression as pixels and as features; otherwise like the other {@code show}. */
    void show(Parameters model, Impressions impressions, Vectors visitor);

    /** Looks at an image. */
    @FunctionalInterface
    interface Vectors {
        /**
         * @param pixels in the network's own units: {@code [channels, height, width]}; overwritten by the next
         * @param features what the network's last layer works on: {@code [d]}; overwritten by the next
         */
        void image(float[] pixels, float[] features);
    }
}
