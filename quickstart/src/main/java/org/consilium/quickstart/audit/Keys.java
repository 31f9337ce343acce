package org.consilium.quickstart.audit;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSignature;

/** The public keys of a bundle. */
final class Keys {

    /**
     * A key and whose it is said to be.
     *
     * @param holder {@code consortium} or a site's id
     */
    record Held(String holder, NoteKey key) {}

    private final Set<Held> keys = new LinkedHashSet<>();

    /** Reads them; what is no key is a finding. */
    static Keys read(Bundle bundle, Findings findings) throws IOException {
        Keys keys = new Keys();
        if (!bundle.has(BundleFormat.KEYS)) {
            findings.in(
                    BundleFormat.KEYS,
                    "missing-file",
                    "the bundle has no keys, so no signature can be checked; ask for the bundle again");
            return keys;
        }
        long line = 0;
        try (InputStream in = bundle.open(BundleFormat.KEYS)) {
            LineReader lines = new LineReader(in);
            for (byte[] next = lines.next(); next != null; next = lines.next()) {
                line++;
                keys.add(next, line, findings);
            }
        } catch (DamagedEntry e) {
            bundle.damaged(BundleFormat.KEYS, e);
        }
        return keys;
    }

    private void add(byte[] bytes, long line, Findings findings) {
        String where = BundleFormat.KEYS + " line " + line;
        try {
            StrictJson json = StrictJson.parse(LineReader.text(bytes)).only("holder", "key");
            String holder = json.text("holder");
            if (!holder.equals(AuditRecord.CONSORTIUM)) {
                new SiteId(holder);
            }
            if (!keys.add(new Held(holder, NoteKey.fromText(json.text("key"))))) {
                findings.in(where, "duplicate-key", "the same key stands there twice; ask for the bundle again");
            }
        } catch (IllegalArgumentException e) {
            findings.in(where, "unreadable-key", e.getMessage() + "; ask for the bundle again");
        }
    }

    /** Returns those by which a signature says that it was made. */
    List<Held> of(NoteSignature signature) {
        return keys.stream()
                .filter(held -> held.key().name().equals(signature.name())
                        && held.key().id().equals(signature.keyId()))
                .toList();
    }

    /** Returns those of a holder. */
    List<NoteKey> of(String holder) {
        return keys.stream()
                .filter(held -> held.holder().equals(holder))
                .map(Held::key)
                .toList();
    }

    /** Returns the log's owner's key by which a signature says that it was made. */
    Optional<NoteKey> owner(String stream, NoteSignature signature) {
        return of(signature).stream()
                .filter(held -> held.holder().equals(stream))
                .map(Held::key)
                .findFirst();
    }

    int count() {
        return keys.size();
    }

    /** Adds a finding for each key that no record names. */
    void compare(KeyHistory history, String stream, Findings findings) {
        for (Held held : keys) {
            boolean isNamed = held.holder().equals(stream)
                    ? history.isOwners(held.key().fingerprint())
                    : history.isOf(held.holder(), held.key().fingerprint());
            if (!isNamed) {
                findings.in(
                        BundleFormat.KEYS,
                        "unnamed-key",
                        "no record says that the key with fingerprint "
                                + held.key().fingerprint() + " is that of " + held.holder()
                                + "; ask " + held.holder() + " whether it is theirs");
            }
        }
    }
}
