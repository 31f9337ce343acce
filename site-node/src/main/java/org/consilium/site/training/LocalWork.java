package org.consilium.site.training;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import org.consilium.algorithm.PrivacyGate;
import org.consilium.algorithm.StatisticsNoise;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.Effort;
import org.consilium.contract.GatePlan;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Impressions;
import org.consilium.contract.InvalidImpressionsException;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.contract.StatisticsPlan;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.model.Architectures;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import org.consilium.model.MemoryExhaustedException;
import org.consilium.model.Networks;
import org.consilium.model.Trained;
import org.consilium.model.TrainingDivergedException;
import org.consilium.model.images.ImageDataException;
import org.consilium.site.images.ImageLibrary;
import org.consilium.site.platform.Pseudonyms;

/** Trains and scores models on this site's images. */
@ApplicationScoped
public class LocalWork {

    /** The code of the refusal to use impressions that are not what was offered. */
    public static final String IMPRESSIONS_INVALID = "impressions-invalid";

    private ImageLibrary images;
    private Pseudonyms secret;
    private Networks networks;
    private Gate gate;

    /** A gate, and whose images it has measured. */
    private record Gate(GatePlan plan, Sha256 fingerprint, PrivacyGate gate) {}

    /** For the container's proxy. */
    LocalWork() {}

    /**
     * @param images this site's images
     * @param secret of which noise is derived
     */
    @Inject
    public LocalWork(ImageLibrary images, Pseudonyms secret) {
        this.images = images;
        this.secret = secret;
        this.networks = Networks.create();
    }

    /** Loads the arithmetic and does one step on a black image: seconds that the first round need not wait for. */
    public void warmUp() {
        ImageShape shape = new ImageShape(28, 28, 3);
        LabelledImages black = LabelledImages.of(shape, 2, new byte[shape.samples()], new int[] {0}, new int[0]);
        Parameters model = networks.initial(Architectures.id("cnn", shape, 2), 0);
        TrainingPlan plan = new TrainingPlan(new Effort.Steps(1), 1, new Optimiser.Sgd(0.01, 0), 0);
        networks.train(model, plan, black);
        networks.score(model, black);
    }

    /**
     * Trains on the train split.
     *
     * @param offer what is asked for
     * @param model the parameters that the offer names
     * @param impressions those that take part, empty to train on this site's images alone
     * @return an update or a refusal
     * @throws org.consilium.site.platform.ProblemException if the database is out of reach: try again later
     */
    public Answer train(WorkOffer.Train offer, Parameters model, Optional<Impressions> impressions) {
        // Before the images are read: those that replace them later were not trained on.
        Optional<Sha256> fingerprint = images.fingerprint(offer.dataset());
        return answer(offer.dataset(), Split.TRAIN, own -> {
            Trained trained = networks.train(model, offer.plan(), own, impressions);
            return fingerprint
                    .<Answer>map(print -> new Answer.Update(trained.parameters(), trained.metrics(), print))
                    .orElseGet(() -> none(offer.dataset(), Split.TRAIN));
        });
    }

    /**
     * Scores on the split that is asked for, without the images of labels that are too few to tell of.
     *
     * @param offer what is asked for
     * @param model the parameters that the offer names
     * @param fewest images of a label that is scored, 1 or more
     * @return scores or a refusal
     * @throws org.consilium.site.platform.ProblemException if the database is out of reach: try again later
     */
    public Answer evaluate(WorkOffer.Evaluate offer, Parameters model, int fewest) {
        return answer(offer.dataset(), offer.split(), own -> {
            LabelledImages scored = own.withoutRareLabels(fewest);
            return scored.size() == 0
                    ? new Answer.Refusal(
                            "too-few-examples",
                            "Figures over fewer than " + fewest
                                    + " images of a label do not leave this site, and it has no"
                                    + " label with as many.")
                    : new Answer.Evaluation(networks.score(model, scored));
        });
    }

    /**
     * Describes the features of the train split.
     *
     * <p>Noise is derived from the site's secret, the exact sums and the multiple: asked again, the node answers the same
     * bytes, from which no more is learnt, and whatever is different gets noise that has nothing to do with it.
     *
     * @param offer what is asked for
     * @param model the parameters that the offer names
     * @param plan of which classes something is said, and what
     * @param noise as in {@link StatisticsNoise}
     * @return statistics or a refusal
     * @throws org.consilium.site.platform.ProblemException if the database is out of reach: try again later
     */
    public Answer describe(WorkOffer.Describe offer, Parameters model, StatisticsPlan plan, double noise) {
        return answer(offer.dataset(), Split.TRAIN, own -> {
            ModelOrigin origin = new ModelOrigin(offer.protocol(), offer.round(), offer.model(), offer.architecture());
            ClassStatistics exact = networks.describe(model, own, plan.least(), plan.products());
            Sha256 key = new Sha256(secret.of("statistics-noise/" + noise + "/" + Sha256.of(exact.encode(origin))));
            return new Answer.Statistics(origin, StatisticsNoise.added(exact, noise, new SecretNormals(key)), noise);
        });
    }

    /**
     * Compares impressions with this site's training images, by the measure of its validation images.
     *
     * @param offer what is asked for
     * @param model the parameters that the offer names
     * @param set the impressions
     * @param plan by what they are judged
     * @param unwanted numbers of those that the steward has vetoed
     * @return a judgement or a refusal
     * @throws org.consilium.site.platform.ProblemException if the database is out of reach: try again later
     */
    public Answer judge(
            WorkOffer.Judge offer, Parameters model, Impressions set, GatePlan plan, Set<Integer> unwanted) {
        Optional<Sha256> fingerprint = images.fingerprint(offer.dataset());
        return answer(offer.dataset(), Split.TRAIN, own -> {
            Optional<LabelledImages> heldOut = images.images(offer.dataset(), Split.VAL);
            ImpressionVerdict verdict = gate(plan, fingerprint)
                    .judge(
                            set,
                            new PrivacyGate.Source(set.size(), visitor -> networks.show(model, set, visitor::image)),
                            shown(model, own),
                            heldOut.map(others -> shown(model, others))
                                    .orElseGet(() -> new PrivacyGate.Source(0, visitor -> {})));
            return new Answer.Judgement(verdict.vetoing(unwanted));
        });
    }

    private PrivacyGate.Source shown(Parameters model, LabelledImages some) {
        return new PrivacyGate.Source(some.size(), visitor -> networks.show(model, some, visitor::image));
    }

    /** What a gate has measured of the site's images alone is measured once for them. */
    private PrivacyGate gate(GatePlan plan, Optional<Sha256> fingerprint) {
        if (fingerprint.isEmpty()) {
            return new PrivacyGate(plan);
        }
        if (gate == null || !gate.plan().equals(plan) || !gate.fingerprint().equals(fingerprint.get())) {
            gate = new Gate(plan, fingerprint.get(), new PrivacyGate(plan));
        }
        return gate.gate();
    }

    private static Answer none(String dataset, Split split) {
        return new Answer.Refusal(
                "no-images",
                "This site has no images of the " + split.label() + " split of data set '" + dataset
                        + "'; import them at this site.");
    }

    private interface Task {
        Answer on(LabelledImages images);
    }

    private Answer answer(String dataset, Split split, Task task) {
        try {
            Optional<LabelledImages> own = images.images(dataset, split);
            if (own.isEmpty()) {
                return none(dataset, split);
            }
            return task.on(own.get());
        } catch (TrainingDivergedException e) {
            return new Answer.Refusal("diverged", e.getMessage());
        } catch (MemoryExhaustedException e) {
            return new Answer.Refusal("memory-exhausted", e.getMessage());
        } catch (ImageDataException e) {
            // The message may name a file of the hospital, which is none of the consortium's business.
            return new Answer.Refusal(
                    "images-unusable",
                    "The images of data set '" + dataset + "' at this site cannot be used; ask its data steward.");
        } catch (InvalidImpressionsException e) {
            return new Answer.Refusal(IMPRESSIONS_INVALID, e.getMessage());
        } catch (IllegalArgumentException e) {
            return new Answer.Refusal("not-possible", String.valueOf(e.getMessage()));
        }
    }
}
