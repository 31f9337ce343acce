package org.consilium.quickstart;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The area under the ROC curve from the scores themselves: the share of pairs of a positive and a negative image that are
 * ordered rightly, equal scores counting one half (Mann and Whitney, 1947).
 */
final class ExactAuc {

    private ExactAuc() {}

    /**
     * Returns the area for one class against the rest.
     *
     * @param probabilities shape {@code [images][classes]}
     * @param labels shape {@code [images]}
     * @param label the class
     * @return 0 to 1, NaN where there is no positive or no negative image
     */
    static double ofClass(double[][] probabilities, int[] labels, int label) {
        Integer[] order = IntStream.range(0, labels.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> probabilities[i][label]));
        double positives = 0;
        double ranks = 0;
        for (int from = 0; from < order.length; ) {
            int to = from;
            while (to < order.length && probabilities[order[to]][label] == probabilities[order[from]][label]) {
                to++;
            }
            double rank = (from + 1 + to) / 2.0;
            for (int i = from; i < to; i++) {
                if (labels[order[i]] == label) {
                    positives++;
                    ranks += rank;
                }
            }
            from = to;
        }
        double negatives = labels.length - positives;
        return positives == 0 || negatives == 0
                ? Double.NaN
                : (ranks - positives * (positives + 1) / 2) / (positives * negatives);
    }
}
