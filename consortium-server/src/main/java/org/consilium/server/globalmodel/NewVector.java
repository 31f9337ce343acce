package org.consilium.server.globalmodel;

import java.security.MessageDigest;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Parameters;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Sha256;

/** A model that is being written, chunk by chunk, its digest computed as it goes. Used by one thread. */
public final class NewVector {

    private final VectorStore vectors;
    private final ChunkCache cache;
    private final long id;
    private final long count;
    private final MessageDigest digester = Sha256.digester();
    private int next;

    NewVector(VectorStore vectors, ChunkCache cache, ArchitectureId architecture, long count) {
        this.vectors = vectors;
        this.cache = cache;
        this.count = count;
        this.id = vectors.begin(architecture, count);
    }

    /**
     * Writes the next chunk.
     *
     * @throws org.consilium.contract.InvalidParametersException if a value is not finite
     */
    public void accept(int chunk, float[] values) {
        if (chunk != next || values.length * Float.BYTES != StoredVector.bytes(count, chunk)) {
            throw new IllegalArgumentException("chunk " + chunk + " of " + values.length
                    + " values does not go on where chunk " + next + " is due");
        }
        Parameters.checkFinite(values, (long) chunk * StoredVector.CHUNK_VALUES);
        byte[] bytes = Parameters.payload(values);
        digester.update(bytes);
        vectors.write(id, chunk, bytes);
        cache.put(id, chunk, bytes);
        next++;
    }

    /** Returns the finished model, which nobody sees yet. */
    public Pending finish() {
        if (next != StoredVector.chunks(count)) {
            throw new IllegalStateException(next + " chunks were written of " + StoredVector.chunks(count));
        }
        return new Pending(id, Sha256.ofDigest(digester.digest()), ParametersHeader.BYTES + count * Float.BYTES);
    }

    /** Drops the model. */
    public void discard() {
        cache.drop(id);
        vectors.discard(id);
    }
}
