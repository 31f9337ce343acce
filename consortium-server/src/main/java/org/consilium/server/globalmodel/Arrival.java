package org.consilium.server.globalmodel;

import static org.consilium.contract.InvalidParametersException.Reason.NOT_FINITE;
import static org.consilium.contract.InvalidParametersException.Reason.WRONG_ARCHITECTURE;
import static org.consilium.contract.InvalidParametersException.Reason.WRONG_DIGEST;
import static org.consilium.contract.InvalidParametersException.Reason.WRONG_LENGTH;
import static org.consilium.contract.InvalidParametersException.Reason.WRONG_SIZE;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.InvalidParametersException;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Sha256;

/** Parameters on their way in: the header is known, the payload still lies in the request. Used by one thread. */
public final class Arrival {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int EXPONENT = 0x7f80_0000;

    private final VectorStore vectors;
    private final ChunkCache cache;
    private final ParametersHeader header;
    private final InputStream body;
    private final long contentLength;

    Arrival(VectorStore vectors, ChunkCache cache, ParametersHeader header, InputStream body, long contentLength) {
        this.vectors = vectors;
        this.cache = cache;
        this.header = header;
        this.body = body;
        this.contentLength = contentLength;
    }

    /** Returns what the header promises. */
    public ParametersHeader header() {
        return header;
    }

    /**
     * Refuses parameters of another network.
     *
     * @throws InvalidParametersException saying which is wanted
     */
    public void mustBe(ArchitectureId architecture, long count) {
        if (!header.architecture().equals(architecture)) {
            throw new InvalidParametersException(
                    WRONG_ARCHITECTURE,
                    "the parameters are of architecture " + header.architecture() + ", the study trains " + architecture
                            + "; train the network that the offer names");
        }
        if (header.count() != count) {
            throw new InvalidParametersException(
                    WRONG_LENGTH,
                    "the update has " + header.count() + " parameters, " + architecture + " has " + count
                            + " here; install the same Consilium version on both sides");
        }
    }

    /**
     * Reads the payload to its end, checks it and writes it to the store, chunk by chunk.
     *
     * @throws InvalidParametersException if a value is not finite, bytes are missing or too many, or their digest is
     *     another; nothing is kept then
     */
    public Pending store() throws IOException {
        long id = vectors.begin(header.architecture(), header.count());
        boolean kept = false;
        try {
            read((chunk, bytes) -> {
                vectors.write(id, chunk, bytes);
                cache.put(id, chunk, bytes);
            });
            kept = true;
            return new Pending(id, header.payloadDigest(), header.totalBytes());
        } finally {
            if (!kept) {
                cache.drop(id);
                vectors.discard(id);
            }
        }
    }

    /** Reads the payload to its end and checks it like {@link #store}, keeping nothing: equal bytes are there. */
    public void verify() throws IOException {
        read((chunk, bytes) -> {});
    }

    private void read(Chunks chunks) throws IOException {
        if (contentLength >= 0 && contentLength != header.totalBytes()) {
            throw wrongSize(contentLength);
        }
        MessageDigest digester = Sha256.digester();
        for (int chunk = 0; chunk < StoredVector.chunks(header.count()); chunk++) {
            byte[] bytes = chunk(chunk);
            digester.update(bytes);
            checkFinite(bytes, (long) chunk * StoredVector.CHUNK_VALUES);
            chunks.accept(chunk, bytes);
        }
        if (body.read() >= 0) {
            throw wrongSize(header.totalBytes() + 1);
        }
        Sha256 found = Sha256.ofDigest(digester.digest());
        if (!found.equals(header.payloadDigest())) {
            throw new InvalidParametersException(
                    WRONG_DIGEST,
                    "the payload has SHA-256 " + found + ", its header says " + header.payloadDigest()
                            + "; the bytes were damaged on the way, send them again");
        }
    }

    private byte[] chunk(int chunk) throws IOException {
        byte[] bytes = new byte[StoredVector.bytes(header.count(), chunk)];
        int length;
        try {
            length = body.readNBytes(bytes, 0, bytes.length);
        } catch (EOFException e) {
            length = 0;
        }
        if (length < bytes.length) {
            throw wrongSize(ParametersHeader.BYTES + (long) chunk * StoredVector.CHUNK_BYTES + length);
        }
        return bytes;
    }

    private InvalidParametersException wrongSize(long there) {
        return new InvalidParametersException(
                WRONG_SIZE,
                "the header promises " + header.totalBytes() + " bytes, " + there
                        + (there > header.totalBytes() ? " or more" : "") + " are there; send them again, whole");
    }

    /** A float is NaN or infinite exactly when all bits of its exponent are set. */
    private static void checkFinite(byte[] bytes, long firstIndex) {
        for (int at = 0; at < bytes.length; at += Float.BYTES) {
            int bits = (int) INT.get(bytes, at);
            if ((bits & EXPONENT) == EXPONENT) {
                throw new InvalidParametersException(
                        NOT_FINITE,
                        "parameter " + (firstIndex + at / Float.BYTES) + " is " + Float.intBitsToFloat(bits)
                                + "; training diverged, lower the learning rate and train again");
            }
        }
    }

    @FunctionalInterface
    private interface Chunks {
        void accept(int chunk, byte[] bytes);
    }
}
