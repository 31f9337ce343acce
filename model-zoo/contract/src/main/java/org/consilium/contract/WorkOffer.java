package org.consilium.contract;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

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

        /** Returns the name of the data set at the site, as in the protocol. */
        String dataset();

        /** Returns the instant after which the answer is no longer awaited. */
        Instant deadline();
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
     * @param impressions digest of the impressions to train on as well, empty where there are none yet
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
            Optional<Sha256> impressions,
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
            Objects.requireNonNull(impressions, "impressions");
            Objects.requireNonNull(deadline, "deadline");
        }

        /** Training without impressions. */
        public Train(
                StudyId study,
                RoundNumber round,
                Sha256 protocol,
                String dataset,
                Sha256 model,
                ArchitectureId architecture,
                TrainingPlan plan,
                Instant deadline) {
            this(study, round, protocol, dataset, model, architecture, plan, Optional.empty(), deadline);
        }
    }

    /**
     * Sum up the features that the model gives this site's training images, class by class, and send the sums back.
     *
     * @param study the study
     * @param round the round whose aggregated model this is
     * @param protocol SHA-256 of the protocol version that the round goes by
     * @param dataset name of the data set at the site
     * @param model digest of the parameters
     * @param architecture the network
     * @param deadline after this instant the round goes on without the site
     */
    record Describe(
            StudyId study,
            RoundNumber round,
            Sha256 protocol,
            String dataset,
            Sha256 model,
            ArchitectureId architecture,
            Instant deadline)
            implements Task {
        /** Checks that nothing is missing. */
        public Describe {
            Objects.requireNonNull(study, "study");
            Objects.requireNonNull(round, "round");
            Objects.requireNonNull(protocol, "protocol");
            Objects.requireNonNull(dataset, "dataset");
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(architecture, "architecture");
            Objects.requireNonNull(deadline, "deadline");
        }
    }

    /**
     * Compare impressions with this site's images and send the verdict back.
     *
     * @param study the study
     * @param round the round from whose model they were synthesised
     * @param protocol SHA-256 of the protocol version that the round goes by
     * @param dataset name of the data set at the site
     * @param model digest of the parameters that they were synthesised from
     * @param architecture the network
     * @param impressions digest of the impressions
     * @param deadline after this instant the set is decided on without the site
     */
    record Judge(
            StudyId study,
            RoundNumber round,
            Sha256 protocol,
            String dataset,
            Sha256 model,
            ArchitectureId architecture,
            Sha256 impressions,
            Instant deadline)
            implements Task {
        /** Checks that nothing is missing. */
        public Judge {
            Objects.requireNonNull(study, "study");
            Objects.requireNonNull(round, "round");
            Objects.requireNonNull(protocol, "protocol");
            Objects.requireNonNull(dataset, "dataset");
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(architecture, "architecture");
            Objects.requireNonNull(impressions, "impressions");
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
