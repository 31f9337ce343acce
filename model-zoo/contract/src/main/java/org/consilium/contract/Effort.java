package org.consilium.contract;

/** How long a site trains in one round: whole passes over its images, or a number of batches. */
public sealed interface Effort {

    /**
     * Passes over all of the site's training images.
     *
     * @param count 0 to 1,000; 0 returns the parameters unchanged and so measures what a round costs beside training
     */
    record Epochs(int count) implements Effort {
        /** Checks the range. */
        public Epochs {
            if (count < 0 || count > 1_000) {
                throw new IllegalArgumentException("local epochs " + count + " are not valid: use 0 to 1000");
            }
        }
    }

    /**
     * Batches, drawn epoch after epoch until the count is reached.
     *
     * @param count 1 to 1,000,000
     */
    record Steps(int count) implements Effort {
        /** Checks the range. */
        public Steps {
            if (count < 1 || count > 1_000_000) {
                throw new IllegalArgumentException("local steps " + count + " are not valid: use 1 to 1000000");
            }
        }
    }
}
