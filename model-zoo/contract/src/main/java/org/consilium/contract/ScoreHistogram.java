package org.consilium.contract;

import java.util.Arrays;

/**
 * How often a class's predicted probability fell into each bin, for images of that class and for all others: enough to
 * compute the area under the ROC curve of several sites together without a single score leaving its site.
 *
 * <p>Bins divide the logit of the probability evenly over [-16, 16], so that a confident network, whose probabilities
 * crowd at 0 and 1, is resolved as well as an unsure one.
 */
public final class ScoreHistogram {

    /** Number of bins. */
    public static final int BINS = 512;

    private static final double RANGE = 16;

    private final long[] positives;
    private final long[] negatives;

    /**
     * @param positives counts by bin of images that are of the class, length {@link #BINS}, none negative
     * @param negatives counts by bin of all other images, same length
     */
    public ScoreHistogram(long[] positives, long[] negatives) {
        this.positives = checked(positives);
        this.negatives = checked(negatives);
    }

    /** Returns the bin of a probability in [0, 1]. */
    public static int bin(double probability) {
        double logit = Math.log(probability) - Math.log1p(-probability);
        if (Double.isNaN(logit)) {
            throw new IllegalArgumentException("probability " + probability + " is not within 0 to 1");
        }
        int bin = (int) Math.floor((logit + RANGE) / (2 * RANGE) * BINS);
        return Math.max(0, Math.min(BINS - 1, bin));
    }

    /** Returns the sum of both histograms. */
    public ScoreHistogram plus(ScoreHistogram other) {
        long[] p = positives.clone();
        long[] n = negatives.clone();
        for (int i = 0; i < BINS; i++) {
            p[i] += other.positives[i];
            n[i] += other.negatives[i];
        }
        return new ScoreHistogram(p, n);
    }

    /**
     * Returns the area under the ROC curve: the share of pairs of a positive and a negative image that are ordered
     * rightly, images in one bin counting one half (Mann-Whitney U).
     *
     * @return 0 to 1, or NaN where there is no positive or no negative image
     */
    public double auc() {
        double pairs = (double) Arrays.stream(positives).sum()
                * (double) Arrays.stream(negatives).sum();
        if (pairs == 0) {
            return Double.NaN;
        }
        double ordered = 0;
        double below = 0;
        for (int i = 0; i < BINS; i++) {
            ordered += positives[i] * (below + negatives[i] / 2.0);
            below += negatives[i];
        }
        return ordered / pairs;
    }

    /** Returns a copy of the counts of images of the class. */
    public long[] positives() {
        return positives.clone();
    }

    /** Returns a copy of the counts of all other images. */
    public long[] negatives() {
        return negatives.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScoreHistogram that
                && Arrays.equals(positives, that.positives)
                && Arrays.equals(negatives, that.negatives);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(positives) + Arrays.hashCode(negatives);
    }

    private static long[] checked(long[] counts) {
        if (counts.length != BINS || Arrays.stream(counts).anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("a score histogram has " + BINS + " counts, none negative");
        }
        return counts.clone();
    }
}
