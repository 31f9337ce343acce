package org.consilium.model;

import java.util.Optional;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.LocalObjective;
import org.consilium.contract.Optimiser;

/** What runs networks: Deeplearning4j itself, or oneDNN. Safe for use by several threads; what it lends is not. */
interface Executor {

    /** Returns what runs, to be recorded beside results that depend on it to the bit. */
    String description();

    /**
     * Starts to train.
     *
     * @param objective what is minimised; how impressions take part is the caller's business
     * @param offsets what is added to each class's logit on the site's own images, {@code [classes]}
     * @param start flat parameters, which pulls go to as well
     * @param batch images in a batch, all but the last of a pass
     */
    TrainingRun training(
            ArchitectureId id,
            Optimiser optimiser,
            LocalObjective objective,
            float[] offsets,
            float[] start,
            int batch);

    /**
     * Starts to apply a model.
     *
     * @param parameters flat parameters
     * @param batch images in a batch, all but the last
     */
    ScoringRun scoring(ArchitectureId id, float[] parameters, int batch);

    /**
     * Starts to move images against a frozen model.
     *
     * @param parameters flat parameters
     * @throws IllegalArgumentException if this executor cannot
     */
    InputRun inputs(ArchitectureId id, float[] parameters);

    /** A frozen model that tells how its result depends on the images. */
    interface InputRun extends AutoCloseable {

        /**
         * Applies the model.
         *
         * @param images {@code [count, channels, height, width]}
         * @param logits receives {@code [count, classes]}
         * @param features receives {@code [count, features]}
         */
        void forward(float[] images, int count, float[] logits, float[] features);

        /**
         * Goes back from the last forward pass.
         *
         * @param byLogits derivative by the logits
         * @param byFeatures what is added to the derivative by the features
         * @param byImages receives the derivative by each value of the images
         */
        void backward(float[] byLogits, float[] byFeatures, float[] byImages);

        @Override
        void close();
    }

    /** One network on its way through batches. */
    interface TrainingRun extends AutoCloseable {

        /**
         * Moves the parameters by one batch, along the gradient of the mean loss over its images.
         *
         * @param pixels first the site's own images, then impressions
         * @param labels classes of the site's own images, {@code [own]}
         * @param targets probabilities of the impressions, {@code [impressions, classes]}
         * @param weight factor of the loss
         * @param epoch passes that are done
         * @return the mean loss of the site's own images before the move, 0 if there are none
         */
        double step(Pixels pixels, int[] labels, float[] targets, double weight, int epoch);

        /**
         * Returns the parameter that is not finite, with its layer, empty if all are: a finite loss can hide broken ones,
         * since ReLU turns NaN into 0.
         */
        Optional<String> broken();

        /** Returns the flat parameters. */
        float[] parameters();

        @Override
        void close();
    }

    /** One model applied batch by batch. */
    interface ScoringRun extends AutoCloseable {

        /**
         * Returns probabilities.
         *
         * @param pixels the images
         * @param count how many
         * @return {@code [count, classes]}, valid until the next call
         */
        float[] probabilities(Pixels pixels, int count);

        /** Returns the features of the images of the last call, {@code [count, features]}: what the last layer works on. */
        float[] features();

        @Override
        void close();
    }
}
