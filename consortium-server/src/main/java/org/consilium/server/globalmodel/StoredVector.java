package org.consilium.server.globalmodel;

import java.util.Objects;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Sha256;

/**
 * Parameters that lie in the store, whole and checked: an update or a global model.
 *
 * @param id the store's own number
 * @param digest SHA-256 of the little-endian float32 bytes
 * @param architecture the network
 * @param count number of values
 */
public record StoredVector(long id, Sha256 digest, ArchitectureId architecture, long count) {

    /** Values in a chunk; the last chunk of a vector may be shorter. */
    public static final int CHUNK_VALUES = 262_144;

    /** Bytes in a chunk. */
    public static final int CHUNK_BYTES = CHUNK_VALUES * Float.BYTES;

    /** Checks that nothing is missing. */
    public StoredVector {
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(architecture, "architecture");
    }

    /** Returns the number of chunks. */
    public int chunks() {
        return chunks(count);
    }

    /** Returns the number of chunks of a vector of that many values. */
    public static int chunks(long count) {
        return Math.toIntExact((count + CHUNK_VALUES - 1) / CHUNK_VALUES);
    }

    /** Returns the length in bytes of one chunk of a vector of that many values. */
    static int bytes(long count, int chunk) {
        return (int) Math.min(CHUNK_BYTES, count * Float.BYTES - (long) chunk * CHUNK_BYTES);
    }

    /** Returns the header that goes before the values on the wire. */
    public ParametersHeader header() {
        return new ParametersHeader(architecture, count, digest);
    }
}
