package org.consilium.quickstart.audit.sample;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;

/** The small files of a bundle, and lines of the large ones. */
public final class SampleFiles {

    private SampleFiles() {}

    /** Returns the keys. */
    public static String keys(NoteSigner owner, List<NoteSigner> sites) {
        StringBuilder lines = new StringBuilder(key(AuditRecord.CONSORTIUM, owner));
        sites.forEach(site -> lines.append(key(site.key().name(), site)));
        return lines.toString();
    }

    /** Returns the line of a key. */
    public static String key(String holder, NoteSigner signer) {
        return SampleJson.FACTORY
                        .createObjectBuilder()
                        .add("holder", holder)
                        .add("key", signer.key().text())
                        .build()
                + "\n";
    }

    /** Returns a checkpoint with the signatures of its owner and, three seconds later, of all its witnesses. */
    public static SignedCheckpoint signed(Checkpoint checkpoint, NoteSigner owner, List<NoteSigner> witnesses) {
        SignedCheckpoint signed = SignedCheckpoint.of(checkpoint, owner);
        for (NoteSigner witness : witnesses) {
            signed = signed.with(
                    witness.countersign(checkpoint, checkpoint.time().plusSeconds(3)));
        }
        return signed;
    }

    /** Returns the line of a checkpoint. */
    public static JsonObject checkpoint(SignedCheckpoint signed, List<byte[]> consistency) {
        return SampleJson.FACTORY
                .createObjectBuilder()
                .add("note", signed.note())
                .add(
                        "consistency",
                        SampleJson.FACTORY.createArrayBuilder(consistency.stream()
                                .map(hash -> Sha256.ofDigest(hash).hex())
                                .toList()))
                .build();
    }

    /**
     * Returns the manifest.
     *
     * @param study none for the whole log
     * @param files digests of the others
     */
    public static JsonObject manifest(
            Checkpoint last,
            java.util.Optional<String> study,
            long records,
            boolean complete,
            Map<String, Sha256> files) {
        JsonObjectBuilder manifest = SampleJson.FACTORY
                .createObjectBuilder()
                .add("format", BundleFormat.FORMAT)
                .add("origin", last.origin())
                .add("made", last.time().plusSeconds(10).toString())
                .add("size", last.size())
                .add("root", last.root().hex());
        study.ifPresent(one -> manifest.add("study", one));
        JsonObjectBuilder digests = SampleJson.FACTORY.createObjectBuilder();
        files.forEach((name, digest) -> digests.add(name, digest.hex()));
        return manifest.add("records", records)
                .add("complete", complete)
                .add("files", digests)
                .build();
    }

    /** Returns the signature of a manifest. */
    public static String signature(byte[] manifest, NoteSigner owner) {
        return owner.sign(BundleFormat.FORMAT, manifest).line() + "\n";
    }

    /** Returns a text's bytes. */
    public static byte[] bytes(Object text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
