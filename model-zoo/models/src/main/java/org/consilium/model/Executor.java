package org.consilium.model;

import java.util.Optional;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Optimiser;

/** What runs networks: Deeplearning4j itself, or oneDNN. Safe for use by several threads; what it lends is not. */
interface Executor {

    /** Returns what runs, to be recorded beside results that depend on it to the bit. */
    String description();

    /**
     * Starts to train.
     *
     * @param start flat parameters
     * @param batch images in a batch, all but the last of a pass
     */
    TrainingRun training(ArchitectureId id, Optimiser optimiser, float[] start, int batch);

    /**
     * Starts to apply a model.
     *
     * @param parameters flat parameters
     * @param batch images in a batch, all but the last
     */
    ScoringRun scoring(ArchitectureId id, float[] parameters, int batch);

    /** One network on its way through batches. */
    interface TrainingRun extends AutoCloseable {

        /**
         * Moves the parameters by one batch.
         *
         * @param pixels n images
         * @param labels {@code [n]}
         * @param epoch passes that are done
         * @return the batch's mean loss, before the move
         */
        double step(Pixels pixels, int[] labels, int epoch);

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

        @Override
        void close();
    }
}
