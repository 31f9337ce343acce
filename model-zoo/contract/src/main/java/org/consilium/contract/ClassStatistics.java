package org.consilium.contract;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * What a site may say of the features of its images, class by class: their number, their sum and the sum of their products
 * (Luo et al., "No Fear of Heterogeneity: Classifier Calibration for Federated Learning with Non-IID Data", NeurIPS 2021).
 * Sums, so that those of several sites are merged by adding them up, which secure aggregation can do as well. Immutable.
 *
 * <p>On the wire, little-endian: ASCII "CNST"; two bytes of format version, 1; two of {@link Products}, 0 for full; four
 * bytes each of the number K of classes and the length d of the features; 32 bytes of SHA-256 of the payload; 148 of
 * {@link ModelOrigin}; and then the payload: K counts as int32, K d sums and K p sums of products as float32.
 */
public final class ClassStatistics {

    /** Media type. */
    public static final String MEDIA_TYPE = "application/vnd.consilium.class-statistics";

    /** Which products of features are summed up. */
    public enum Products {
        /** {@code f f^T}, its lower triangle row by row: p = d (d + 1) / 2. */
        FULL,
        /** Each feature's square alone: p = d. */
        DIAGONAL;

        /** Returns the number p of sums of products. */
        public int length(int features) {
            return this == DIAGONAL ? features : Math.toIntExact((long) features * (features + 1) / 2);
        }
    }

    private static final byte[] MAGIC = {'C', 'N', 'S', 'T'};
    private static final short VERSION = 1;
    private static final int HEADER = 48 + ModelOrigin.BYTES;
    private static final int MOST_FEATURES = 8_192;
    private static final int MOST_CLASSES = 1_000;
    private static final int MOST_VALUES = 64 << 20;

    private final Products kind;
    private final int features;
    private final int[] counts;
    private final double[][] sums;
    private final double[][] products;

    /**
     * Makes statistics of copies of the given arrays.
     *
     * @param kind which products
     * @param features length d of the features, 1 to 8,192
     * @param counts images of each class: shape {@code [K]}, each 0 or above; 0 where nothing is said of a class
     * @param sums sum of the features: shape {@code [K, d]}, finite
     * @param products sum of the products: shape {@code [K, p]}, finite
     * @throws IllegalArgumentException if these do not go together
     */
    public ClassStatistics(Products kind, int features, int[] counts, double[][] sums, double[][] products) {
        if (features < 1 || features > MOST_FEATURES || counts.length < 2 || counts.length > MOST_CLASSES) {
            throw new IllegalArgumentException(
                    "statistics of " + features + " features and " + counts.length + " classes are not valid");
        }
        this.kind = kind;
        this.features = features;
        this.counts = counts.clone();
        this.sums = copied("sums", sums, counts, features);
        this.products = copied("sums of products", products, counts, kind.length(features));
        if (Arrays.stream(counts).anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("statistics have a count below 0: " + Arrays.toString(counts));
        }
    }

    private static double[][] copied(String what, double[][] rows, int[] counts, int length) {
        if (rows.length != counts.length) {
            throw new IllegalArgumentException(
                    rows.length + " " + what + " do not go with " + counts.length + " classes");
        }
        double[][] copy = new double[rows.length][];
        for (int k = 0; k < rows.length; k++) {
            if (rows[k].length != length) {
                throw new IllegalArgumentException(
                        what + " of class " + k + " are " + rows[k].length + " values, not " + length);
            }
            copy[k] = rows[k].clone();
            for (double value : copy[k]) {
                if (!Double.isFinite(value) || (counts[k] == 0 && value != 0)) {
                    throw new IllegalArgumentException(
                            what + " of class " + k + " of " + counts[k] + " images have the value " + value);
                }
            }
        }
        return copy;
    }

    /** Returns which products are summed up. */
    public Products kind() {
        return kind;
    }

    /** Returns the length of the features. */
    public int features() {
        return features;
    }

    /** Returns the number of classes. */
    public int classes() {
        return counts.length;
    }

    /** Returns the number of images of class {@code k}. */
    public int count(int k) {
        return counts[k];
    }

    /** Returns the sum of feature {@code j} over the images of class {@code k}. */
    public double sum(int k, int j) {
        return sums[k][j];
    }

    /** Returns the sum of the products of features {@code row} and {@code column}, 0 where it is not kept. */
    public double product(int k, int row, int column) {
        if (kind == Products.DIAGONAL) {
            return row == column ? products[k][row] : 0;
        }
        int high = Math.max(row, column);
        return products[k][high * (high + 1) / 2 + Math.min(row, column)];
    }

    /**
     * Returns the sum of both.
     *
     * @throws IllegalArgumentException if they are of different shapes
     */
    public ClassStatistics plus(ClassStatistics other) {
        if (other.kind != kind || other.features != features || other.classes() != classes()) {
            throw new IllegalArgumentException(
                    "statistics of " + features + " features, " + classes() + " classes, " + kind
                            + " and of " + other.features + ", " + other.classes() + ", " + other.kind
                            + " cannot be added up");
        }
        int[] sum = new int[counts.length];
        Arrays.setAll(sum, k -> Math.addExact(counts[k], other.counts[k]));
        return new ClassStatistics(kind, features, sum, sum(sums, other.sums), sum(products, other.products));
    }

    private static double[][] sum(double[][] one, double[][] other) {
        double[][] sum = new double[one.length][];
        for (int k = 0; k < one.length; k++) {
            double[] row = one[k].clone();
            for (int i = 0; i < row.length; i++) {
                row[i] += other[k][i];
            }
            sum[k] = row;
        }
        return sum;
    }

    /** Returns these values as they are after a journey: rounded to float32. */
    public ClassStatistics rounded() {
        return new ClassStatistics(kind, features, counts, rounded(sums), rounded(products));
    }

    private static double[][] rounded(double[][] rows) {
        double[][] rounded = new double[rows.length][];
        for (int k = 0; k < rows.length; k++) {
            rounded[k] = Arrays.stream(rows[k]).map(value -> (float) value).toArray();
        }
        return rounded;
    }

    /** Returns how many bytes are sent. */
    public static int length(Products kind, int classes, int features) {
        return Math.toIntExact(HEADER + (long) classes * (1L + features + kind.length(features)) * Float.BYTES);
    }

    /** Returns what is sent, see this class. */
    public byte[] encode(ModelOrigin origin) {
        int values = counts.length * (1 + features + kind.length(features));
        byte[] bytes = new byte[HEADER + values * Float.BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(HEADER);
        for (int count : counts) {
            buffer.putInt(count);
        }
        for (double[][] rows : new double[][][] {sums, products}) {
            for (double[] row : rows) {
                for (double value : row) {
                    buffer.putFloat((float) value);
                }
            }
        }
        Sha256 digest = Sha256.of(ByteBuffer.wrap(bytes, HEADER, bytes.length - HEADER));
        buffer.rewind()
                .put(MAGIC)
                .putShort(VERSION)
                .putShort((short) kind.ordinal())
                .putInt(counts.length)
                .putInt(features)
                .put(digest.bytes());
        origin.write(buffer);
        return bytes;
    }

    /**
     * What was sent.
     *
     * @param origin the model whose features they are
     * @param statistics the sums
     * @param digest SHA-256 of the payload
     */
    public record Received(ModelOrigin origin, ClassStatistics statistics, Sha256 digest) {}

    /**
     * Reads what was sent.
     *
     * @throws IllegalArgumentException if it is not of this form or does not have the digest that it names
     */
    public static Received decode(byte[] bytes) {
        if (bytes.length < HEADER || !Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), MAGIC)) {
            throw new IllegalArgumentException("the body does not start with 'CNST' and a header of " + HEADER
                    + " bytes; send class statistics in the format " + MEDIA_TYPE);
        }
        ByteBuffer buffer =
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
        int version = buffer.getShort();
        int kindNumber = buffer.getShort();
        if (version != VERSION || kindNumber < 0 || kindNumber >= Products.values().length) {
            throw new IllegalArgumentException("the class statistics have format version " + version + " and kind "
                    + kindNumber + ", this program reads version " + VERSION
                    + "; install the same Consilium version on both sides");
        }
        Products kind = Products.values()[kindNumber];
        int classes = buffer.getInt();
        int features = buffer.getInt();
        if (classes < 2 || classes > MOST_CLASSES || features < 1 || features > MOST_FEATURES) {
            throw new IllegalArgumentException(
                    "the class statistics name " + classes + " classes and " + features + " features; send them again");
        }
        Sha256 named = ModelOrigin.digest(buffer);
        ModelOrigin origin = ModelOrigin.read(buffer);
        long values = (long) classes * (1 + features + kind.length(features));
        if (values > MOST_VALUES || bytes.length != HEADER + values * Float.BYTES) {
            throw new IllegalArgumentException("the class statistics should have " + (HEADER + values * Float.BYTES)
                    + " bytes, " + bytes.length + " are there; send them again, whole");
        }
        Sha256 digest = Sha256.of(ByteBuffer.wrap(bytes, HEADER, bytes.length - HEADER));
        if (!digest.equals(named)) {
            throw new IllegalArgumentException("the class statistics have SHA-256 " + digest + ", their header says "
                    + named + "; the bytes were damaged on the way, send them again");
        }
        int[] counts = new int[classes];
        Arrays.setAll(counts, k -> buffer.getInt());
        FloatBuffer floats = buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        double[][] sums = rows(floats, classes, features);
        double[][] products = rows(floats, classes, kind.length(features));
        return new Received(origin, new ClassStatistics(kind, features, counts, sums, products), digest);
    }

    private static double[][] rows(FloatBuffer from, int classes, int length) {
        double[][] rows = new double[classes][length];
        for (double[] row : rows) {
            for (int i = 0; i < length; i++) {
                row[i] = from.get();
            }
        }
        return rows;
    }
}
