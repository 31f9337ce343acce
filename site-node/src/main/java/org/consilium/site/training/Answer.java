package org.consilium.site.training;

import java.util.Objects;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.TrainingMetrics;

/** What the site answers to an offer. */
public sealed interface Answer {

    /**
     * The trained model.
     *
     * @param parameters the whole vector after training
     * @param metrics what the site says of its training
     * @param dataset fingerprint of the images
     */
    record Update(Parameters parameters, TrainingMetrics metrics, Sha256 dataset) implements Answer {
        /** Checks that nothing is missing. */
        public Update {
            Objects.requireNonNull(parameters, "parameters");
            Objects.requireNonNull(metrics, "metrics");
            Objects.requireNonNull(dataset, "dataset");
        }

        /** Returns the same, which does not tell its loss. */
        public Update withoutLoss() {
            return new Update(parameters, metrics.withoutLoss(), dataset);
        }
    }

    /**
     * How the model does on this site's images.
     *
     * @param scores counts over one split, without labels of too few images
     */
    record Evaluation(ClassificationScores scores) implements Answer {
        /** Checks that nothing is missing. */
        public Evaluation {
            Objects.requireNonNull(scores, "scores");
        }
    }

    /**
     * The site cannot or will not do the work.
     *
     * @param code stable name in kebab case
     * @param reason for people, with the next action
     */
    record Refusal(String code, String reason) implements Answer {
        /** Checks that it says something. */
        public Refusal {
            if (code.isBlank() || reason.isBlank()) {
                throw new IllegalArgumentException("a refusal needs a code and a reason");
            }
        }
    }
}
