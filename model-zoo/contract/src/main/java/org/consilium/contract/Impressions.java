package org.consilium.contract;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Images that a server has synthesised from a global model, with a probability of each class: immutable, in a fixed order.
 * Named by the SHA-256 of their payload.
 */
public final class Impressions {

    private static final float SUM_TOLERANCE = 1e-3f;

    private final ImpressionsHeader header;
    private final ByteBuffer payload;
    private final FloatBuffer targets;
    private final FloatBuffer pixels;

    private Impressions(ImpressionsHeader header, ByteBuffer payload) {
        this.header = header;
        this.payload = payload.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int inTargets = header.images() * header.classes();
        FloatBuffer all = this.payload.asFloatBuffer();
        this.targets = all.slice(0, inTargets);
        this.pixels = all.slice(inTargets, all.limit() - inTargets);
    }

    /**
     * Makes impressions.
     *
     * @param origin where they come from
     * @param classes number of classes
     * @param targets probabilities: shape {@code [n, classes]}, each row sums to 1
     * @param pixels as a network takes them: shape {@code [n, channels, height, width]}, finite; read from their first value
     *     to their last and not kept
     * @throws InvalidImpressionsException if the arrays do not go together or a value is out of range
     */
    public static Impressions of(ModelOrigin origin, int classes, float[] targets, FloatBuffer pixels) {
        int images = targets.length / classes;
        if (images == 0 || targets.length != images * classes || pixels.limit() % images != 0) {
            throw new InvalidImpressionsException(targets.length + " probabilities of " + classes
                    + " classes do not go with " + pixels.limit() + " values of pixels");
        }
        // outside the heap, which must not grow with the number of images
        ByteBuffer payload = ByteBuffer.allocateDirect(Math.multiplyExact(targets.length + pixels.limit(), Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        payload.asFloatBuffer().put(targets).put(pixels.duplicate().rewind());
        return measured(origin, classes, images, payload);
    }

    private static Impressions measured(ModelOrigin origin, int classes, int images, ByteBuffer payload) {
        FloatBuffer all = payload.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        Contents contents = Contents.of(all, images, classes);
        ImpressionsHeader header = new ImpressionsHeader(
                origin,
                images,
                all.limit() / images - classes,
                contents.lowest(),
                contents.highest(),
                contents.counts(),
                Sha256.of(payload));
        return new Impressions(header, payload);
    }

    /**
     * Reads header and payload.
     *
     * @param bytes the whole; kept, and not to be changed any more
     * @throws InvalidImpressionsException if size, digest, range or class counts are not as the header says
     */
    public static Impressions decode(byte[] bytes) {
        ImpressionsHeader header = ImpressionsHeader.decode(bytes);
        if (bytes.length != header.totalBytes()) {
            throw new InvalidImpressionsException("the header promises " + header.totalBytes()
                    + " bytes of impressions, " + bytes.length + " are there; fetch them again, whole");
        }
        ByteBuffer payload = ByteBuffer.wrap(bytes).position(header.bytes()).slice();
        Sha256 digest = Sha256.of(payload);
        if (!digest.equals(header.payloadDigest())) {
            throw new InvalidImpressionsException("the impressions have SHA-256 " + digest + ", their header says "
                    + header.payloadDigest() + "; the bytes were damaged on the way, fetch them again");
        }
        Contents contents = Contents.of(
                payload.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(), header.images(), header.classes());
        if (contents.lowest() != header.lowest() || contents.highest() != header.highest()) {
            throw new InvalidImpressionsException("the pixels of the impressions are " + contents.lowest() + " to "
                    + contents.highest() + ", their header says " + header.lowest() + " to " + header.highest()
                    + "; they are not used");
        }
        if (!contents.counts().equals(header.counts())) {
            throw new InvalidImpressionsException("the classes of the impressions are " + contents.counts()
                    + ", their header says " + header.counts() + "; they are not used");
        }
        return new Impressions(header, payload);
    }

    /** What a payload has in it. */
    private record Contents(float lowest, float highest, List<Integer> counts) {

        static Contents of(FloatBuffer all, int images, int classes) {
            List<Integer> counts = new ArrayList<>(Collections.nCopies(classes, 0));
            for (int i = 0; i < images; i++) {
                float sum = 0;
                for (int k = 0; k < classes; k++) {
                    float p = all.get(i * classes + k);
                    if (!(p >= 0)) {
                        throw new InvalidImpressionsException("impression " + i + " has the probability " + p
                                + " of class " + k + "; it is not used");
                    }
                    sum += p;
                }
                if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
                    throw new InvalidImpressionsException(
                            "the probabilities of impression " + i + " sum to " + sum + "; it is not used");
                }
                int label = mostProbable(all, i * classes, classes);
                counts.set(label, counts.get(label) + 1);
            }
            float lowest = Float.POSITIVE_INFINITY;
            float highest = Float.NEGATIVE_INFINITY;
            for (int at = images * classes; at < all.limit(); at++) {
                float value = all.get(at);
                if (!Float.isFinite(value)) {
                    throw new InvalidImpressionsException("a pixel of impression "
                            + (at - images * classes) / (all.limit() / images - classes) + " is " + value
                            + "; it is not used");
                }
                lowest = Math.min(lowest, value);
                highest = Math.max(highest, value);
            }
            return new Contents(lowest, highest, counts);
        }
    }

    private static int mostProbable(FloatBuffer values, int from, int count) {
        int best = 0;
        for (int k = 1; k < count; k++) {
            best = values.get(from + k) > values.get(from + best) ? k : best;
        }
        return best;
    }

    /** Returns what precedes them on the wire. */
    public ImpressionsHeader header() {
        return header;
    }

    /** Returns the SHA-256 of the payload. */
    public Sha256 digest() {
        return header.payloadDigest();
    }

    /** Returns the number of images. */
    public int size() {
        return header.images();
    }

    /** Returns the number of classes. */
    public int classes() {
        return header.classes();
    }

    /** Returns the number of values of an image. */
    public int samples() {
        return header.samples();
    }

    /** Returns the most probable class of image {@code i}. */
    public int label(int i) {
        return mostProbable(targets, i * classes(), classes());
    }

    /** Returns the probability of class {@code k} for image {@code i}. */
    public float target(int i, int k) {
        return targets.get(i * classes() + k);
    }

    /** Returns the probabilities of some images, shape {@code [chosen, classes]}. */
    public float[] targets(int[] chosen) {
        float[] rows = new float[chosen.length * classes()];
        for (int i = 0; i < chosen.length; i++) {
            targets.get(chosen[i] * classes(), rows, i * classes(), classes());
        }
        return rows;
    }

    /** Returns a copy of the pixels of image {@code i}, shape {@code [channels, height, width]}. */
    public float[] pixels(int i) {
        float[] image = new float[samples()];
        pixels.get(i * samples(), image);
        return image;
    }

    /** Writes the pixels of image {@code i} from {@code offset} on. */
    public void write(int i, FloatBuffer into, int offset) {
        into.put(offset, pixels, i * samples(), samples());
    }

    /**
     * Returns some of the images, as a set of its own.
     *
     * @param chosen ascending, at least one
     */
    public Impressions subset(int[] chosen) {
        FloatBuffer some = ByteBuffer.allocateDirect(Math.multiplyExact(chosen.length * samples(), Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        for (int i = 0; i < chosen.length; i++) {
            write(chosen[i], some, i * samples());
        }
        return of(header.origin(), classes(), targets(chosen), some);
    }

    /** Returns the payload's bytes, to be read only. */
    public ByteBuffer payload() {
        return payload.duplicate();
    }

    /** Returns header and payload. */
    public byte[] encode() {
        byte[] bytes = new byte[Math.toIntExact(header.totalBytes())];
        ByteBuffer.wrap(bytes).put(header.encode()).put(payload.duplicate());
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Impressions that && header.equals(that.header);
    }

    @Override
    public int hashCode() {
        return header.hashCode();
    }

    @Override
    public String toString() {
        return size() + " impressions " + digest().brief();
    }
}
