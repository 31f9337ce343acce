package org.consilium.contract;

import java.util.Objects;

/**
 * How impressions are synthesised from a global model: the alternating direction method of multipliers on the pixels
 * (arXiv 2409.07351; names in brackets are those of the authors' code).
 *
 * @param images images of the whole set (data_size), 1 to 100,000
 * @param labels how classes are dealt to the images
 * @param initial what the pixels start from
 * @param batch images that are moved together, 1 to 65,536
 * @param outerIterations dual steps (iters_admm), 1 to 1,000
 * @param imageIterations steps on the pixels of each batch before each dual step (iters_img), 1 to 100,000
 * @param imageLearningRate step size on the pixels (lr_img), above 0, at most 1,000,000
 * @param momentum of these steps, 0 to below 1
 * @param rho weight of the squared residual, 0 to 1,000
 * @param gamma factor of the head's weights in the residual, 0 to 1,000
 * @param prior what is asked of the images beside, see {@link Prior}
 * @param temperature above 0: targets are the model's own probabilities at that temperature; 0: targets are the classes
 * @param seed decides classes and initial pixels; equal seeds give equal images
 */
public record SynthesisPlan(
        int images,
        Labels labels,
        Initial initial,
        int batch,
        int outerIterations,
        int imageIterations,
        double imageLearningRate,
        double momentum,
        double rho,
        double gamma,
        Prior prior,
        double temperature,
        long seed) {

    /** How classes are dealt to images. */
    public enum Labels {
        /** As many images of each class as of any other, but for one. */
        BALANCED,
        /** Each image's class is drawn by itself, all classes alike, so that one may be missing (the authors' {@code cond}). */
        RANDOM
    }

    /** What pixels start from. */
    public enum Initial {
        /** Normal noise of variance 1 in the network's own units. */
        NOISE,
        /** Pictures that this program draws, dealt without regard to classes. */
        PHANTOMS,
        /** Public images that the consortium's operator has put there, dealt without regard to classes. */
        PUBLIC
    }

    /**
     * What is asked of images beside what the model makes of them; the paper has none of it.
     *
     * @param totalVariation weight of the mean absolute difference of neighbouring pixels, 0 to 1,000
     * @param jitter pixels by which images are shifted at random before each step, 0 to 32
     * @param features weight of the mean squared distance, per feature, to features drawn from the sites' class-wise
     *     statistics, 0 to 1,000
     */
    public record Prior(double totalVariation, int jitter, double features) {

        /** As published. */
        public static final Prior NONE = new Prior(0, 0, 0);

        /** Checks the ranges. */
        public Prior {
            within("total variation", totalVariation, 0, 1_000);
            within("jitter", jitter, 0, 32);
            within("weight of features", features, 0, 1_000);
        }
    }

    /** Checks the ranges. */
    public SynthesisPlan {
        Objects.requireNonNull(labels, "labels");
        Objects.requireNonNull(initial, "initial");
        Objects.requireNonNull(prior, "prior");
        within("number of impressions", images, 1, 100_000);
        within("batch of impressions", batch, 1, 65_536);
        within("number of dual steps", outerIterations, 1, 1_000);
        within("number of image steps", imageIterations, 1, 100_000);
        within("image learning rate", imageLearningRate, Double.MIN_NORMAL, 1_000_000);
        within("image momentum", momentum, 0, 0.999999);
        within("rho", rho, 0, 1_000);
        within("gamma", gamma, 0, 1_000);
        within("temperature", temperature, 0, 1_000);
    }

    /** Returns the same plan with another seed. */
    public SynthesisPlan withSeed(long other) {
        return new SynthesisPlan(
                images,
                labels,
                initial,
                batch,
                outerIterations,
                imageIterations,
                imageLearningRate,
                momentum,
                rho,
                gamma,
                prior,
                temperature,
                other);
    }

    private static void within(String what, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(what + " " + value + " is not valid: use " + least + " to " + most);
        }
    }
}
