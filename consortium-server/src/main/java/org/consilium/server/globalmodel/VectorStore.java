package org.consilium.server.globalmodel;

import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Sha256;

/**
 * Where parameters are kept, cut into chunks and addressed by their digest.
 *
 * <p>A vector is written unseen, chunk by chunk, each chunk for itself and outside any transaction, since it may take a
 * hospital's line minutes to send it; {@link #complete} then makes it appear, whole, within the caller's transaction.
 */
interface VectorStore {

    /** Returns the whole vector of that digest. */
    Optional<StoredVector> find(Sha256 digest);

    /** Keeps a vector from being deleted until the transaction ends; returns whether it is there. */
    boolean hold(Sha256 digest);

    /** Starts to write a vector that nobody sees yet, and returns its number. */
    long begin(ArchitectureId architecture, long count);

    /** Writes one chunk of a vector that nobody sees yet; durable at the latest when the vector is completed. */
    void write(long id, int chunk, byte[] bytes);

    /**
     * Makes a vector appear under its digest, or drops it where an equal one is there already; within the caller's
     * transaction.
     *
     * @return the vector that is there now
     */
    StoredVector complete(long id, Sha256 digest);

    /** Drops a vector that was begun and not completed. */
    void discard(long id);

    /** Returns one chunk's bytes, to be read only. */
    byte[] read(StoredVector vector, int chunk);

    /** Drops the vectors that were begun before that instant and never completed; returns how many. */
    int discardBegunBefore(Instant instant);
}
