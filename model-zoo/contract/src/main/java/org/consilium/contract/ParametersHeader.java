package org.consilium.contract;

import static org.consilium.contract.InvalidParametersException.Reason.NOT_PARAMETERS;
import static org.consilium.contract.InvalidParametersException.Reason.UNSUPPORTED_VERSION;
import static org.consilium.contract.InvalidParametersException.Reason.WRONG_SIZE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The first 128 bytes of parameters on the wire and in a file; the payload of {@code count} IEEE 754 float32 values
 * follows at once. All numbers are little-endian.
 *
 * <pre>
 * offset length content
 *      0      4 ASCII "CNSM"
 *      4      2 format version, 1
 *      6      2 length of this header in bytes, 128
 *      8      8 number of float32 values that follow
 *     16     32 SHA-256 of the payload's bytes
 *     48      1 length of the architecture id in bytes, 1 to 79
 *     49     79 architecture id, ASCII, filled with zero bytes
 * </pre>
 *
 * The digest covers the payload alone, so that equal parameters have equal digests wherever they are kept.
 *
 * @param architecture the network whose parameters follow, in Deeplearning4j's order of {@code params()}
 * @param count number of values, 1 to 500,000,000
 * @param payloadDigest SHA-256 of the payload
 */
public record ParametersHeader(ArchitectureId architecture, long count, Sha256 payloadDigest) {

    /** Length of the header in bytes. */
    public static final int BYTES = 128;

    /** Media type of header and payload together. */
    public static final String MEDIA_TYPE = "application/vnd.consilium.parameters";

    private static final byte[] MAGIC = {'C', 'N', 'S', 'M'};
    private static final short VERSION = 1;
    private static final int DIGEST_AT = 16;
    private static final int ARCHITECTURE_AT = 48;
    private static final long MAX_COUNT = 500_000_000L;

    /** Checks the range of the count. */
    public ParametersHeader {
        if (count < 1 || count > MAX_COUNT) {
            throw new InvalidParametersException(
                    WRONG_SIZE, "the header names " + count + " parameters; 1 to " + MAX_COUNT + " are allowed");
        }
    }

    /** Returns the length of the payload in bytes. */
    public long payloadBytes() {
        return count * Float.BYTES;
    }

    /** Returns the length of header and payload in bytes. */
    public long totalBytes() {
        return BYTES + payloadBytes();
    }

    /** Returns the 128 bytes. */
    public byte[] encode() {
        byte[] bytes = new byte[BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(MAGIC).putShort(VERSION).putShort((short) BYTES).putLong(count);
        buffer.position(DIGEST_AT).put(payloadDigest.bytes());
        byte[] name = architecture.value().getBytes(StandardCharsets.US_ASCII);
        buffer.position(ARCHITECTURE_AT).put((byte) name.length).put(name);
        return bytes;
    }

    /**
     * Reads a header.
     *
     * @param bytes at least {@link #BYTES} bytes; those after the header are not looked at
     * @throws InvalidParametersException if they are no header of this format
     */
    public static ParametersHeader decode(byte[] bytes) {
        if (bytes.length < BYTES) {
            throw new InvalidParametersException(
                    WRONG_SIZE,
                    "parameters end after " + bytes.length + " bytes, within their " + BYTES
                            + "-byte header; send them again, whole");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[MAGIC.length];
        buffer.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new InvalidParametersException(
                    NOT_PARAMETERS, "the body does not start with 'CNSM'; send parameters in the format " + MEDIA_TYPE);
        }
        int version = Short.toUnsignedInt(buffer.getShort());
        int length = Short.toUnsignedInt(buffer.getShort());
        if (version != VERSION || length != BYTES) {
            throw new InvalidParametersException(
                    UNSUPPORTED_VERSION,
                    "the parameters have format version " + version + ", this program reads version " + VERSION
                            + "; install the same Consilium version on both sides");
        }
        long count = buffer.getLong();
        byte[] digest = new byte[Sha256.BYTES];
        buffer.get(digest);
        int nameLength = Byte.toUnsignedInt(buffer.get());
        if (nameLength < 1 || nameLength > BYTES - ARCHITECTURE_AT - 1) {
            throw new InvalidParametersException(
                    NOT_PARAMETERS, "the header's architecture id has the impossible length " + nameLength);
        }
        byte[] name = new byte[nameLength];
        buffer.get(name);
        ArchitectureId architecture;
        try {
            architecture = new ArchitectureId(new String(name, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new InvalidParametersException(NOT_PARAMETERS, "the header's " + e.getMessage());
        }
        return new ParametersHeader(architecture, count, Sha256.ofDigest(digest));
    }
}
