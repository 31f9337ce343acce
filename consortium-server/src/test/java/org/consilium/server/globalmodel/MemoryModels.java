package org.consilium.server.globalmodel;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import org.consilium.contract.Parameters;
import org.consilium.server.audit.RecordedEvents;

/** Parameters in memory behind their real use cases, for tests of what uses them. */
public final class MemoryModels {

    /** Most bytes of one upload. */
    public static final long LARGEST_BODY = 8_000_000;

    private final MemoryVectorStore vectors;
    private final Models models;

    /** @param clock says when an upload has grown old */
    public MemoryModels(Clock clock) {
        this.vectors = new MemoryVectorStore(clock);
        this.models = new Models(
                vectors, new GlobalModelSettings(LARGEST_BODY, 2, Duration.ofDays(1)), clock, new RecordedEvents());
    }

    /** Returns the use cases. */
    public Models models() {
        return models;
    }

    /** Takes in parameters as a coordinator sends them. */
    public StoredVector add(Parameters parameters) {
        try {
            return models.register(arrival(parameters.encode()).store());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts to take in the bytes of a request's body. */
    public Arrival arrival(byte[] body) throws IOException {
        return models.arrival(new ByteArrayInputStream(body), body.length);
    }

    /** Returns the whole parameters as they are kept. */
    public Parameters read(StoredVector vector) {
        float[] values = new float[(int) vector.count()];
        for (int chunk = 0; chunk < vector.chunks(); chunk++) {
            float[] part = models.values(vector, chunk);
            System.arraycopy(part, 0, values, chunk * StoredVector.CHUNK_VALUES, part.length);
        }
        return Parameters.of(vector.architecture(), values);
    }

    /** Returns how many chunks the store was asked for, because they were not in memory any more. */
    public int reads() {
        return vectors.reads();
    }

    /** Returns how many chunks are in memory. */
    public int cached() {
        return models.cachedChunks();
    }

    /** Returns how many vectors are kept, finished or not: what was refused must leave none behind. */
    public int kept() {
        return vectors.size();
    }
}
