package org.consilium.quickstart.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.Merkle;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSignature;
import org.consilium.contract.audit.SignedCheckpoint;

/**
 * Checks the checkpoints: in a first pass that each goes on from the one before, in a second one, when the records have said
 * who had which key, who signed them.
 */
final class CheckpointsCheck {

    private static final String FILE = BundleFormat.CHECKPOINTS;

    private final Bundle bundle;
    private final Findings findings;
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private final TreeMap<String, TimeStamp> authorities = new TreeMap<>();
    private final Set<String> witnesses = new TreeSet<>();
    private long countersignatures;
    private long timestamps;
    private long lastWitnessed;

    CheckpointsCheck(Bundle bundle, Findings findings) {
        this.bundle = bundle;
        this.findings = findings;
    }

    private interface Visitor {
        void visit(CheckpointLine line, String where);
    }

    /** Checks their order and that they are of one history. */
    void chain() throws IOException {
        if (!bundle.has(FILE)) {
            findings.in(FILE, "missing-file", "the bundle has no checkpoints, so nothing is signed; ask for it again");
            return;
        }
        each(true, this::chain);
        Manifest manifest = bundle.manifest();
        Optional<Checkpoint> last = last();
        if (last.isPresent()
                && (last.get().size() != manifest.size() || !last.get().root().equals(manifest.root()))) {
            findings.in(
                    FILE,
                    "last-checkpoint",
                    "the last checkpoint has size " + last.get().size() + " and root "
                            + last.get().root()
                            + ", the manifest says " + manifest.size() + " and " + manifest.root()
                            + "; ask for the bundle again");
        }
    }

    private void chain(CheckpointLine line, String where) {
        Checkpoint next = line.signed().checkpoint();
        if (!next.origin().equals(bundle.manifest().origin())) {
            findings.in(
                    where,
                    "origin",
                    "it is of the log " + next.origin() + ", the bundle of "
                            + bundle.manifest().origin() + "; ask for the bundle again");
        }
        Optional<Checkpoint> before = last();
        if (before.isEmpty()) {
            if (!line.consistency().isEmpty()) {
                findings.in(where, "consistency", "it is the first one and has a proof; ask for the bundle again");
            }
        } else {
            chain(before.get(), next, line.consistency(), where);
        }
        checkpoints.add(next);
    }

    private void chain(Checkpoint before, Checkpoint next, List<byte[]> proof, String where) {
        if (next.size() == before.size() && !next.root().equals(before.root())) {
            findings.in(
                    where,
                    "two-histories",
                    "two checkpoints of size " + next.size() + " have different roots: somebody was shown another"
                            + " history. Ask the consortium, and tell all its sites");
            return;
        }
        if (next.size() <= before.size() || next.time().isBefore(before.time())) {
            findings.in(
                    where,
                    "checkpoint-order",
                    "it has size " + next.size() + " at " + next.time() + " and comes after size " + before.size()
                            + " at " + before.time() + "; ask for the bundle again");
            return;
        }
        if (!Merkle.isConsistent(
                before.size(), before.root().bytes(), next.size(), next.root().bytes(), proof)) {
            findings.in(
                    where,
                    "consistency",
                    "nothing shows that the log of size " + next.size() + " goes on from that of size " + before.size()
                            + ": its history may have been changed between " + before.time() + " and " + next.time()
                            + ". Ask the consortium, and compare with what the witnesses have");
        }
    }

    /** Checks who signed them. */
    void signatures(Keys keys, RecordFacts facts, String stream) throws IOException {
        if (bundle.has(FILE)) {
            each(false, (line, where) -> signatures(line, where, keys, facts, stream));
        }
    }

    private void signatures(CheckpointLine line, String where, Keys keys, RecordFacts facts, String stream) {
        SignedCheckpoint signed = line.signed();
        Checkpoint checkpoint = signed.checkpoint();
        Optional<NoteKey> owner = keys.owner(stream, signed.signatures().get(0)).filter(signed::isSignedBy);
        Optional<String> inUse = facts.keys().ownerAt(checkpoint.size());
        if (owner.isEmpty()) {
            findings.in(
                    where,
                    "not-signed",
                    "it is not signed by a key of the log's owner; ask the owner whether it is theirs");
        } else if (!inUse.equals(Optional.of(owner.get().fingerprint().hex()))) {
            findings.in(
                    where,
                    "wrong-key",
                    "it is signed by the key with fingerprint " + owner.get().fingerprint()
                            + ", and the records say that "
                            + inUse.map(key -> "another one, " + key + ",").orElse("none")
                            + " was in use then; ask the owner about its keys");
        }
        Set<String> seen = new HashSet<>();
        for (NoteSignature witness : signed.witnesses()) {
            witness(checkpoint, witness, where, keys, facts, seen);
        }
        line.timestamp().ifPresent(token -> timestamp(checkpoint, token, where));
    }

    private void witness(
            Checkpoint checkpoint,
            NoteSignature witness,
            String where,
            Keys keys,
            RecordFacts facts,
            Set<String> seen) {
        for (Keys.Held held : keys.of(witness)) {
            Optional<Instant> at = checkpoint.witnessed(witness, held.key());
            if (at.isEmpty() || !held.holder().equals(witness.name())) {
                continue;
            }
            if (!facts.keys().isOf(held.holder(), held.key().fingerprint(), at.get())) {
                findings.in(
                        where,
                        "witness-key",
                        "site " + held.holder() + " has counter-signed it at " + at.get() + " with the key "
                                + held.key().fingerprint() + ", which was not its key then; ask the site");
            }
            if (at.get().isBefore(checkpoint.time().minus(KeyHistory.SKEW))) {
                findings.in(
                        where,
                        "witness-time",
                        "site " + held.holder() + " says that it saw it at " + at.get() + ", before it was made; ask"
                                + " the site about its clock");
            }
            if (!seen.add(held.holder())) {
                findings.in(
                        where,
                        "witness-twice",
                        "site " + held.holder() + " has counter-signed it twice; ask for the bundle again");
            }
            witnesses.add(held.holder());
            countersignatures++;
            lastWitnessed = Math.max(lastWitnessed, checkpoint.size());
            return;
        }
        findings.in(
                where,
                "witness-signature",
                "the counter-signature of " + witness.name() + " is not by a key of that site; ask the site whether it"
                        + " is theirs");
    }

    private void timestamp(Checkpoint checkpoint, byte[] token, String where) {
        try {
            TimeStamp stamp = TimeStamp.verified(token, checkpoint.text().getBytes(StandardCharsets.UTF_8));
            timestamps++;
            authorities.put(stamp.certificate().hex(), stamp);
            if (stamp.at().isBefore(checkpoint.time().minus(KeyHistory.SKEW))) {
                findings.in(
                        where,
                        "timestamp-time",
                        "it was stamped at " + stamp.at() + " and says that it was made at " + checkpoint.time()
                                + ", later; ask the consortium about its clock");
            }
        } catch (IllegalArgumentException e) {
            findings.in(where, "timestamp", e.getMessage() + "; ask the time-stamping authority");
        }
    }

    private void each(boolean isFirst, Visitor visitor) throws IOException {
        long number = 0;
        try (InputStream in = bundle.open(FILE)) {
            LineReader lines = new LineReader(in);
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                number++;
                String where = FILE + " line " + number;
                try {
                    visitor.visit(CheckpointLine.parse(line), where);
                } catch (IllegalArgumentException e) {
                    if (isFirst) {
                        findings.in(where, "unreadable-checkpoint", e.getMessage() + "; ask for the bundle again");
                    }
                }
            }
        } catch (DamagedEntry e) {
            if (isFirst) {
                bundle.damaged(FILE, e);
            }
        }
    }

    private Optional<Checkpoint> last() {
        return checkpoints.isEmpty() ? Optional.empty() : Optional.of(checkpoints.get(checkpoints.size() - 1));
    }

    List<Checkpoint> checkpoints() {
        return checkpoints;
    }

    /** Returns the root at a size, if there is a checkpoint of it. */
    Optional<Sha256> root(long size) {
        int low = 0;
        int high = checkpoints.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long there = checkpoints.get(middle).size();
            if (there == size) {
                return Optional.of(checkpoints.get(middle).root());
            }
            if (there < size) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    Set<String> witnesses() {
        return witnesses;
    }

    long countersignatures() {
        return countersignatures;
    }

    long timestamps() {
        return timestamps;
    }

    /** Returns the authorities whose time stamps there are. */
    List<TimeStamp> authorities() {
        return List.copyOf(authorities.values());
    }

    /** Returns the size of the last checkpoint that a witness has counter-signed; 0 if there is none. */
    long lastWitnessed() {
        return lastWitnessed;
    }
}
