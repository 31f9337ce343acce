package org.consilium.server.globalmodel;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Enumeration;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Parameters;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Sha256;
import org.consilium.server.audit.Audit;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.platform.Refusal;
import org.eclipse.microprofile.config.Config;

/**
 * The use cases of parameters: take them in, hand them out, write a new model.
 *
 * <p>None of them holds more than a few chunks at a time, beside a bounded cache of what was written last.
 */
@ApplicationScoped
public class Models {

    private static final Logger LOG = Logger.getLogger(Models.class.getName());

    private final VectorStore vectors;
    private final GlobalModelSettings settings;
    private final ChunkCache cache;
    private final Clock clock;
    private final Audit audit;

    @Inject
    Models(VectorStore vectors, Config config, Clock clock, Audit audit) {
        this(vectors, GlobalModelSettings.from(config), clock, audit);
    }

    Models(VectorStore vectors, GlobalModelSettings settings, Clock clock, Audit audit) {
        this.vectors = vectors;
        this.settings = settings;
        this.clock = clock;
        this.audit = audit;
        this.cache = settings == null ? null : new ChunkCache(settings.cacheChunks());
    }

    /** For the container's proxy. */
    Models() {
        this(null, (GlobalModelSettings) null, null, null);
    }

    /** Makes this bean, and so has its settings read, at the start: a bad one is refused then. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        LOG.fine(() -> "uploads may have " + settings.largestBody() + " bytes");
    }

    /** Returns the parameters of that digest. */
    @Transactional
    public Optional<StoredVector> find(Sha256 digest) {
        return vectors.find(digest);
    }

    /** Returns the parameters of that digest, or refuses with 404. */
    @Transactional
    public StoredVector get(Sha256 digest) {
        return vectors.find(digest)
                .orElseThrow(() -> Refusal.of(
                        404,
                        "model-unknown",
                        "There are no parameters with SHA-256 " + digest + ".",
                        "Ask for a digest that an offer or a study names."));
    }

    /**
     * Starts to take in parameters: reads their header and checks the size that it promises.
     *
     * @param body header and payload; read further by {@link Arrival}
     * @param contentLength as the request says, below 0 where it does not
     */
    public Arrival arrival(InputStream body, long contentLength) throws IOException {
        checkSize(contentLength);
        byte[] head = body.readNBytes(ParametersHeader.BYTES);
        ParametersHeader header = ParametersHeader.decode(head);
        checkSize(header.totalBytes());
        return new Arrival(vectors, cache, header, body, contentLength);
    }

    /**
     * Makes parameters that have arrived, or a model that was written, appear; part of the caller's transaction.
     *
     * @return the parameters in the store, with those bytes
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public StoredVector complete(Pending pending) {
        StoredVector stored = vectors.complete(pending.id(), pending.digest());
        if (stored.id() != pending.id()) {
            cache.drop(pending.id());
        }
        return stored;
    }

    /**
     * Keeps parameters from being deleted until the caller's transaction ends.
     *
     * @return whether they are there
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public boolean hold(Sha256 digest) {
        return vectors.hold(digest);
    }

    /** Makes parameters appear that a study is to start from. */
    @Transactional
    public StoredVector register(Pending pending) {
        StoredVector stored = complete(pending);
        audit.append(new AuditEvent.ModelRegistered(
                stored.digest(), stored.architecture().value()));
        return stored;
    }

    /** Drops parameters that have arrived and are not wanted. */
    public void discard(Pending pending) {
        cache.drop(pending.id());
        vectors.discard(pending.id());
    }

    /** Says that nobody will soon ask for these parameters: their room in memory is free for others. */
    public void release(StoredVector vector) {
        cache.drop(vector.id());
    }

    /** Starts to write a new model. */
    public NewVector write(ArchitectureId architecture, long count) {
        return new NewVector(vectors, cache, architecture, count);
    }

    /** Returns one chunk's values. */
    public float[] values(StoredVector vector, int chunk) {
        return Parameters.floats(ByteBuffer.wrap(bytes(vector, chunk)));
    }

    /** Returns all values at once; for the arithmetic that needs a whole model in memory. */
    public float[] values(StoredVector vector) {
        float[] values = new float[Math.toIntExact(vector.count())];
        for (int chunk = 0; chunk < vector.chunks(); chunk++) {
            float[] part = values(vector, chunk);
            System.arraycopy(part, 0, values, chunk * StoredVector.CHUNK_VALUES, part.length);
        }
        return values;
    }

    /**
     * Writes a part of header and payload.
     *
     * @param from first byte, from 0
     * @param to the byte after the last one
     */
    void copy(StoredVector vector, long from, long to, OutputStream out) throws IOException {
        if (from < ParametersHeader.BYTES) {
            byte[] head = vector.header().encode();
            out.write(head, (int) from, (int) (Math.min(to, ParametersHeader.BYTES) - from));
        }
        long start = Math.max(from - ParametersHeader.BYTES, 0);
        long end = to - ParametersHeader.BYTES;
        while (start < end) {
            int chunk = (int) (start / StoredVector.CHUNK_BYTES);
            long base = (long) chunk * StoredVector.CHUNK_BYTES;
            byte[] bytes = bytes(vector, chunk);
            int stop = (int) Math.min(end - base, bytes.length);
            out.write(bytes, (int) (start - base), stop - (int) (start - base));
            start = base + stop;
        }
    }

    /** Drops uploads that were broken off long ago; returns how many. */
    public int sweep() {
        return vectors.discardBegunBefore(clock.instant().minus(settings.unfinishedFor()));
    }

    /** Opens header and payload; no more than a chunk of them is in memory. */
    public InputStream open(StoredVector vector) {
        PrimitiveIterator.OfInt chunks = IntStream.range(0, vector.chunks()).iterator();
        InputStream head = new ByteArrayInputStream(vector.header().encode());
        return new SequenceInputStream(head, new SequenceInputStream(new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return chunks.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return new ByteArrayInputStream(bytes(vector, chunks.nextInt()));
            }
        }));
    }

    /** Returns how many chunks are kept in memory now. */
    int cachedChunks() {
        return cache.size();
    }

    private byte[] bytes(StoredVector vector, int chunk) {
        return cache.get(vector.id(), chunk).orElseGet(() -> vectors.read(vector, chunk));
    }

    private void checkSize(long bytes) {
        if (bytes > settings.largestBody()) {
            throw Refusal.of(
                    413,
                    "body-too-large",
                    "The body has " + bytes + " bytes, at most " + settings.largestBody() + " are taken.",
                    "Use a smaller network, or ask the operator to raise consilium.upload.max.bytes.");
        }
    }
}
