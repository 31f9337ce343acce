package org.consilium.server.globalmodel;

import java.util.Optional;
import org.consilium.contract.Impressions;
import org.consilium.contract.ImpressionsHeader;
import org.consilium.contract.Sha256;

/** Where synthesised images are kept, cut into chunks and addressed by the digest of their payload; they never change. */
interface ImpressionStore {

    /** Bytes in a chunk. */
    int CHUNK_BYTES = 1 << 20;

    /** Returns what precedes the set of that digest; where equal images were made twice, for whom they were made last. */
    Optional<ImpressionsHeader> find(Sha256 digest);

    /** Keeps a set, within the caller's transaction; one that is there already is left as it is. */
    void add(Impressions set);

    /** Returns one chunk of a payload, to be read only. */
    byte[] read(Sha256 digest, int chunk);
}
