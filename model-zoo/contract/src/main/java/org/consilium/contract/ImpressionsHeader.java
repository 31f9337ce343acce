package org.consilium.contract;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What precedes impressions on the wire and in a file. All numbers are little-endian.
 *
 * <pre>
 * offset length content
 *      0      4 ASCII "CNSI"
 *      4      2 format version, 1
 *      6      2 length of this header in bytes, 208 + 4 K
 *      8      4 number n of images
 *     12      4 number K of classes
 *     16      4 number s of values of an image, channels times height times width
 *     20      4 lowest value of a pixel, float32
 *     24      4 highest value of a pixel, float32
 *     28     32 SHA-256 of the payload's bytes
 *     60    148 {@link ModelOrigin}
 *    208    4 K images of each class, by their most probable class
 * </pre>
 *
 * The payload follows at once: the probabilities of the classes, n K float32 values image by image, and then the pixels, n s
 * float32 values image by image, channels outermost, as the network takes them.
 *
 * @param origin which model of which study they come of
 * @param images number of images, 1 to 100,000
 * @param samples values of an image, 1 to 16,777,216
 * @param lowest lowest value of a pixel
 * @param highest highest value of a pixel
 * @param counts images of each class: at least two classes, at most 1,000
 * @param payloadDigest SHA-256 of the payload
 */
public record ImpressionsHeader(
        ModelOrigin origin,
        int images,
        int samples,
        float lowest,
        float highest,
        List<Integer> counts,
        Sha256 payloadDigest) {

    /** Media type of header and payload together. */
    public static final String MEDIA_TYPE = "application/vnd.consilium.impressions";

    /** Length in bytes of what does not depend on the number of classes. */
    public static final int FIXED_BYTES = 208;

    private static final byte[] MAGIC = {'C', 'N', 'S', 'I'};
    private static final short VERSION = 1;
    private static final int MOST_IMAGES = 100_000;
    private static final int MOST_SAMPLES = 1 << 24;
    private static final int MOST_CLASSES = 1_000;

    /** Checks the ranges. */
    public ImpressionsHeader {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(payloadDigest, "payloadDigest");
        counts = List.copyOf(counts);
        require(
                images >= 1 && images <= MOST_IMAGES,
                "names " + images + " images; 1 to " + MOST_IMAGES + " are allowed");
        require(samples >= 1 && samples <= MOST_SAMPLES, "names images of " + samples + " values");
        require(counts.size() >= 2 && counts.size() <= MOST_CLASSES, "names " + counts.size() + " classes");
        require(
                Float.isFinite(lowest) && Float.isFinite(highest) && lowest <= highest,
                "names pixels of " + lowest + " to " + highest);
        long sum = counts.stream().mapToLong(Integer::longValue).sum();
        require(
                sum == images && counts.stream().allMatch(count -> count >= 0),
                "names " + images + " images and classes of " + counts);
    }

    /** Returns the number of classes. */
    public int classes() {
        return counts.size();
    }

    /** Returns the length of this header in bytes. */
    public int bytes() {
        return FIXED_BYTES + Integer.BYTES * classes();
    }

    /** Returns the length of the payload in bytes. */
    public long payloadBytes() {
        return (long) images * (samples + classes()) * Float.BYTES;
    }

    /** Returns the length of header and payload in bytes. */
    public long totalBytes() {
        return bytes() + payloadBytes();
    }

    /** Returns the header's bytes. */
    public byte[] encode() {
        byte[] bytes = new byte[bytes()];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(MAGIC).putShort(VERSION).putShort((short) bytes.length);
        buffer.putInt(images).putInt(classes()).putInt(samples);
        buffer.putFloat(lowest).putFloat(highest).put(payloadDigest.bytes());
        origin.write(buffer);
        counts.forEach(buffer::putInt);
        return bytes;
    }

    /**
     * Reads a header.
     *
     * @param bytes the header's bytes at least; those after it are not looked at
     * @throws InvalidImpressionsException if they are no header of this format
     */
    public static ImpressionsHeader decode(byte[] bytes) {
        require(bytes.length >= FIXED_BYTES, "ends after " + bytes.length + " bytes");
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[MAGIC.length];
        buffer.get(magic);
        require(Arrays.equals(magic, MAGIC), "does not start with 'CNSI'");
        int version = Short.toUnsignedInt(buffer.getShort());
        require(version == VERSION, "has format version " + version + ", this program reads version " + VERSION);
        int length = Short.toUnsignedInt(buffer.getShort());
        int images = buffer.getInt();
        int classes = buffer.getInt();
        int samples = buffer.getInt();
        float lowest = buffer.getFloat();
        float highest = buffer.getFloat();
        require(classes >= 2 && classes <= MOST_CLASSES, "names " + classes + " classes");
        require(
                length == FIXED_BYTES + Integer.BYTES * classes && bytes.length >= length,
                "of " + classes + " classes says that it has " + length + " bytes");
        try {
            Sha256 payload = ModelOrigin.digest(buffer);
            ModelOrigin origin = ModelOrigin.read(buffer);
            Integer[] counts = new Integer[classes];
            Arrays.setAll(counts, k -> buffer.getInt());
            return new ImpressionsHeader(origin, images, samples, lowest, highest, Arrays.asList(counts), payload);
        } catch (InvalidImpressionsException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidImpressionsException(
                    "the header of the impressions is damaged: " + e.getMessage() + "; fetch them again");
        }
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new InvalidImpressionsException("the header of the impressions " + what
                    + "; fetch them again, with the consortium's Consilium version");
        }
    }
}
