package org.consilium.server.round;

import java.util.Objects;
import org.consilium.contract.Sha256;
import org.consilium.contract.TrainingMetrics;

/**
 * What a site sent after training.
 *
 * @param digest its parameters
 * @param metrics what it says of its training
 */
public record Update(Sha256 digest, TrainingMetrics metrics) {

    /** Checks that nothing is missing. */
    public Update {
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(metrics, "metrics");
    }
}
