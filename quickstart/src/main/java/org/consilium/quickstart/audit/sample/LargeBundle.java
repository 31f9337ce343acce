package org.consilium.quickstart.audit.sample;

import jakarta.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.Merkle;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.protocol.ProtocolJson;

/** Writes a bundle of a whole log of any length, line by line. */
public final class LargeBundle implements SampleStudy.Listener {

    private static final int SITES = 8;

    /** What a round brings with it, beside three records a site and three of its own. */
    private static final int READINGS = 973;

    private static final int RECORDS_A_ROUND = 3 + 3 * SITES + READINGS;

    private final Path folder;
    private final SampleStudy study;
    private final GrowingTree tree = new GrowingTree();
    private final Map<String, OutputStream> open = new TreeMap<>();
    private final Map<String, Sha256> digests = new TreeMap<>();
    private Checkpoint last;
    private long records;

    private LargeBundle(Path folder, int rounds) {
        this.folder = folder;
        this.study = new SampleStudy(SITES, rounds, READINGS);
    }

    /**
     * Writes one.
     *
     * @param zip the file
     * @param folder for its parts, which stay there
     * @param records how many records it has at least
     * @return how many it has
     */
    public static long write(Path zip, Path folder, long records) throws IOException {
        int rounds = Math.toIntExact((records + RECORDS_A_ROUND - 1) / RECORDS_A_ROUND);
        LargeBundle bundle = new LargeBundle(folder, rounds);
        bundle.write(zip);
        return bundle.records;
    }

    private void write(Path zip) throws IOException {
        study.tell(this);
        String protocol = BundleFormat.PROTOCOLS + study.protocol().study() + "-v1";
        append(protocol + ".json", SampleFiles.bytes(ProtocolJson.toJson(study.protocol())));
        append(protocol + ".txt", study.protocol().canonical());
        append(BundleFormat.KEYS, SampleFiles.bytes(SampleFiles.keys(study.owner(), study.sites())));
        append(BundleFormat.README, SampleFiles.bytes("A sample.\n"));
        for (Map.Entry<String, OutputStream> file : open.entrySet()) {
            file.getValue().close();
        }
        byte[] manifest = SampleFiles.bytes(SampleFiles.manifest(last, Optional.empty(), records, true, digests));
        Map<String, SampleZip.Content> files = new LinkedHashMap<>();
        files.put(BundleFormat.MANIFEST, () -> new java.io.ByteArrayInputStream(manifest));
        files.put(
                BundleFormat.MANIFEST_SIGNATURE,
                () -> new java.io.ByteArrayInputStream(
                        SampleFiles.bytes(SampleFiles.signature(manifest, study.owner()))));
        open.keySet().forEach(name -> files.put(name, () -> Files.newInputStream(folder.resolve(name))));
        SampleZip.write(zip, files);
    }

    @Override
    public void record(AuditRecord record) {
        byte[] line = SampleFiles.bytes(record.line());
        tree.add(Merkle.leaf(line));
        records++;
        line(BundleFormat.RECORDS, line);
    }

    @Override
    public void checkpoint(Instant at) {
        Checkpoint next = new Checkpoint(SampleStudy.ORIGIN, records, Sha256.ofDigest(tree.root(records)), at);
        List<byte[]> proof = last == null ? List.of() : tree.consistency(last.size(), records);
        SignedCheckpoint signed = SampleFiles.signed(next, study.owner(), study.sites());
        line(BundleFormat.CHECKPOINTS, SampleFiles.bytes(SampleFiles.checkpoint(signed, proof)));
        last = next;
    }

    @Override
    public void signature(JsonObject line) {
        line(BundleFormat.SIGNATURES, SampleFiles.bytes(line));
    }

    @Override
    public void round(JsonObject line) {
        line(BundleFormat.ROUNDS, SampleFiles.bytes(line));
    }

    @Override
    public void update(Parameters update) {
        // Left out, as by default in an export.
    }

    private void line(String name, byte[] line) {
        append(name, line);
        append(name, new byte[] {'\n'});
    }

    private void append(String name, byte[] bytes) {
        try {
            OutputStream out = open.get(name);
            if (out == null) {
                out = new Digested(name);
                open.put(name, out);
            }
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file whose digest is known when it is closed. */
    private final class Digested extends DigestOutputStream {

        private final String name;

        Digested(String name) throws IOException {
            super(new BufferedOutputStream(Files.newOutputStream(made(folder.resolve(name)))), Sha256.digester());
            this.name = name;
        }

        @Override
        public void close() throws IOException {
            super.close();
            digests.put(name, Sha256.ofDigest(getMessageDigest().digest()));
        }

        private static Path made(Path file) throws IOException {
            Files.createDirectories(file.getParent());
            return file;
        }
    }
}
