package org.consilium.server.export;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.Merkle;

/**
 * The records of a bundle and their proof. Places and leaves wait in a file of their own while the proof is asked for, and
 * then again while the root is computed of both: the bundle is refused if it is not the checkpoint's.
 */
final class BundleRecords {

    private final BundleFolder folder;
    private final Path leaves;
    private final Path hashes;
    private final long size;
    private final BundleScope scope;
    private long records;
    private long last = -1;

    private BundleRecords(BundleFolder folder, BundleScope scope, long size) {
        this.folder = folder;
        this.leaves = folder.scratch("leaves");
        this.hashes = folder.scratch("hashes");
        this.size = size;
        this.scope = scope;
    }

    /**
     * Writes both files.
     *
     * @return how many records there are
     */
    static long write(BundleParts parts, BundleScope scope, Checkpoint checkpoint, BundleFolder folder)
            throws IOException {
        BundleRecords writer = new BundleRecords(folder, scope, checkpoint.size());
        try {
            writer.write(parts);
            writer.check(checkpoint);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return writer.records;
    }

    private void write(BundleParts parts) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(leaves)))) {
            parts.records(entry -> write(entry, out));
        }
        try (Leaves chosen = new Leaves(leaves);
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(hashes)))) {
            parts.proof(chosen, hash -> {
                out.write(hash);
                folder.text(BundleFormat.PROOF, HexFormat.of().formatHex(hash) + "\n");
            });
        }
    }

    private void write(AuditRecord entry, DataOutputStream out) throws IOException {
        if (entry.seq() <= last || entry.seq() >= size) {
            throw new IllegalArgumentException("record " + entry.seq() + " comes after record " + last
                    + " in a log whose last checkpoint has " + size + " records: give them by 'seq', up to that");
        }
        // Records without a study say who has which key.
        if (scope.study().isPresent()
                && entry.study().isPresent()
                && !scope.study().equals(entry.study())) {
            throw new IllegalArgumentException("record " + entry.seq() + " is none of study "
                    + scope.study().get());
        }
        last = entry.seq();
        records++;
        byte[] line = entry.line().getBytes(StandardCharsets.UTF_8);
        byte[] ended = Arrays.copyOf(line, line.length + 1);
        ended[line.length] = '\n';
        folder.bytes(BundleFormat.RECORDS, ended);
        out.writeLong(last);
        out.write(Merkle.leaf(line));
    }

    private void check(Checkpoint checkpoint) throws IOException {
        try (Leaves known = new Leaves(leaves);
                DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(hashes)))) {
            byte[] root = Merkle.root(size, known, place -> known.leaf(), new Hashes(in, Files.size(hashes)));
            if (!Sha256.ofDigest(root).equals(checkpoint.root())) {
                throw new IllegalArgumentException("the records and their proof make another root than that of the last"
                        + " checkpoint: the log is not what was signed. Look for what has changed it.");
            }
        }
    }

    /** Places of the records; of the last one that was given also the leaf. */
    private static final class Leaves implements PrimitiveIterator.OfLong, AutoCloseable {

        private final DataInputStream in;
        private final byte[] leaf = new byte[Sha256.BYTES];
        private long left;

        Leaves(Path path) throws IOException {
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path)));
            left = Files.size(path) / (Long.BYTES + Sha256.BYTES);
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public long nextLong() {
            if (left == 0) {
                throw new NoSuchElementException("there are no more records");
            }
            try {
                long place = in.readLong();
                in.readFully(leaf);
                left--;
                return place;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        byte[] leaf() {
            return leaf.clone();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    private static final class Hashes implements Iterator<byte[]> {

        private final DataInputStream in;
        private long left;

        Hashes(DataInputStream in, long bytes) {
            this.in = in;
            this.left = bytes / Sha256.BYTES;
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public byte[] next() {
            if (left == 0) {
                throw new NoSuchElementException("there are no more hashes");
            }
            try {
                byte[] hash = new byte[Sha256.BYTES];
                in.readFully(hash);
                left--;
                return hash;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
