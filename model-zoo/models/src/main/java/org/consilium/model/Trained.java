package org.consilium.model;

import java.util.Objects;
import org.consilium.contract.Parameters;
import org.consilium.contract.TrainingMetrics;

/**
 * What comes out of local training.
 *
 * @param parameters the parameters after training
 * @param metrics what the site says of it
 */
public record Trained(Parameters parameters, TrainingMetrics metrics) {
    /** Checks that nothing is missing. */
    public Trained {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(metrics, "metrics");
    }
}
