package org.consilium.model;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Images of one size with their classes, and the site of each where the data set knows it: immutable, in a fixed order,
 * one byte a sample. A {@link #subset} shares the bytes of the whole.
 */
public final class LabelledImages {

    /** v -> (v / 255 - 0.5) / 0.25, the same for all data, so that sites need not agree on statistics of their own. */
    private static final float[] NORMALISED = new float[256];

    static {
        for (int v = 0; v < NORMALISED.length; v++) {
            NORMALISED[v] = (float) ((v / 255.0 - 0.5) / 0.25);
        }
    }

    private final ImageShape shape;
    private final int classes;
    private final byte[] pixels;
    private final int[] rows;
    private final int[] labels;
    private final int[] origins;

    private LabelledImages(ImageShape shape, int classes, byte[] pixels, int[] rows, int[] labels, int[] origins) {
        this.shape = shape;
        this.classes = classes;
        this.pixels = pixels;
        this.rows = rows;
        this.labels = labels;
        this.origins = origins;
    }

    /**
     * Makes images of copies of the given arrays.
     *
     * @param shape size of each image
     * @param classes number of classes, 2 to 1,000
     * @param pixels samples of all images one after the other, each row by row, channels innermost: shape {@code [n,
     *     height, width, channels]}, 0 to 255 unsigned
     * @param labels class of each image, 0 to classes - 1: shape {@code [n]}
     * @param origins site of each image, from 0, or empty where it is not known: shape {@code [n]} or {@code [0]}
     * @throws IllegalArgumentException if sizes do not go together or a label is out of range
     */
    public static LabelledImages of(ImageShape shape, int classes, byte[] pixels, int[] labels, int[] origins) {
        if (pixels.length != (long) labels.length * shape.samples()) {
            throw new IllegalArgumentException(labels.length + " images of " + shape + " are "
                    + (long) labels.length * shape.samples() + " bytes, not " + pixels.length);
        }
        if (origins.length != 0 && origins.length != labels.length) {
            throw new IllegalArgumentException(labels.length + " labels do not go with " + origins.length + " origins");
        }
        checkClasses(classes);
        for (int i = 0; i < labels.length; i++) {
            checkLabel(i, labels[i], classes);
        }
        for (int i = 0; i < origins.length; i++) {
            checkOrigin(i, origins[i]);
        }
        return new LabelledImages(
                shape, classes, pixels.clone(), ascending(labels.length), labels.clone(), origins.clone());
    }

    /**
     * Returns a builder for images that arrive one by one, from a file or a database, so that they lie in memory once.
     *
     * @param shape size of each image
     * @param classes number of classes, 2 to 1,000
     * @param size number of images that will be added; their samples must be fewer than 2^31
     */
    public static Builder builder(ImageShape shape, int classes, int size) {
        return new Builder(shape, classes, size);
    }

    /** Returns the size of each image. */
    public ImageShape shape() {
        return shape;
    }

    /** Returns the number of classes that labels are drawn from, whether or not each occurs. */
    public int classes() {
        return classes;
    }

    /** Returns the number of images. */
    public int size() {
        return rows.length;
    }

    /** Returns the class of image {@code i}, 0 to classes - 1. */
    public int label(int i) {
        return labels[i];
    }

    /** Returns a copy of the classes of all images, shape {@code [size()]}. */
    public int[] labels() {
        return labels.clone();
    }

    /** Returns a copy of the sites of all images, shape {@code [size()]}, or empty where they are not known. */
    public int[] origins() {
        return origins.clone();
    }

    /** Returns a copy of the samples of image {@code i}, shape {@code [height, width, channels]}. */
    public byte[] pixels(int i) {
        int from = rows[i] * shape.samples();
        return Arrays.copyOfRange(pixels, from, from + shape.samples());
    }

    /** Returns how many images there are of each class, shape {@code [classes()]}. */
    public int[] countsByClass() {
        int[] counts = new int[classes];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }

    /**
     * Returns some of the images, sharing the bytes of all.
     *
     * @param indices strictly ascending, each 0 to size() - 1
     */
    public LabelledImages subset(int[] indices) {
        int[] chosenRows = new int[indices.length];
        int[] chosenLabels = new int[indices.length];
        int[] chosenOrigins = new int[origins.length == 0 ? 0 : indices.length];
        for (int i = 0; i < indices.length; i++) {
            if (i > 0 && indices[i] <= indices[i - 1]) {
                throw new IllegalArgumentException(
                        "indices must ascend, but " + indices[i] + " comes after " + indices[i - 1]);
            }
            chosenRows[i] = rows[Objects.checkIndex(indices[i], rows.length)];
            chosenLabels[i] = labels[indices[i]];
            if (chosenOrigins.length > 0) {
                chosenOrigins[i] = origins[indices[i]];
            }
        }
        return new LabelledImages(shape, classes, pixels, chosenRows, chosenLabels, chosenOrigins);
    }

    /**
     * Returns the images of those labels of which there are at least so many here, all if each label has them or has none.
     * What is computed of these alone, and of no others, says nothing of a label with fewer images, not even by what is
     * missing to a sum.
     *
     * @param fewest 1 or more
     */
    public LabelledImages withoutRareLabels(int fewest) {
        int[] counts = countsByClass();
        int[] kept = IntStream.range(0, labels.length)
                .filter(i -> counts[labels[i]] >= fewest)
                .toArray();
        return kept.length == labels.length ? this : subset(kept);
    }

    /** Writes image {@code i} as a network takes it, shape {@code [channels, height, width]}, from {@code offset} on. */
    void normalise(int i, FloatBuffer into, int offset) {
        int area = shape.height() * shape.width();
        int from = rows[i] * shape.samples();
        for (int channel = 0; channel < shape.channels(); channel++) {
            for (int pixel = 0; pixel < area; pixel++) {
                into.put(offset++, NORMALISED[pixels[from + pixel * shape.channels() + channel] & 0xff]);
            }
        }
    }

    private static int[] ascending(int size) {
        int[] rows = new int[size];
        Arrays.setAll(rows, i -> i);
        return rows;
    }

    private static void checkClasses(int classes) {
        if (classes < 2 || classes > 1_000) {
            throw new IllegalArgumentException("a classifier has 2 to 1000 classes, not " + classes);
        }
    }

    private static void checkLabel(int i, int label, int classes) {
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException(
                    "image " + i + " has label " + label + "; labels go from 0 to " + (classes - 1));
        }
    }

    private static void checkOrigin(int i, int origin) {
        if (origin < 0) {
            throw new IllegalArgumentException("image " + i + " has origin " + origin + "; origins start at 0");
        }
    }

    /** Collects images one by one; not thread-safe. */
    public static final class Builder {

        private final ImageShape shape;
        private final int classes;
        private final byte[] pixels;
        private final int[] labels;
        private final int[] origins;
        private int added;
        private int withOrigin;

        private Builder(ImageShape shape, int classes, int size) {
            checkClasses(classes);
            this.shape = shape;
            this.classes = classes;
            if ((long) size * shape.samples() > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException(
                        size + " images of " + shape + " are more than fit one array; use fewer or smaller images");
            }
            this.pixels = new byte[size * shape.samples()];
            this.labels = new int[size];
            this.origins = new int[size];
        }

        /**
         * Adds an image whose site is not known.
         *
         * @param image samples, shape {@code [height, width, channels]}
         * @param label its class, 0 to classes - 1
         */
        public Builder add(byte[] image, int label) {
            if (image.length != shape.samples()) {
                throw new IllegalArgumentException("image " + added + " has " + image.length + " bytes; an image of "
                        + shape + " has " + shape.samples());
            }
            checkLabel(added, label, classes);
            if (added == labels.length) {
                throw new IllegalStateException("only " + labels.length + " images were announced");
            }
            System.arraycopy(image, 0, pixels, added * shape.samples(), image.length);
            labels[added++] = label;
            return this;
        }

        /**
         * Adds an image.
         *
         * @param image samples, shape {@code [height, width, channels]}
         * @param label its class, 0 to classes - 1
         * @param origin its site, from 0
         */
        public Builder add(byte[] image, int label, int origin) {
            checkOrigin(added, origin);
            add(image, label);
            origins[added - 1] = origin;
            withOrigin++;
            return this;
        }

        /**
         * Returns the images; the builder is of no use afterwards.
         *
         * @throws IllegalStateException if fewer images were added than announced, or only some with their site
         */
        public LabelledImages build() {
            if (added != labels.length || withOrigin != 0 && withOrigin != added) {
                throw new IllegalStateException(labels.length + " images were announced, " + added + " were added, "
                        + withOrigin + " of them with their site");
            }
            return new LabelledImages(
                    shape, classes, pixels, ascending(added), labels, withOrigin == 0 ? new int[0] : origins);
        }
    }
}
