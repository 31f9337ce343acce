package org.consilium.contract;

import java.util.Objects;
import java.util.Optional;

/**
 * What a site minimises in a round beside the cross-entropy on its own images, and how it mixes in impressions.
 *
 * @param proximal factor mu of {@code mu/2 ||w - w_start||^2} over all parameters, 0 for none, at most 1,000 (Li et al.,
 *     "Federated Optimization in Heterogeneous Networks", MLSys 2020)
 * @param headPull factor of {@code mean over classes of ||W_c - W_start,c||^2 + mean over classes of (b_c - b_start,c)^2}, 0
 *     for none, at most 1,000: keeps the last layer near the global one (arXiv 2409.07351, the authors' code)
 * @param logitAdjustment factor tau of the logarithm of the site's own class shares, which is added to the logits while
 *     training, 0 for none, at most 10 (Menon et al., "Long-tail learning via logit adjustment", ICLR 2021; Zhang et al.,
 *     "Federated Learning with Label Distribution Skew via Logits Calibration", ICML 2022)
 * @param headFrozen whether the last layer keeps the parameters that it starts with (Oh et al., "FedBABU", ICLR 2022)
 * @param mixing how impressions take part, empty if they do not
 */
public record LocalObjective(
        double proximal, double headPull, double logitAdjustment, boolean headFrozen, Optional<Mixing> mixing) {

    /** Nothing but the cross-entropy on the site's own images. */
    public static final LocalObjective PLAIN = new LocalObjective(0, 0, 0, false, Optional.empty());

    private static final double MOST_PULL = 1_000;
    private static final double MOST_ADJUSTMENT = 10;

    /** Checks the ranges. */
    public LocalObjective {
        proximal = within("proximal", proximal, MOST_PULL);
        headPull = within("headPull", headPull, MOST_PULL);
        logitAdjustment = within("logitAdjustment", logitAdjustment, MOST_ADJUSTMENT);
        Objects.requireNonNull(mixing, "mixing");
    }

    /** How impressions take part in a site's training. */
    public sealed interface Mixing {

        /** Returns how many impressions take part in a step, 1 to 65,536; all of the set if that has fewer. */
        int batch();

        /**
         * Each batch of the site's images is joined by a batch of impressions, and one step goes along the gradient of the
         * mean loss over both.
         *
         * @param batch impressions a step
         */
        record Joined(int batch) implements Mixing {
            /** Checks the range. */
            public Joined {
                checkBatch(batch);
            }
        }

        /**
         * After each step on a batch of the site's images comes one on a batch of impressions.
         *
         * @param batch impressions a step
         * @param weight factor of their loss, above 0, at most 100
         */
        record Separate(int batch, double weight) implements Mixing {
            /** Checks the ranges. */
            public Separate {
                checkBatch(batch);
                if (!(weight > 0 && weight <= 100)) {
                    throw new IllegalArgumentException(
                            "weight " + weight + " of impressions is not valid: use a number above 0 and at most 100");
                }
            }
        }

        private static void checkBatch(int batch) {
            if (batch < 1 || batch > 65_536) {
                throw new IllegalArgumentException("a batch of " + batch + " impressions is not valid: use 1 to 65536");
            }
        }
    }

    private static double within(String name, double value, double most) {
        if (!(value >= 0 && value <= most)) {
            throw new IllegalArgumentException(name + " " + value + " is not valid: use 0 to " + most);
        }
        // one zero instead of two
        return value + 0.0;
    }
}
