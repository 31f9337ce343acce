package org.consilium.contract;

import static org.consilium.contract.InvalidParametersException.Reason.NOT_FINITE;
import static org.consilium.contract.InvalidParametersException.Reason.WRONG_DIGEST;
import static org.consilium.contract.InvalidParametersException.Reason.WRONG_SIZE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The parameters of one network: an immutable flat vector of finite float32 values in the order of Deeplearning4j's
 * {@code params()}, with the architecture that they belong to and the SHA-256 of their little-endian bytes.
 */
public final class Parameters {

    private final ArchitectureId architecture;
    private final float[] values;
    private final Sha256 digest;

    private Parameters(ArchitectureId architecture, float[] values, Sha256 digest) {
        this.architecture = architecture;
        this.values = values;
        this.digest = digest;
    }

    /**
     * Makes parameters of a copy of the given values.
     *
     * @param architecture the network they belong to
     * @param values shape {@code [n]}, n at least 1, all finite
     * @throws InvalidParametersException naming the index of the first value that is not finite
     */
    public static Parameters of(ArchitectureId architecture, float[] values) {
        float[] own = values.clone();
        checkFinite(own, 0);
        return new Parameters(architecture, own, Sha256.of(payload(own)));
    }

    /**
     * Reads header and payload.
     *
     * @throws InvalidParametersException if size or digest is not as the header says, or a value is not finite
     */
    public static Parameters decode(byte[] bytes) {
        ParametersHeader header = ParametersHeader.decode(bytes);
        if (bytes.length != header.totalBytes()) {
            throw new InvalidParametersException(
                    WRONG_SIZE,
                    "the header promises " + header.totalBytes() + " bytes, " + bytes.length
                            + " are there; fetch or send them again, whole");
        }
        ByteBuffer payload = ByteBuffer.wrap(bytes, ParametersHeader.BYTES, bytes.length - ParametersHeader.BYTES);
        Sha256 digest = Sha256.of(payload);
        if (!digest.equals(header.payloadDigest())) {
            throw new InvalidParametersException(
                    WRONG_DIGEST,
                    "the payload has SHA-256 " + digest + ", its header says " + header.payloadDigest()
                            + "; the bytes were damaged on the way, fetch or send them again");
        }
        float[] values = floats(payload);
        checkFinite(values, 0);
        return new Parameters(header.architecture(), values, digest);
    }

    /**
     * Refuses values that are NaN or infinite.
     *
     * @param values the values to look at
     * @param firstIndex index of the first of them within the whole vector, for the message
     * @throws InvalidParametersException naming the index of the first bad value
     */
    public static void checkFinite(float[] values, long firstIndex) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new InvalidParametersException(
                        NOT_FINITE,
                        "parameter " + (firstIndex + i) + " is " + values[i]
                                + "; training diverged, lower the learning rate and train again");
            }
        }
    }

    /** Returns the values of little-endian float32 bytes; the buffer does not move. */
    public static float[] floats(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    /** Returns the little-endian float32 bytes of the values. */
    public static byte[] payload(float[] values) {
        byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        return bytes;
    }

    /** Returns the network that these parameters belong to. */
    public ArchitectureId architecture() {
        return architecture;
    }

    /** Returns how many parameters there are. */
    public int count() {
        return values.length;
    }

    /** Returns a copy of the values, shape {@code [count()]}. */
    public float[] toArray() {
        return values.clone();
    }

    /** Returns the SHA-256 of the values' little-endian bytes. */
    public Sha256 digest() {
        return digest;
    }

    /** Returns the header that precedes these parameters on the wire. */
    public ParametersHeader header() {
        return new ParametersHeader(architecture, values.length, digest);
    }

    /** Returns header and payload. */
    public byte[] encode() {
        byte[] bytes = new byte[Math.addExact(ParametersHeader.BYTES, Math.multiplyExact(values.length, Float.BYTES))];
        System.arraycopy(header().encode(), 0, bytes, 0, ParametersHeader.BYTES);
        ByteBuffer.wrap(bytes)
                .position(ParametersHeader.BYTES)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(values);
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Parameters that
                && architecture.equals(that.architecture)
                && digest.equals(that.digest)
                && values.length == that.values.length;
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return architecture + "[" + values.length + "] " + digest.brief();
    }
}
