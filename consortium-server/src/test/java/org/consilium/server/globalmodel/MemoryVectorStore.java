package org.consilium.server.globalmodel;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Sha256;

/** Parameters in memory. */
final class MemoryVectorStore implements VectorStore {

    private static final class Begun {
        private final ArchitectureId architecture;
        private final long count;
        private final Instant at;
        private final Map<Integer, byte[]> chunks = new HashMap<>();
        private Sha256 digest;

        private Begun(ArchitectureId architecture, long count, Instant at) {
            this.architecture = architecture;
            this.count = count;
            this.at = at;
        }
    }

    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Begun> vectors = new HashMap<>();
    private final Clock clock;
    private int reads;

    MemoryVectorStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Optional<StoredVector> find(Sha256 digest) {
        return vectors.entrySet().stream()
                .filter(entry -> digest.equals(entry.getValue().digest))
                .findFirst()
                .map(entry -> new StoredVector(
                        entry.getKey(), digest, entry.getValue().architecture, entry.getValue().count));
    }

    @Override
    public synchronized long begin(ArchitectureId architecture, long count) {
        long id = numbers.incrementAndGet();
        vectors.put(id, new Begun(architecture, count, clock.instant()));
        return id;
    }

    @Override
    public synchronized void write(long id, int chunk, byte[] bytes) {
        vectors.get(id).chunks.put(chunk, bytes);
    }

    @Override
    public boolean hold(Sha256 digest) {
        return find(digest).isPresent();
    }

    @Override
    public synchronized StoredVector complete(long id, Sha256 digest) {
        Optional<StoredVector> known = find(digest);
        if (known.isPresent()) {
            discard(id);
            return known.get();
        }
        if (!vectors.containsKey(id)) {
            throw new IllegalStateException("vector " + id + " was dropped while written");
        }
        vectors.get(id).digest = digest;
        return find(digest).orElseThrow();
    }

    @Override
    public synchronized void discard(long id) {
        vectors.computeIfPresent(id, (same, vector) -> vector.digest == null ? null : vector);
    }

    @Override
    public synchronized byte[] read(StoredVector vector, int chunk) {
        reads++;
        return Optional.ofNullable(vectors.get(vector.id()))
                .map(begun -> begun.chunks.get(chunk))
                .orElseThrow(() -> new IllegalStateException("chunk " + chunk + " is missing"));
    }

    @Override
    public synchronized int discardBegunBefore(Instant instant) {
        int before = vectors.size();
        vectors.values().removeIf(vector -> vector.digest == null && vector.at.isBefore(instant));
        return before - vectors.size();
    }

    /** Returns how many chunks were read. */
    synchronized int reads() {
        return reads;
    }

    /** Returns how many vectors are there, whether anybody sees them or not. */
    synchronized int size() {
        return vectors.size();
    }
}
