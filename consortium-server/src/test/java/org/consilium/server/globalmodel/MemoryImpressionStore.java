package org.consilium.server.globalmodel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.Impressions;
import org.consilium.contract.ImpressionsHeader;
import org.consilium.contract.Sha256;

/** Impressions in memory. */
public final class MemoryImpressionStore implements ImpressionStore {

    private final Map<Sha256, Impressions> sets = new HashMap<>();

    /** Returns the use cases on such a store. */
    public static ImpressionSets sets() {
        return new ImpressionSets(new MemoryImpressionStore());
    }

    @Override
    public Optional<ImpressionsHeader> find(Sha256 digest) {
        return Optional.ofNullable(sets.get(digest)).map(Impressions::header);
    }

    @Override
    public void add(Impressions set) {
        sets.put(set.digest(), set);
    }

    @Override
    public byte[] read(Sha256 digest, int chunk) {
        var payload = sets.get(digest).payload();
        payload.position(chunk * CHUNK_BYTES);
        byte[] bytes = new byte[Math.min(CHUNK_BYTES, payload.remaining())];
        payload.get(bytes);
        return bytes;
    }
}
