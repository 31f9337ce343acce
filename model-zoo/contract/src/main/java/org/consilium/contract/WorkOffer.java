package org.consilium.contract;

import java.time.Instant;
import java.util.Objects;

/** The answer to a site's poll. Reading it changes nothing: work that is not answered is offered again. */
public sealed interface WorkOffer {

    /** Work on a model in a round of a study. */
    sealed interface Task extends WorkOffer {

        /** Returns the study. */
        StudyId study();

        /** Returns its round. */
        RoundNumber round();

        /** Returns the digest of the protocol version that the round goes by. */
        Sha256 protocol();

        /** Returns the digest of the parameters to work on. */
        Sha256 model();

        /** Returns the network that these parameters are of. */
        ArchitectureId architecture();
    }

    /**
     * Train the model on this site's training images and send the parameters back.
     *
     * @param study the study
     * @param round its round
     * @param protocol SHA-256 of the protocol version that the round goes by
     * @param dataset name of the data set at the site, as in the protocol
     * @param model digest of the parameters to start from
     * @param architecture the network
     * @param plan what to do
     * @param deadline after this instant the round may close without the site
     */
    record Train(
            StudyId study,
            RoundNumber round,
            Sha256 protocol,
            String dataset,
            Sha256 model,
            ArchitectureId architecture,
            TrainingPlan plan,
            Instant deadline)
            implements Task {
        /** Checks that nothing is missing. */
        public Train {
            Objects.requireNonNull(study, "study");
            Objects.requireNonNull(round, "round");
            Objects.requireNonNull(protocol, "protocol");
            Objects.requireNonNull(dataset, "dataset");
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(architecture, "architecture");
            Objects.requireNonNull(plan, "plan");
            Objects.requireNonNull(deadline, "deadline");
        }
    }

    /**
     * Score the model on one split of this site's images and send the scores back.
     *
     * @param study the study
     * @param round the round that made the model
     * @param protocol SHA-256 of the protocol version that the round goes by
     * @param dataset name of the data set at the site
     * @param split VAL after each round, TEST once at the end
     * @param model digest of the parameters to score
     * @param architecture the network
     * @param deadline after this instant the scores are no longer awaited
     */
    record Evaluate(
            StudyId study,
            RoundNumber round,
            Sha256 protocol,
            String dataset,
            Split split,
            Sha256 model,
            ArchitectureId architecture,
            Instant deadline)
            implements Task {
        /** Checks that nothing is missing. */
        public Evaluate {
            Objects.requireNonNull(study, "study");
            Objects.requireNonNull(round, "round");
            Objects.requireNonNull(protocol, "protocol");
            Objects.requireNonNull(dataset, "dataset");
            Objects.requireNonNull(split, "split");
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(architecture, "architecture");
            Objects.requireNonNull(deadline, "deadline");
        }
    }

    /** Nothing to do now: poll again at once, the server holds the poll until there is work or its limit passes. */
    record Wait() implements WorkOffer {}
}
