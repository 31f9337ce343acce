package org.consilium.site.audit;

import static org.consilium.contract.audit.BundleFormat.CHECKPOINTS;
import static org.consilium.contract.audit.BundleFormat.FORMAT;
import static org.consilium.contract.audit.BundleFormat.KEYS;
import static org.consilium.contract.audit.BundleFormat.MANIFEST;
import static org.consilium.contract.audit.BundleFormat.MANIFEST_SIGNATURE;
import static org.consilium.contract.audit.BundleFormat.README;
import static org.consilium.contract.audit.BundleFormat.RECORDS;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.consilium.auditlog.Checkpoints;
import org.consilium.auditlog.Records;
import org.consilium.auditlog.StoredTree;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.site.platform.Database;

/**
 * All of the node's log up to a checkpoint, as the zip of {@link org.consilium.contract.audit.BundleFormat}, signed with the
 * site's key. Records are only ever added, so they are read twice instead of being kept: for the manifest, which comes first
 * and has their digest, and to be written.
 */
final class SiteExport {

    /** What every entry says: a zip cannot say none. Not 1980-01-01, which Java writes together with its own time zone. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final AuditStore store;
    private final SiteId site;
    private final SignedCheckpoint checkpoint;
    private final NoteSigner signer;
    private final Instant made;

    /** @param signer the key that has signed the checkpoint */
    SiteExport(AuditStore store, SiteId site, SignedCheckpoint checkpoint, NoteSigner signer, Instant made) {
        this.store = store;
        this.site = site;
        this.checkpoint = checkpoint;
        this.signer = signer;
        this.made = made;
    }

    String fileName() {
        return "consilium-audit-" + site + "-" + checkpoint.checkpoint().size() + ".zip";
    }

    /** A file of the bundle. */
    @FunctionalInterface
    private interface Part {
        void to(OutputStream out) throws IOException;
    }

    /** Writes it, a few records at a time. */
    void write(OutputStream out) throws IOException {
        // What proves one checkpoint from another is many questions to the database: these are asked once.
        Path proved = Files.createTempFile("consilium-checkpoints-", ".jsonl");
        try {
            try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(proved))) {
                checkpoints(file);
            }
            SortedMap<String, Part> parts = new TreeMap<>();
            parts.put(README, SiteExport::readme);
            parts.put(CHECKPOINTS, to -> Files.copy(proved, to));
            parts.put(KEYS, this::keys);
            parts.put(RECORDS, this::records);
            zip(parts, out);
        } finally {
            Files.delete(proved);
        }
    }

    private void zip(SortedMap<String, Part> parts, OutputStream out) throws IOException {
        byte[] manifest = manifest(parts);
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        begin(zip, MANIFEST);
        zip.write(manifest);
        begin(zip, MANIFEST_SIGNATURE);
        zip.write(bytes(signer.sign(FORMAT, manifest).line() + "\n"));
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            begin(zip, part.getKey());
            part.getValue().to(zip);
        }
        zip.finish();
        zip.flush();
    }

    private static void begin(ZipOutputStream zip, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
    }

    private byte[] manifest(SortedMap<String, Part> parts) throws IOException {
        JsonObjectBuilder digests = Json.createObjectBuilder();
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            DigestOutputStream digest = new DigestOutputStream(OutputStream.nullOutputStream(), Sha256.digester());
            part.getValue().to(digest);
            digests.add(
                    part.getKey(),
                    Sha256.ofDigest(digest.getMessageDigest().digest()).hex());
        }
        Checkpoint last = checkpoint.checkpoint();
        return bytes(Json.createObjectBuilder()
                        .add("format", FORMAT)
                        .add("origin", last.origin())
                        .add("made", made.toString())
                        .add("size", last.size())
                        .add("root", last.root().hex())
                        .add("records", last.size())
                        .add("complete", true)
                        .add("files", digests)
                        .build()
                + "\n");
    }

    private void records(OutputStream out) throws IOException {
        reading(Records.Filter.all(), line -> out.write(bytes(line + "\n")));
    }

    /** Every key that the log names, with the name by which it signs the log. */
    private void keys(OutputStream out) throws IOException {
        Set<NoteKey> keys = new LinkedHashSet<>();
        store.committed(connection -> new Records(connection, Database.SCHEMA)
                .read(
                        ofKeys(),
                        Long.MAX_VALUE,
                        record -> Optional.ofNullable(record.details().get("key"))
                                .map(NoteKey::fromText)
                                .map(key -> key.named(checkpoint.checkpoint().origin()))
                                .ifPresent(keys::add)));
        for (NoteKey key : keys) {
            out.write(bytes(Json.createObjectBuilder()
                            .add("holder", site.value())
                            .add("key", key.text())
                            .build()
                    + "\n"));
        }
    }

    private Records.Filter ofKeys() {
        return new Records.Filter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("key"),
                0,
                checkpoint.checkpoint().size(),
                false);
    }

    @FunctionalInterface
    private interface Lines {
        void accept(String line) throws IOException;
    }

    private void reading(Records.Filter filter, Lines lines) throws IOException {
        long size = checkpoint.checkpoint().size();
        try {
            store.committed(connection -> new Records(connection, Database.SCHEMA)
                    .read(filter.below(size), size, record -> {
                        try {
                            lines.accept(record.line());
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void checkpoints(OutputStream out) throws IOException {
        Optional<Checkpoint> before = Optional.empty();
        List<Line> page = after(before);
        while (!page.isEmpty()) {
            for (Line line : page) {
                out.write(bytes(line.json() + "\n"));
            }
            before = Optional.of(page.get(page.size() - 1).signed().checkpoint());
            page = after(before);
        }
    }

    /** A checkpoint, and the proof that it goes on from the one before. */
    private record Line(SignedCheckpoint signed, List<byte[]> consistency) {

        String json() {
            JsonArrayBuilder path = Json.createArrayBuilder();
            consistency.forEach(hash -> path.add(HexFormat.of().formatHex(hash)));
            return Json.createObjectBuilder()
                    .add("note", signed.note())
                    .add("consistency", path)
                    .build()
                    .toString();
        }
    }

    /** Some of those up to the one that the export is signed by. */
    private List<Line> after(Optional<Checkpoint> before) {
        return store.committed(connection -> {
            StoredTree tree = new StoredTree(connection, Database.SCHEMA);
            long size = before.map(Checkpoint::size).orElse(0L);
            List<Line> lines = new java.util.ArrayList<>();
            for (SignedCheckpoint next : new Checkpoints(connection, Database.SCHEMA).after(size)) {
                if (next.checkpoint().size() <= checkpoint.checkpoint().size()) {
                    lines.add(new Line(
                            next,
                            size == 0
                                    ? List.of()
                                    : tree.consistency(size, next.checkpoint().size())));
                    size = next.checkpoint().size();
                }
            }
            return lines;
        });
    }

    private static void readme(OutputStream out) throws IOException {
        try (InputStream in = SiteExport.class.getResourceAsStream("bundle-README.md")) {
            in.transferTo(out);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
