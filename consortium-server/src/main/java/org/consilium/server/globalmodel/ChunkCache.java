package org.consilium.server.globalmodel;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The chunks that were written last, for those who ask for them at once: a round's updates are added up when the last
 * of them is there, and all sites fetch the new global model within the same second. Bounded, so it grows neither with
 * models nor with sites; thread-safe.
 */
final class ChunkCache {

    private record Key(long vector, int chunk) {}

    private final Map<Key, byte[]> chunks;
    private final int most;

    /** @param most most chunks kept */
    ChunkCache(int most) {
        this.most = most;
        this.chunks = new LinkedHashMap<>();
    }

    synchronized Optional<byte[]> get(long vector, int chunk) {
        return Optional.ofNullable(chunks.get(new Key(vector, chunk)));
    }

    /** Keeps a chunk, which nobody may change from now on; the oldest one goes when there are too many. */
    synchronized void put(long vector, int chunk, byte[] bytes) {
        chunks.put(new Key(vector, chunk), bytes);
        if (chunks.size() > most) {
            chunks.remove(chunks.keySet().iterator().next());
        }
    }

    synchronized int size() {
        return chunks.size();
    }

    /** Forgets the chunks of a vector that nobody asks for any more. */
    synchronized void drop(long vector) {
        chunks.keySet().removeIf(key -> key.vector() == vector);
    }
}
