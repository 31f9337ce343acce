package org.consilium.quickstart.audit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.consilium.algorithm.Updates;
import org.consilium.contract.Parameters;
import org.consilium.contract.ParametersHeader;

/** The updates of one round as files in a bundle: of each one chunk at a time is in memory. */
final class UpdateFiles implements Updates, Closeable {

    /** Values in a chunk, as many as the consortium's server takes at once. */
    private static final int CHUNK = 262_144;

    /** Bytes of a chunk. */
    static final int CHUNK_BYTES = CHUNK * Float.BYTES;

    private final Bundle bundle;
    private final List<Contribution> contributions;
    private final List<String> names;
    private final long count;
    private final List<InputStream> streams = new ArrayList<>();
    private final int[] next;

    /**
     * @param contributions who sent them, by site id
     * @param names of their files, in the same order
     * @param count how many values each has
     */
    UpdateFiles(Bundle bundle, List<Contribution> contributions, List<String> names, long count) {
        this.bundle = bundle;
        this.contributions = List.copyOf(contributions);
        this.names = List.copyOf(names);
        this.count = count;
        this.next = new int[names.size()];
        names.forEach(name -> streams.add(null));
    }

    @Override
    public List<Contribution> contributions() {
        return contributions;
    }

    @Override
    public int chunks() {
        return Math.toIntExact((count + CHUNK - 1) / CHUNK);
    }

    @Override
    public float[] chunk(int contribution, int chunk) {
        try {
            if (streams.get(contribution) == null || next[contribution] > chunk) {
                reopen(contribution);
            }
            InputStream in = streams.get(contribution);
            in.skipNBytes((long) (chunk - next[contribution]) * CHUNK_BYTES);
            next[contribution] = chunk + 1;
            return Parameters.floats(ByteBuffer.wrap(in.readNBytes(CHUNK_BYTES)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void reopen(int contribution) throws IOException {
        if (streams.get(contribution) != null) {
            streams.get(contribution).close();
        }
        InputStream in = bundle.open(names.get(contribution));
        in.skipNBytes(ParametersHeader.BYTES);
        streams.set(contribution, in);
        next[contribution] = 0;
    }

    @Override
    public void close() throws IOException {
        for (InputStream in : streams) {
            if (in != null) {
                in.close();
            }
        }
    }
}
