package org.consilium.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How a classifier did on one split of one site's images, or of several sites' together: counts that add up, never a
 * single image's score.
 *
 * <p>Accuracy is the share of images on the diagonal of the confusion matrix. Macro-F1 is the unweighted mean of
 * {@code 2 TP / (2 TP + FP + FN)} over the classes that occur as a label or as a prediction. AUC is one-vs-rest, the
 * unweighted mean over the classes that have both positive and negative images.
 *
 * <p>A site scores no image of a label of which it has fewer than the protocol and its own policy allow a figure over: they
 * are in no count here, neither in a row, nor among another class's negatives, nor in the loss. Whatever is computed is over
 * the images that were scored. A class of which nobody scored an image has no recall and no AUC, and counts in macro-F1 only
 * if other classes' images are taken for it, with 0.
 */
public final class ClassificationScores {

    private final double lossSum;
    private final long[][] confusion;
    private final List<ScoreHistogram> histograms;

    /**
     * @param lossSum sum of the images' cross-entropy in nats, finite, at least 0
     * @param confusion shape {@code [classes][classes]}, rows are labels, columns are predictions
     * @param histograms one a class
     */
    public ClassificationScores(double lossSum, long[][] confusion, List<ScoreHistogram> histograms) {
        int classes = confusion.length;
        if (classes < 2 || classes > 1_000) {
            throw new IllegalArgumentException("a classifier has 2 to 1000 classes, not " + classes);
        }
        if (!(lossSum >= 0 && lossSum < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the loss sum is " + lossSum + "; the model's outputs are not finite");
        }
        for (long[] row : confusion) {
            if (row.length != classes || Arrays.stream(row).anyMatch(count -> count < 0)) {
                throw new IllegalArgumentException(
                        "the confusion matrix must be " + classes + " by " + classes + " with no negative count");
            }
        }
        if (histograms.size() != classes) {
            throw new IllegalArgumentException(
                    classes + " score histograms are needed, one a class, not " + histograms.size());
        }
        this.lossSum = lossSum;
        this.confusion = Arrays.stream(confusion).map(long[]::clone).toArray(long[][]::new);
        this.histograms = List.copyOf(histograms);
    }

    /** Returns the scores of both sets of images together. */
    public ClassificationScores plus(ClassificationScores other) {
        if (other.classes() != classes()) {
            throw new IllegalArgumentException(
                    "scores over " + other.classes() + " classes do not add to scores over " + classes());
        }
        long[][] sum = confusion();
        List<ScoreHistogram> merged = new ArrayList<>();
        for (int i = 0; i < sum.length; i++) {
            for (int j = 0; j < sum.length; j++) {
                sum[i][j] += other.confusion[i][j];
            }
            merged.add(histograms.get(i).plus(other.histograms.get(i)));
        }
        return new ClassificationScores(lossSum + other.lossSum, sum, merged);
    }

    /** Returns the number of classes. */
    public int classes() {
        return confusion.length;
    }

    /** Returns the number of images. */
    public long examples() {
        return Arrays.stream(confusion).flatMapToLong(Arrays::stream).sum();
    }

    /** Returns the number of images of a class. */
    public long examples(int label) {
        return Arrays.stream(confusion[label]).sum();
    }

    /** Returns the sum of the images' cross-entropy in nats. */
    public double lossSum() {
        return lossSum;
    }

    /** Returns the mean cross-entropy in nats, NaN without images. */
    public double loss() {
        return examples() == 0 ? Double.NaN : lossSum / examples();
    }

    /** Returns a copy of the confusion matrix, rows are labels. */
    public long[][] confusion() {
        return Arrays.stream(confusion).map(long[]::clone).toArray(long[][]::new);
    }

    /** Returns the score histograms, one a class. */
    public List<ScoreHistogram> histograms() {
        return histograms;
    }

    /** Returns the share of images classified rightly, NaN without images. */
    public double accuracy() {
        long right = 0;
        for (int i = 0; i < confusion.length; i++) {
            right += confusion[i][i];
        }
        return examples() == 0 ? Double.NaN : (double) right / examples();
    }

    /** Returns the share of a class's images that were recognised, NaN where there are none. */
    public double recall(int label) {
        long images = examples(label);
        return images == 0 ? Double.NaN : (double) confusion[label][label] / images;
    }

    /** Returns the macro-averaged F1, NaN without images. */
    public double macroF1() {
        double sum = 0;
        int counted = 0;
        for (int i = 0; i < confusion.length; i++) {
            long labelled = examples(i);
            long predicted = 0;
            for (long[] row : confusion) {
                predicted += row[i];
            }
            if (labelled + predicted > 0) {
                sum += 2.0 * confusion[i][i] / (labelled + predicted);
                counted++;
            }
        }
        return counted == 0 ? Double.NaN : sum / counted;
    }

    /** Returns the one-vs-rest AUC, macro-averaged, NaN where no class has both positive and negative images. */
    public double macroAuc() {
        return histograms.stream()
                .mapToDouble(ScoreHistogram::auc)
                .filter(auc -> !Double.isNaN(auc))
                .average()
                .orElse(Double.NaN);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClassificationScores that
                && Double.compare(lossSum, that.lossSum) == 0
                && Arrays.deepEquals(confusion, that.confusion)
                && histograms.equals(that.histograms);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(confusion);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d %s, accuracy %.4f, loss %.4f",
                examples(),
                examples() == 1 ? "image" : "images",
                accuracy(),
                loss());
    }
}
