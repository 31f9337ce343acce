package org.consilium.quickstart.audit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.BundleFormat;

/** The files of a bundle. Whoever reads one to its end has it compared with the digest that the manifest gives. */
final class Bundle implements Closeable {

    /** Largest file that is read as a whole. */
    private static final int LARGEST = 32 << 20;

    private final BundleZip zip;
    private final Findings findings;
    private final Map<String, BundleZip.Entry> entries = new LinkedHashMap<>();
    private final Set<String> checked = new HashSet<>();
    private final byte[] manifestBytes;
    private final Manifest manifest;
    private final CompletableFuture<Void> ends;

    private Bundle(BundleZip zip, Path path, Findings findings) throws IOException {
        this.zip = zip;
        this.findings = findings;
        zip.entries().forEach(entry -> entries.putIfAbsent(entry.name(), entry));
        if (!entries.containsKey(BundleFormat.MANIFEST)) {
            throw new UnusableBundle(path.getFileName() + " is no audit bundle: it has no " + BundleFormat.MANIFEST
                    + ". Name a zip that 'consilium audit export --format bundle' has made.");
        }
        try (InputStream in = zip.open(entries.get(BundleFormat.MANIFEST))) {
            manifestBytes = in.readNBytes(LARGEST);
            manifest = Manifest.parse(LineReader.text(manifestBytes));
        } catch (IllegalArgumentException | DamagedEntry e) {
            throw new UnusableBundle(
                    path.getFileName() + " is no audit bundle that this version reads: " + BundleFormat.MANIFEST + ": "
                            + e.getMessage() + ". Ask for it again, or install the Consilium version that made it.",
                    e);
        }
        checkNames();
        this.ends = CompletableFuture.runAsync(zip::checkEnds);
    }

    /**
     * Opens a bundle.
     *
     * @throws UnusableBundle if it is none
     */
    static Bundle open(Path path, Findings findings) throws IOException {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new UnusableBundle(
                    "The bundle " + path + " is not there or may not be read. Name the zip that was exported.");
        }
        BundleZip zip = BundleZip.open(path, findings);
        try {
            return new Bundle(zip, path, findings);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private void checkNames() {
        List<String> wanted = new ArrayList<>(List.of(BundleFormat.MANIFEST, BundleFormat.MANIFEST_SIGNATURE));
        wanted.addAll(manifest.files().keySet());
        for (String name : wanted) {
            if (!entries.containsKey(name)) {
                findings.in(name, "missing-file", "it is not in the zip; ask for the bundle again");
            }
        }
        for (String name : entries.keySet()) {
            if (!wanted.contains(name)) {
                findings.in(name, "strange-file", "the manifest does not name it; trust nothing that it says");
            }
        }
        if (new HashSet<>(wanted).containsAll(entries.keySet()) && !wanted.equals(List.copyOf(entries.keySet()))) {
            findings.in(
                    BundleFormat.MANIFEST,
                    "order",
                    "the files are in another order than a bundle has; this is not the file that was exported");
        }
        for (BundleZip.Entry entry : entries.values()) {
            if (entry.size() == 0) {
                findings.in(entry.name(), "empty-file", "it is empty, and a bundle has no empty files");
            }
        }
    }

    Manifest manifest() {
        return manifest;
    }

    byte[] manifestBytes() {
        return manifestBytes.clone();
    }

    /** Returns whether there is such a file that the manifest names. */
    boolean has(String name) {
        return entries.containsKey(name)
                && (manifest.files().containsKey(name) || name.equals(BundleFormat.MANIFEST_SIGNATURE));
    }

    /** Returns the names of the manifest's files in a folder. */
    List<String> in(String folder) {
        return manifest.files().keySet().stream()
                .filter(name -> name.startsWith(folder) && has(name))
                .toList();
    }

    long size(String name) {
        return entries.get(name).size();
    }

    /** Returns the bytes of all files before they were compressed. */
    long contentBytes() {
        return entries.values().stream().mapToLong(BundleZip.Entry::size).sum();
    }

    /** Returns a small file's bytes; nothing after a finding that it cannot be read. */
    java.util.Optional<byte[]> bytes(String name) throws IOException {
        try (InputStream in = open(name)) {
            byte[] bytes = in.readNBytes(LARGEST);
            if (in.read() >= 0) {
                throw new DamagedEntry("it is larger than " + (LARGEST >> 20) + " MiB");
            }
            return java.util.Optional.of(bytes);
        } catch (DamagedEntry e) {
            damaged(name, e);
            return java.util.Optional.empty();
        }
    }

    /** Opens a file; when it is read to its end, its digest is compared. */
    InputStream open(String name) {
        InputStream raw = zip.open(entries.get(name));
        return checked.add(name) && manifest.files().containsKey(name) ? new Checked(raw, name) : raw;
    }

    /** Adds a finding that a file cannot be read to its end. */
    void damaged(String name, DamagedEntry e) {
        findings.in(name, "damaged", e.getMessage() + "; ask for the bundle again");
    }

    /** Reads what nobody has read yet, so that all digests are compared. */
    void finish() throws IOException {
        for (String name : manifest.files().keySet()) {
            if (entries.containsKey(name) && !checked.contains(name)) {
                try (InputStream in = open(name)) {
                    in.transferTo(java.io.OutputStream.nullOutputStream());
                } catch (DamagedEntry e) {
                    damaged(name, e);
                }
            }
        }
        ends.join();
    }

    @Override
    public void close() throws IOException {
        ends.handle((done, failed) -> done).join();
        zip.close();
    }

    /** Compares the digest once, at the end or when it is closed before. */
    private final class Checked extends DigestInputStream {

        private final String name;
        private boolean isCompared;

        Checked(InputStream in, String name) {
            super(in, Sha256.digester());
            this.name = name;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            if (one < 0) {
                compare();
            }
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            if (read < 0) {
                compare();
            }
            return read;
        }

        private void compare() {
            if (!isCompared) {
                isCompared = true;
                Sha256 digest = Sha256.ofDigest(getMessageDigest().digest());
                if (!digest.equals(manifest.files().get(name))) {
                    findings.in(
                            name,
                            "digest",
                            "its SHA-256 is " + digest + ", the manifest says "
                                    + manifest.files().get(name) + "; ask for the bundle again");
                }
            }
        }

        @Override
        public void close() throws IOException {
            try {
                byte[] rest = new byte[1 << 14];
                while (!isCompared && read(rest, 0, rest.length) >= 0) {
                    // What the reader has left over counts as well.
                    continue;
                }
            } catch (DamagedEntry e) {
                damaged(name, e);
            } finally {
                super.close();
            }
        }
    }
}
