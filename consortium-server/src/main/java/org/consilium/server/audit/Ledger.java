package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.function.Consumer;
import org.consilium.auditlog.Records;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSignature;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.server.platform.Refusal;
import org.eclipse.microprofile.config.Config;

/** The use cases of the log as such: read it, sign it, prove what it holds, take the signatures of witnesses. */
@ApplicationScoped
public class Ledger implements RecordedKeys {

    /** More than a signature can be on its way. */
    private static final long MOST_DRIFT_SECONDS = 60;

    /** After such a record a site has the key that it names, and no other. */
    private static final Set<String> ONE_KEY =
            Set.of("site.approved", "site.key-rotated", "site.key-rotation-withdrawn");

    private final AuditStore store;
    private final AuditTrail audit;
    private final AuditSettings settings;
    private final Clock clock;

    @Inject
    Ledger(AuditStore store, AuditTrail audit, Config config, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.settings = AuditSettings.from(config);
        this.clock = clock;
    }

    /** For the container's proxy. */
    Ledger() {
        this.store = null;
        this.audit = null;
        this.settings = null;
        this.clock = null;
    }

    /** Returns the key that checkpoints are signed with. */
    public NoteKey key() {
        return settings.signer().key();
    }

    /** Returns the key with its private half, for exports, which are signed as well. */
    public NoteSigner signer() {
        return settings.signer();
    }

    /** Records which key signs from here on, if the log says another one or none. */
    @Transactional
    public void noteKey() {
        Optional<String> known =
                store.lastOf("audit.key-used").map(last -> last.details().get("key"));
        if (!known.equals(Optional.of(key().text()))) {
            audit.append(new AuditEvent.AuditKeyUsed(key()));
        }
    }

    /** Returns the longest time until what was appended is covered by a checkpoint. */
    public Duration interval() {
        return settings.interval();
    }

    /** Signs the log as it is now, if anything was appended since it was signed last; returns the latest checkpoint. */
    @Transactional
    public Optional<SignedCheckpoint> sign() {
        // A round may end before the timer's first tick has recorded a new key.
        noteKey();
        store.sign(settings.origin(), settings.signer(), clock.instant());
        return store.last();
    }

    /** Returns the latest checkpoint, if it has no time stamp yet. */
    @Transactional
    public Optional<Checkpoint> unstamped() {
        return store.unstamped().map(SignedCheckpoint::checkpoint);
    }

    /** Keeps the time-stamp token of a checkpoint (RFC 3161). */
    @Transactional
    public void stamp(Checkpoint checkpoint, byte[] token) {
        store.stamp(checkpoint.size(), token);
    }

    /** Returns the latest checkpoint with its witnesses. */
    @Transactional
    public SignedCheckpoint latest() {
        return store.last().orElseThrow(() -> noCheckpoint("There is no checkpoint yet."));
    }

    /** Returns the checkpoint of that size with its witnesses. */
    @Transactional
    public SignedCheckpoint checkpoint(long size) {
        return store.checkpoint(size).orElseThrow(() -> noCheckpoint("There is no checkpoint of size " + size + "."));
    }

    /** Returns the proof that the log goes on from one size to another (RFC 6962, section 2.1.2). */
    @Transactional
    public List<byte[]> consistency(long first, long second) {
        return proof(() -> store.consistency(first, second));
    }

    /** Returns the proof that a record is among the first ones (RFC 6962, section 2.1.1). */
    @Transactional
    public List<byte[]> inclusion(long seq, long size) {
        return proof(() -> store.inclusion(seq, size));
    }

    private static List<byte[]> proof(java.util.function.Supplier<List<byte[]>> work) {
        try {
            return work.get();
        } catch (IllegalArgumentException e) {
            throw Refusal.of(
                    404,
                    "proof-unknown",
                    Character.toUpperCase(e.getMessage().charAt(0))
                            + e.getMessage().substring(1) + ".",
                    "GET /api/v1/audit/checkpoints/latest says how many records there are.");
        }
    }

    /** Returns records in their order, at most so many. */
    @Transactional
    public List<AuditRecord> records(Records.Filter filter, int most) {
        List<AuditRecord> records = new ArrayList<>();
        store.read(filter, most, records::add);
        return records;
    }

    /** Returns the number of the latest record of a study, within the study. */
    @Transactional
    public OptionalLong lastOfStudy(StudyId study) {
        return store.lastOfStudy(study);
    }

    /** Returns the checkpoints of a larger size with their witnesses, the smallest first, at most 1000. */
    @Transactional
    public List<SignedCheckpoint> checkpointsAfter(long size) {
        return store.checkpointsAfter(size);
    }

    /** Returns the time-stamp token of a checkpoint. */
    @Transactional
    public Optional<byte[]> timestamp(long size) {
        return store.timestamp(size);
    }

    /**
     * Gives the hashes that make, with some records, the root of the log of a size.
     *
     * @param places of the records, ascending
     */
    @Transactional
    public void selection(long size, PrimitiveIterator.OfLong places, Consumer<byte[]> sink) {
        store.selection(size, places, sink);
    }

    /** Returns the latest record of one of these codes. */
    @Transactional
    public Optional<AuditRecord> lastOf(String... codes) {
        return store.lastOf(codes);
    }

    /**
     * Keeps the counter-signature of a site.
     *
     * @throws Refusal if there is no such checkpoint, or the site has not signed it
     */
    @Transactional
    public void witness(long size, SiteId site, String line) {
        SignedCheckpoint signed = checkpoint(size);
        NoteSignature signature;
        try {
            signature = NoteSignature.fromLine(line.strip());
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        }
        Instant at = keys(site).stream()
                .flatMap(key -> signed.checkpoint().witnessed(signature, key).stream())
                .findFirst()
                .orElseThrow(() ->
                        invalid("it is no counter-signature of checkpoint " + size + " by a key of site " + site));
        long drift = Duration.between(at, clock.instant()).toSeconds();
        if (store.witness(size, site, signature) && Math.abs(drift) > MOST_DRIFT_SECONDS) {
            audit.append(new AuditEvent.ClockDrift(site, drift));
        }
    }

    /**
     * A site that has counter-signed a checkpoint.
     *
     * @param site which
     * @param at when it saw it
     * @param keyFingerprint SHA-256 of the key it signed with
     */
    public record Witness(SiteId site, Instant at, Sha256 keyFingerprint) {}

    /** Returns who has counter-signed a checkpoint by a key that the log knows. */
    @Transactional
    public List<Witness> witnesses(SignedCheckpoint signed) {
        List<Witness> witnesses = new ArrayList<>();
        for (NoteSignature signature : signed.witnesses()) {
            SiteId site = new SiteId(signature.name());
            for (NoteKey key : keys(site)) {
                signed.checkpoint()
                        .witnessed(signature, key)
                        .ifPresent(at -> witnesses.add(new Witness(site, at, key.fingerprint())));
            }
        }
        return witnesses;
    }

    /** The keys that the log says the site has now: the last that it was admitted with, and one that it changes to. */
    private List<NoteKey> keys(SiteId site) {
        Records.Filter ofSite = Selections.read("", "", "", site.value(), "site", 0);
        List<NoteKey> keys = new ArrayList<>();
        store.read(ofSite, Long.MAX_VALUE, record -> {
            if (ONE_KEY.contains(record.code())) {
                keys.clear();
            }
            Optional.ofNullable(record.details().get("key"))
                    .map(NoteKey::fromText)
                    .ifPresent(keys::add);
        });
        return keys;
    }

    @Override
    @Transactional
    public boolean sayLast(SiteId site, NoteKey key, boolean alone) {
        List<AuditRecord> last = new ArrayList<>();
        store.read(Selections.read("", "", "", site.value(), "site", 0), Long.MAX_VALUE, record -> {
            if (record.details().containsKey("key")) {
                last.clear();
                last.add(record);
            }
        });
        return last.stream()
                .anyMatch(record -> key.text().equals(record.details().get("key"))
                        && alone != record.code().equals("site.key-rotation-begun"));
    }

    private static Refusal noCheckpoint(String detail) {
        return Refusal.of(
                404,
                "checkpoint-unknown",
                detail,
                "GET /api/v1/audit/checkpoints/latest; one is signed when a round ends, and every few minutes.");
    }

    private static Refusal invalid(String why) {
        return Refusal.of(
                422,
                "witness-invalid",
                "The signature was not kept: " + why + ".",
                "Fetch the checkpoint anew and counter-sign it with the site's key.");
    }
}
