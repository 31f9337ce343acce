package org.consilium.model;

import java.util.Optional;
import org.consilium.contract.Impressions;
import org.consilium.contract.Parameters;
import org.consilium.contract.TrainingPlan;

/**
 * Trains a network on one site's images: parameters in, parameters out. The port behind which the executor may change.
 */
public interface LocalTrainer {

    /**
     * Trains.
     *
     * <p>Equal arguments give equal parameters, bit for bit, on the same machine type and class path. The optimiser
     * starts anew in each call. Zero epochs return {@code start} itself and a loss of 0.
     *
     * @param start where to start; its architecture says which network
     * @param plan how long, in which batches, by which rule and order
     * @param images the site's training images, at least one, of the architecture's shape and number of classes
     * @return the parameters and, as loss, the mean cross-entropy in nats over the images of the last pass, each image
     *     scored when its batch was trained on; for steps, over the last pass or the part of it that was trained on
     * @throws IllegalArgumentException if architecture, parameters and images do not go together
     * @throws MemoryExhaustedException if the batch does not fit the memory outside the heap
     * @throws TrainingDivergedException if a loss or a parameter became NaN or infinite
     */
    default Trained train(Parameters start, TrainingPlan plan, LabelledImages images) {
        return train(start, plan, images, Optional.empty());
    }

    /**
     * Trains on the site's images and on impressions, as the plan's objective says; otherwise like {@link
     * #train(Parameters, TrainingPlan, LabelledImages)}.
     *
     * @param impressions of the architecture's shape and number of classes, empty where the round has none; they take part
     *     only if the plan says how
     */
    Trained train(Parameters start, TrainingPlan plan, LabelledImages images, Optional<Impressions> impressions);
}
