package org.consilium.contract.protocol;

import java.util.List;
import org.consilium.contract.Texts;

/**
 * What data each site brings.
 *
 * @param dataset name of the data set at every site, 1 to 60 characters on one line
 * @param modality how the images are made, such as MRI or pathology, 1 to 60 characters on one line
 * @param labels the classes in the order of their numbers, 2 to 1,000 different ones of 1 to 60 characters
 * @param inclusion which patients and images are taken, 1 to 4,000 characters in any number of lines
 * @param minimumExamples fewest training images that a site must have to take part, 1 to 1,000,000,000
 * @param minimumExamplesPerClass fewest of each class, 0 to {@code minimumExamples}
 */
public record DataSpecification(
        String dataset,
        String modality,
        List<String> labels,
        String inclusion,
        long minimumExamples,
        long minimumExamplesPerClass) {

    private static final int LONGEST_NAME = 60;
    private static final int LONGEST_TEXT = 4_000;
    private static final int MOST_CLASSES = 1_000;
    private static final long MOST_EXAMPLES = 1_000_000_000;

    /** Checks everything, naming the member that is wrong. */
    public DataSpecification {
        Texts.require("dataset", dataset, LONGEST_NAME);
        Texts.require("modality", modality, LONGEST_NAME);
        Texts.requireLines("inclusion", inclusion, LONGEST_TEXT);
        labels = List.copyOf(labels);
        labels.forEach(label -> Texts.require("labels", label, LONGEST_NAME));
        if (labels.size() < 2
                || labels.size() > MOST_CLASSES
                || labels.stream().distinct().count() != labels.size()) {
            throw new IllegalArgumentException("'labels' must name 2 to " + MOST_CLASSES + " different classes");
        }
        if (minimumExamples < 1 || minimumExamples > MOST_EXAMPLES) {
            throw new IllegalArgumentException(
                    "'minimumExamples' must be 1 to " + MOST_EXAMPLES + ", not " + minimumExamples);
        }
        if (minimumExamplesPerClass < 0 || minimumExamplesPerClass > minimumExamples) {
            throw new IllegalArgumentException("'minimumExamplesPerClass' must be 0 to 'minimumExamples', "
                    + minimumExamples + ", not " + minimumExamplesPerClass);
        }
    }

    void write(CanonicalForm form) {
        form.text("dataset", dataset)
                .text("modality", modality)
                .list("labels", labels)
                .text("inclusion", inclusion)
                .whole("minimumExamples", minimumExamples)
                .whole("minimumExamplesPerClass", minimumExamplesPerClass);
    }
}
