package org.consilium.contract;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Which model of which study something has been made from. In binary headers it is {@value #BYTES} bytes long:
 *
 * <pre>
 * offset length content
 *      0      4 round that made the model, little-endian
 *      4     32 SHA-256 of the study protocol's version
 *     36     32 SHA-256 of the parameters
 *     68      1 length of the architecture id in bytes, 1 to 79
 *     69     79 architecture id, ASCII, filled with zero bytes
 * </pre>
 *
 * @param protocol SHA-256 of the study protocol's version
 * @param round the round that made the model
 * @param model SHA-256 of the parameters
 * @param architecture the network
 */
public record ModelOrigin(Sha256 protocol, RoundNumber round, Sha256 model, ArchitectureId architecture) {

    /** Length in binary headers. */
    static final int BYTES = 148;

    private static final int LONGEST_NAME = 79;

    /** Checks that nothing is missing. */
    public ModelOrigin {
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(round, "round");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(architecture, "architecture");
    }

    /** Writes it; the buffer is little-endian and moves by {@link #BYTES}. */
    void write(ByteBuffer buffer) {
        int end = buffer.position() + BYTES;
        byte[] name = architecture.value().getBytes(StandardCharsets.US_ASCII);
        buffer.putInt(round.value()).put(protocol.bytes()).put(model.bytes());
        buffer.put((byte) name.length).put(name).position(end);
    }

    /**
     * Reads one; the buffer is little-endian, has as many bytes, and moves by as many.
     *
     * @throws IllegalArgumentException saying what of it is not valid
     */
    static ModelOrigin read(ByteBuffer buffer) {
        int end = buffer.position() + BYTES;
        RoundNumber round = new RoundNumber(buffer.getInt());
        Sha256 protocol = digest(buffer);
        Sha256 model = digest(buffer);
        int length = Byte.toUnsignedInt(buffer.get());
        if (length < 1 || length > LONGEST_NAME) {
            throw new IllegalArgumentException("its architecture id has the impossible length " + length);
        }
        byte[] name = new byte[length];
        buffer.get(name).position(end);
        return new ModelOrigin(protocol, round, model, new ArchitectureId(new String(name, StandardCharsets.US_ASCII)));
    }

    /** Reads a digest. */
    static Sha256 digest(ByteBuffer buffer) {
        byte[] digest = new byte[Sha256.BYTES];
        buffer.get(digest);
        return Sha256.ofDigest(digest);
    }
}
