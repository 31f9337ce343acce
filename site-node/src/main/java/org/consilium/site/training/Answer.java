package org.consilium.site.training;

import java.util.Objects;
import java.util.stream.IntStream;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.ModelOrigin;
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
     * What the features of this site's images are like.
     *
     * @param origin the model whose features they are
     * @param statistics sums over the training images, noise included
     * @param noise standard deviation of that, as a multiple of what one image adds
     */
    record Statistics(ModelOrigin origin, ClassStatistics statistics, double noise) implements Answer {
        /** Checks that nothing is missing. */
        public Statistics {
            Objects.requireNonNull(origin, "origin");
            Objects.requireNonNull(statistics, "statistics");
        }

        /** Returns what is sent. */
        public byte[] encode() {
            return statistics.encode(origin);
        }

        /** Returns how many classes are described. */
        public int classes() {
            return (int) IntStream.range(0, statistics.classes())
                    .filter(k -> statistics.count(k) > 0)
                    .count();
        }

        /** Returns how many images that is over. */
        public long examples() {
            return IntStream.range(0, statistics.classes())
                    .mapToLong(statistics::count)
                    .sum();
        }
    }

    /**
     * What this site says of impressions.
     *
     * @param verdict numbers only
     */
    record Judgement(ImpressionVerdict verdict) implements Answer {
        /** Checks that nothing is missing. */
        public Judgement {
            Objects.requireNonNull(verdict, "verdict");
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
