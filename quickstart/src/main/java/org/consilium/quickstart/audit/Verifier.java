package org.consilium.quickstart.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSignature;

/** Verifies a bundle by itself: it needs no server, no database and no network, and believes nothing but keys. */
public final class Verifier {

    private final Path path;
    private final Optional<NoteKey> pinned;
    private final List<Path> witnessFiles;
    private final Findings findings = new Findings();
    private final Map<String, Long> checked = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * @param path the bundle
     * @param pinned the log's owner's key, if the auditor knows it
     * @param witnessFiles checkpoints that witnesses have kept, {@link
     *     org.consilium.contract.audit.WitnessedCheckpoints}
     */
    public Verifier(Path path, Optional<NoteKey> pinned, List<Path> witnessFiles) {
        this.path = path;
        this.pinned = pinned;
        this.witnessFiles = List.copyOf(witnessFiles);
    }

    /**
     * Checks everything.
     *
     * @throws UnusableBundle if the file is no bundle, or a witness's file none
     */
    public Verification run() throws IOException {
        try (Bundle bundle = Bundle.open(path, findings)) {
            return run(bundle);
        }
    }

    private Verification run(Bundle bundle) throws IOException {
        RecordFacts facts = new RecordFacts();
        Keys keys = Keys.read(bundle, findings);
        CheckpointsCheck checkpoints = new CheckpointsCheck(bundle, findings);
        checkpoints.chain();
        checked.put("files", (long) bundle.manifest().files().size());
        checked.put("records", new RecordsCheck(bundle, facts, checkpoints.checkpoints(), findings).run());
        String stream = facts.streams().stream().sorted().findFirst().orElse(AuditRecord.CONSORTIUM);
        checkpoints.signatures(keys, facts, stream);
        keys.compare(facts.keys(), stream, findings);
        Optional<NoteKey> owner = checkManifest(bundle, keys, facts, stream);
        checkPinned(owner);
        checked.put("checkpoints", (long) checkpoints.checkpoints().size());
        checked.put("counterSignatures", checkpoints.countersignatures());
        checked.put("timestamps", checkpoints.timestamps());
        checked.put("keys", (long) keys.count());
        Map<String, String> providers = checkDocuments(bundle, facts);
        checkWitnesses(bundle, checkpoints, keys, stream);
        bundle.finish();
        noteWhatIsNotShown(bundle, checkpoints);
        return new Verification(
                path,
                bundle.manifest(),
                checked,
                bundle.contentBytes(),
                owner,
                pinned.isPresent(),
                checkpoints.lastWitnessed(),
                List.copyOf(checkpoints.witnesses()),
                providers,
                checkpoints.authorities().stream()
                        .map(one -> one.authority() + ", certificate SHA-256 " + one.certificate())
                        .toList(),
                notes,
                findings.told(),
                findings.counts());
    }

    private Map<String, String> checkDocuments(Bundle bundle, RecordFacts facts) throws IOException {
        ProtocolsCheck protocols = new ProtocolsCheck(bundle, facts, findings);
        protocols.run();
        checked.put("protocols", (long) protocols.count());
        SignaturesCheck signatures = new SignaturesCheck(bundle, facts, protocols, findings);
        signatures.run();
        checked.put("signatures", signatures.count());
        ParametersCheck parameters = new ParametersCheck(bundle, findings);
        parameters.run();
        checked.put("parameters", (long) parameters.count());
        RoundsCheck rounds = new RoundsCheck(bundle, facts, protocols, parameters, findings);
        rounds.run();
        checked.put("rounds", rounds.count());
        checked.put("aggregatesComputedAnew", rounds.recomputed());
        if (rounds.recomputed() < rounds.count()) {
            notes.add("Of " + Numbers.of(rounds.count(), "round") + ", the new model of "
                    + Numbers.of(rounds.recomputed()) + " was computed anew; for the others the bundle has not all"
                    + " updates. Export with updates to have all computed.");
        }
        checked.put("recalibratedNotComputedAnew", rounds.recalibrated());
        if (rounds.recalibrated() > 0) {
            notes.add("The heads of " + Numbers.of(rounds.recalibrated(), "new model")
                    + " were recalibrated on statistics"
                    + " of the sites, which are erased when that is done: of these rounds the mean of the updates was"
                    + " checked, the recalibrated head was not.");
        }
        return signatures.providers();
    }

    /** The manifest is signed by the key that signs the last checkpoint. */
    private Optional<NoteKey> checkManifest(Bundle bundle, Keys keys, RecordFacts facts, String stream)
            throws IOException {
        if (!bundle.has(BundleFormat.MANIFEST_SIGNATURE)) {
            // That it is not there is a finding already.
            return Optional.empty();
        }
        Optional<NoteKey> owner;
        try {
            String line = LineReader.text(
                    bundle.bytes(BundleFormat.MANIFEST_SIGNATURE).orElse(new byte[0]));
            if (!line.endsWith("\n")) {
                throw new IllegalArgumentException("it has no line");
            }
            NoteSignature signature = NoteSignature.fromLine(line.substring(0, line.length() - 1));
            owner = keys.owner(stream, signature)
                    .filter(key -> key.isSigned(BundleFormat.FORMAT, bundle.manifestBytes(), signature));
        } catch (IllegalArgumentException e) {
            findings.in(
                    BundleFormat.MANIFEST_SIGNATURE,
                    "manifest-signature",
                    "it is not readable: " + e.getMessage() + "; ask for the bundle again");
            return Optional.empty();
        }
        Optional<String> inUse = facts.keys().ownerAt(bundle.manifest().size());
        if (owner.isEmpty()
                || !owner.get().name().equals(bundle.manifest().origin())
                || !inUse.equals(owner.map(key -> key.fingerprint().hex()))) {
            findings.in(
                    BundleFormat.MANIFEST_SIGNATURE,
                    "manifest-signature",
                    "the manifest is not signed by the key that the log's owner used then; trust nothing in this"
                            + " bundle, and ask the owner for another");
            return Optional.empty();
        }
        return owner;
    }

    private void checkPinned(Optional<NoteKey> owner) {
        if (pinned.isPresent()
                && owner.map(NoteKey::fingerprint)
                        .filter(pinned.get().fingerprint()::equals)
                        .isEmpty()) {
            findings.in(
                    BundleFormat.KEYS,
                    "other-key",
                    "the bundle is not signed by the key that you named, "
                            + pinned.get().fingerprint() + "; trust nothing in it, and ask the owner of that key");
        }
    }

    private void checkWitnesses(Bundle bundle, CheckpointsCheck checkpoints, Keys keys, String stream)
            throws IOException {
        long compared = 0;
        for (Path file : witnessFiles) {
            WitnessFileCheck check = new WitnessFileCheck(file, checkpoints, keys, stream, findings);
            check.run(bundle.manifest().origin());
            notes.add(check.note() + ".");
            compared += check.compared();
        }
        checked.put("witnessedCheckpoints", compared);
    }

    private void noteWhatIsNotShown(Bundle bundle, CheckpointsCheck checkpoints) {
        Manifest manifest = bundle.manifest();
        if (checkpoints.lastWitnessed() == 0) {
            notes.add("No site has counter-signed: that the owner has not rewritten the log, only the owner says.");
        } else if (checkpoints.lastWitnessed() < manifest.size()) {
            notes.add("The sites have counter-signed the log up to record " + (checkpoints.lastWitnessed() - 1)
                    + "; for what comes after, only the owner's signature stands.");
        }
        if (!manifest.isComplete()) {
            notes.add("The records are a choice: whether others are missing, and whether records and certificates tell"
                    + " of the same, cannot be shown. Export a whole study to have that checked.");
        }
    }
}
