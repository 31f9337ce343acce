package org.consilium.site.training;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
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

/** Trains and scores models on this site's images. */
@ApplicationScoped
public class LocalWork {

    private ImageLibrary images;
    private Networks networks;

    /** For the container's proxy. */
    LocalWork() {}

    /**
     * @param images this site's images
     */
    @Inject
    public LocalWork(ImageLibrary images) {
        this.images = images;
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
     * @return an update or a refusal
     * @throws org.consilium.site.platform.ProblemException if the database is out of reach: try again later
     */
    public Answer train(WorkOffer.Train offer, Parameters model) {
        // Before the images are read: those that replace them later were not trained on.
        Optional<Sha256> fingerprint = images.fingerprint(offer.dataset());
        return answer(offer.dataset(), Split.TRAIN, own -> {
            Trained trained = networks.train(model, offer.plan(), own);
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
        } catch (IllegalArgumentException e) {
            return new Answer.Refusal("not-possible", String.valueOf(e.getMessage()));
        }
    }
}
