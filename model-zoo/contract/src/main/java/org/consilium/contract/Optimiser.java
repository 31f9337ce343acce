package org.consilium.contract;

/** The rule by which a site moves the parameters along a batch's gradient. */
public sealed interface Optimiser {

    /** Returns the step size, greater than 0. */
    double learningRate();

    /**
     * Stochastic gradient descent, with Nesterov momentum as Deeplearning4j defines it where momentum is above 0.
     *
     * @param learningRate greater than 0, at most 100
     * @param momentum 0 to below 1
     */
    record Sgd(double learningRate, double momentum) implements Optimiser {
        /** Checks the ranges. */
        public Sgd {
            checkLearningRate(learningRate);
            if (!(momentum >= 0 && momentum < 1)) {
                throw new IllegalArgumentException("momentum " + momentum + " is not valid: use 0 to below 1");
            }
            // One zero instead of two: JSON writes both alike, a protocol's canonical form does not.
            momentum = momentum + 0.0;
        }
    }

    /**
     * Adam (Kingma and Ba, 2015) with its usual constants 0.9, 0.999 and 1e-8; its state starts anew in each round.
     *
     * @param learningRate greater than 0, at most 100
     */
    record Adam(double learningRate) implements Optimiser {
        /** Checks the range. */
        public Adam {
            checkLearningRate(learningRate);
        }
    }

    private static void checkLearningRate(double learningRate) {
        if (!(learningRate > 0 && learningRate <= 100)) {
            throw new IllegalArgumentException(
                    "learning rate " + learningRate + " is not valid: use a number above 0 and at most 100");
        }
    }
}
