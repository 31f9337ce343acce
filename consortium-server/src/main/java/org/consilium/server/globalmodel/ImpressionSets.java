package org.consilium.server.globalmodel;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.OutputStream;
import org.consilium.contract.Impressions;
import org.consilium.contract.ImpressionsHeader;
import org.consilium.contract.Sha256;
import org.consilium.server.platform.Refusal;

/** The use cases of synthesised images: keep a set, hand it out, whole or in part. */
@ApplicationScoped
public class ImpressionSets {

    private final ImpressionStore store;

    @Inject
    ImpressionSets(ImpressionStore store) {
        this.store = store;
    }

    /** For the container's proxy. */
    ImpressionSets() {
        this(null);
    }

    /** Keeps a set; part of the caller's transaction. */
    @Transactional(Transactional.TxType.MANDATORY)
    public void keep(Impressions set) {
        store.add(set);
    }

    /** Returns what precedes the set of that digest, or refuses with 404. */
    @Transactional
    public ImpressionsHeader get(Sha256 digest) {
        return store.find(digest)
                .orElseThrow(() -> Refusal.of(
                        404,
                        "impressions-unknown",
                        "There are no impressions with SHA-256 " + digest + ".",
                        "Ask for a digest that an offer or a study names."));
    }

    /** Returns the whole set of that digest, or refuses with 404. */
    @Transactional
    public Impressions read(Sha256 digest) {
        ImpressionsHeader header = get(digest);
        byte[] bytes = new byte[Math.toIntExact(header.totalBytes())];
        System.arraycopy(header.encode(), 0, bytes, 0, header.bytes());
        int at = header.bytes();
        for (int chunk = 0; at < bytes.length; chunk++) {
            byte[] part = store.read(digest, chunk);
            System.arraycopy(part, 0, bytes, at, part.length);
            at += part.length;
        }
        return Impressions.decode(bytes);
    }

    /**
     * Writes a part of header and payload.
     *
     * @param from first byte, from 0
     * @param to the byte after the last one
     */
    void copy(ImpressionsHeader header, long from, long to, OutputStream out) throws IOException {
        int head = header.bytes();
        if (from < head) {
            out.write(header.encode(), (int) from, (int) (Math.min(to, head) - from));
        }
        long start = Math.max(from - head, 0);
        long end = to - head;
        while (start < end) {
            int chunk = (int) (start / ImpressionStore.CHUNK_BYTES);
            long base = (long) chunk * ImpressionStore.CHUNK_BYTES;
            byte[] bytes = store.read(header.payloadDigest(), chunk);
            int stop = (int) Math.min(end - base, bytes.length);
            out.write(bytes, (int) (start - base), stop - (int) (start - base));
            start = base + stop;
        }
    }
}
