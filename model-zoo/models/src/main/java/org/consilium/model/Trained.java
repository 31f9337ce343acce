package org.consilium.model;

import java.util.Objects;
import org.consilium.contract.Parameters;
import org.consilium.contract.TrainingMetrics;

/**
 * What comes out of local training.
 *
 * @param parameters the parameters after training
 * @param metrics what the site says of it
 * @param dataShare part of the time that went into making batches of the images, 0 to 1
 */
public record Trained(Parameters parameters, TrainingMetrics metrics, double dataShare) {
    /** Checks that nothing is missing. */
    public Trained {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(metrics, "metrics");
    }
}
