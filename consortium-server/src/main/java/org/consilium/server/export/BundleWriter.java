package org.consilium.server.export;

import static org.consilium.contract.audit.BundleFormat.CHECKPOINTS;
import static org.consilium.contract.audit.BundleFormat.FORMAT;
import static org.consilium.contract.audit.BundleFormat.KEYS;
import static org.consilium.contract.audit.BundleFormat.MANIFEST;
import static org.consilium.contract.audit.BundleFormat.MANIFEST_SIGNATURE;
import static org.consilium.contract.audit.BundleFormat.MODELS;
import static org.consilium.contract.audit.BundleFormat.PROTOCOLS;
import static org.consilium.contract.audit.BundleFormat.README;
import static org.consilium.contract.audit.BundleFormat.ROUNDS;
import static org.consilium.contract.audit.BundleFormat.SIGNATURES;
import static org.consilium.contract.audit.BundleFormat.UPDATES;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.study.Signature;

/**
 * Writes the zip of {@link org.consilium.contract.audit.BundleFormat}. The manifest comes first and names the digest of
 * everything else, so the parts are written to a private folder before the first byte of the zip; on the way it is checked
 * that the records prove themselves, and a bundle that an auditor would refuse is not given out. Equal parts, signer and
 * time give equal bytes.
 */
public final class BundleWriter {

    /** What every entry says: a zip cannot say none. Not 1980-01-01, which Java writes together with its own time zone. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final BundleParts parts;
    private final BundleScope scope;
    private final NoteSigner signer;
    private final Instant made;

    private BundleWriter(BundleParts parts, BundleScope scope, NoteSigner signer, Instant made) {
        this.parts = parts;
        this.scope = scope;
        this.signer = signer;
        this.made = made;
    }

    /**
     * Writes a bundle and leaves the stream open.
     *
     * @param scope by what the parts' records were chosen
     * @param signer the key that signed the last checkpoint
     * @param made when
     * @return how many records it has
     * @throws IllegalArgumentException if the parts do not fit together; nothing has been written then
     */
    public static long write(BundleParts parts, BundleScope scope, NoteSigner signer, Instant made, OutputStream out)
            throws IOException {
        try (BundleFolder folder = BundleFolder.create()) {
            return new BundleWriter(parts, scope, signer, made).write(folder, out);
        }
    }

    private long write(BundleFolder folder, OutputStream out) throws IOException {
        SignedCheckpoint last = checkpoints(folder);
        long records = BundleRecords.write(parts, scope, last.checkpoint(), folder);
        folder.text(README, readme());
        for (BundleParts.HeldKey held : parts.keys()) {
            folder.line(
                    KEYS,
                    object().add("holder", held.holder()).add("key", held.key().text()));
        }
        for (StudyProtocol protocol : parts.protocols()) {
            String name = PROTOCOLS + protocol.study() + "-v" + protocol.version();
            folder.text(name + ".json", ProtocolJson.toJson(protocol) + "\n");
            folder.bytes(name + ".txt", protocol.canonical());
        }
        for (Signature signature : parts.signatures()) {
            folder.line(SIGNATURES, json(signature));
        }
        parts.rounds(round -> folder.line(ROUNDS, round.json()));
        SortedMap<String, BundleParts.Content> contents = new TreeMap<>();
        parts.updates().forEach(update -> contents.put(UPDATES + update.sha256() + ".bin", update));
        parts.models().forEach(model -> contents.put(MODELS + model.sha256() + ".bin", model));
        SortedMap<String, Sha256> files = new TreeMap<>(folder.finish());
        for (Map.Entry<String, BundleParts.Content> one : contents.entrySet()) {
            files.put(one.getKey(), checked(one.getKey(), one.getValue()));
        }
        zip(folder, contents, files, manifest(last, records, files), out);
        return records;
    }

    private SignedCheckpoint checkpoints(BundleFolder folder) throws IOException {
        SignedCheckpoint[] last = new SignedCheckpoint[1];
        parts.checkpoints(one -> {
            JsonArrayBuilder path = RecordTexts.JSON.createArrayBuilder();
            one.consistency().forEach(hash -> path.add(HexFormat.of().formatHex(hash)));
            JsonObjectBuilder json = object().add("note", one.note().note()).add("consistency", path);
            one.timestamp()
                    .ifPresent(
                            token -> json.add("timestamp", Base64.getEncoder().encodeToString(token)));
            folder.line(CHECKPOINTS, json);
            last[0] = one.note();
        });
        if (last[0] == null) {
            throw new IllegalArgumentException("a bundle needs a checkpoint: have one signed first");
        }
        if (!last[0].isSignedBy(signer.key())) {
            throw new IllegalArgumentException("the last checkpoint is not signed by the key "
                    + signer.key().id() + " that would sign the bundle: have a checkpoint signed by it first");
        }
        return last[0];
    }

    private static JsonObjectBuilder json(Signature signature) {
        var statement = signature.statement();
        JsonObjectBuilder json = object().add("study", statement.study().value())
                .add("version", statement.version())
                .add("protocol", statement.protocol().hex())
                .add("site", statement.site().value())
                .add("decision", statement.decision().name());
        statement.reason().ifPresent(reason -> json.add("reason", reason));
        return json.add("signer", statement.signer())
                .add("name", signature.name())
                .add("meaning", statement.meaning())
                .add("askedAt", statement.askedAt().toString())
                .add("authenticatedAt", signature.authenticatedAt().toString())
                .add("signedAt", signature.signedAt().toString())
                .add("idToken", signature.evidence())
                .add("idTokenKey", signature.evidenceKey());
    }

    /** An update may have been erased, or be another one, since it was chosen: that is to be known before the zip begins. */
    /** Returns the digest of the file, whose header names the digest of the values, by which it is called. */
    private static Sha256 checked(String name, BundleParts.Content content) throws IOException {
        MessageDigest file = Sha256.digester();
        MessageDigest values = Sha256.digester();
        try (InputStream in = new DigestInputStream(content.open(), file)) {
            in.readNBytes(ParametersHeader.BYTES);
            new DigestInputStream(in, values).transferTo(OutputStream.nullOutputStream());
        }
        requireSame(name, content.sha256(), values);
        return Sha256.ofDigest(file.digest());
    }

    private static void requireSame(String name, Sha256 wanted, MessageDigest digest) throws IOException {
        Sha256 found = Sha256.ofDigest(digest.digest());
        if (!found.equals(wanted)) {
            throw new IOException("what is stored as " + name + " has the SHA-256 " + found
                    + ": look at the store, and make the bundle again");
        }
    }

    private byte[] manifest(SignedCheckpoint last, long records, SortedMap<String, Sha256> files) {
        JsonObjectBuilder digests = object();
        files.forEach((name, digest) -> digests.add(name, digest.hex()));
        JsonObjectBuilder json = object().add("format", FORMAT)
                .add("origin", last.checkpoint().origin())
                .add("made", made.toString())
                .add("size", last.checkpoint().size())
                .add("root", last.checkpoint().root().hex());
        scope.addTo(json);
        JsonObject manifest = json.add("records", records)
                .add("complete", scope.isComplete())
                .add("files", digests)
                .build();
        return (manifest + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void zip(
            BundleFolder folder,
            Map<String, BundleParts.Content> contents,
            SortedMap<String, Sha256> files,
            byte[] manifest,
            OutputStream out)
            throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        begin(zip, MANIFEST);
        zip.write(manifest);
        begin(zip, MANIFEST_SIGNATURE);
        zip.write((signer.sign(FORMAT, manifest).line() + "\n").getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, Sha256> file : files.entrySet()) {
            String name = file.getKey();
            begin(zip, name);
            MessageDigest digest = Sha256.digester();
            try (InputStream in = new DigestInputStream(
                    contents.containsKey(name) ? contents.get(name).open() : folder.open(name), digest)) {
                in.transferTo(zip);
            }
            requireSame(name, file.getValue(), digest);
        }
        zip.finish();
        zip.flush();
    }

    private static void begin(ZipOutputStream zip, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
    }

    private static String readme() throws IOException {
        try (InputStream in = BundleWriter.class.getResourceAsStream("bundle-README.md")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonObjectBuilder object() {
        return RecordTexts.JSON.createObjectBuilder();
    }
}
