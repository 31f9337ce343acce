package org.consilium.site.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.Merkle;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSignature;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.site.audit.WitnessStore.Seen;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;

/**
 * Watches the consortium's log: a checkpoint is counter-signed if its signature is good and the log goes on from the last one
 * that this site has signed. What contradicts that is recorded, kept as evidence and not signed, and is an alarm until a
 * steward has looked at it.
 *
 * <p>The consortium's key is the one that is seen first. After an acknowledgement the node begins anew, with the key and the
 * checkpoint that it is shown next; what it had seen before stays.
 */
@ApplicationScoped
public class Witness {

    private static final Logger LOG = Logger.getLogger(Witness.class.getName());

    private AuditStore store;
    private SiteAudit audit;
    private SiteKey key;
    private SiteSettings settings;
    private Clock clock;

    /** For the container's proxy, and for tests without a database. */
    protected Witness() {}

    /**
     * @param store where it is kept what was seen
     * @param audit where it is recorded
     * @param key counter-signs
     * @param settings whose key that is
     * @param clock says when
     */
    @Inject
    public Witness(AuditStore store, SiteAudit audit, SiteKey key, SiteSettings settings, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.key = key;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * What the node has found and nobody has acknowledged.
     *
     * @param since when
     * @param why what contradicts what
     */
    public record Alarm(Instant since, String why) {

        /** Returns it in words, with what to do. */
        public String text() {
            return "The consortium's audit log contradicts what this node has seen of it: " + why
                    + ". The node takes no work until its data steward has looked at it: read GET /api/v1/audit/alarm and"
                    + " GET /api/v1/audit/witness, ask the consortium and the other sites, then DELETE /api/v1/audit/alarm.";
        }
    }

    /** What was known before a look. */
    private record Known(long epoch, Optional<NoteKey> key, Optional<SignedCheckpoint> last) {}

    /**
     * Returns the alarm, if there is one.
     *
     * @throws org.consilium.site.platform.ProblemException with status 503 if the database is away
     */
    public Optional<Alarm> alarm() {
        return store.committed(connection -> new WitnessStore(connection).alarm())
                .map(Witness::alarm);
    }

    private static Alarm alarm(AuditRecord refused) {
        return new Alarm(refused.recorded(), refused.outcome().text());
    }

    /**
     * Ends the alarm, for the steward who calls.
     *
     * @return the alarm that was ended, nothing if there was none
     */
    public synchronized Optional<Alarm> acknowledge() {
        return store.committed(connection -> {
            Optional<AuditRecord> refused = new WitnessStore(connection).alarm();
            if (refused.isPresent()) {
                AuditRecord record = refused.get();
                audit.append(
                        connection,
                        audit.acting(),
                        new SiteEvent.AlarmAcknowledged(record.entity().id(), record.seq()));
            }
            return refused.map(Witness::alarm);
        });
    }

    /**
     * Looks at the consortium's log, and counter-signs what is new. Nothing while there is an alarm.
     *
     * @throws org.consilium.site.platform.ProblemException if the server refuses, or the database is away
     * @throws jakarta.ws.rs.ProcessingException if the server cannot be reached
     */
    public synchronized void look(ConsortiumLog log) {
        if (alarm().isPresent()) {
            return;
        }
        Known known = store.committed(connection -> {
            WitnessStore seen = new WitnessStore(connection);
            long epoch = seen.epoch();
            return new Known(epoch, seen.key(epoch), seen.lastSigned(epoch));
        });
        Optional<SignedCheckpoint> latest = log.latestCheckpoint();
        if (latest.isEmpty()) {
            known.last()
                    .ifPresent(last -> refuse(known, latest, last.checkpoint().origin(), gone(last)));
            return;
        }
        SignedCheckpoint shown = latest.get();
        Checkpoint checkpoint = shown.checkpoint();
        NoteKey owner = log.auditKey();
        Optional<String> forged = forged(known, owner, shown);
        if (forged.isPresent()) {
            refuse(known, latest, checkpoint.origin(), forged.get());
            return;
        }
        long before = known.last().map(last -> last.checkpoint().size()).orElse(0L);
        if (known.last().isPresent() && !agrees(known.last().get().checkpoint(), checkpoint, log)) {
            refuse(
                    known,
                    latest,
                    checkpoint.origin(),
                    contradiction(known.last().get(), checkpoint));
        } else if (known.last().isEmpty() || checkpoint.size() > before) {
            sign(known, owner, shown, log);
        } else if (checkpoint.size() == before) {
            handOverAgain(known.last().get(), shown, log);
        }
        // A smaller one that agrees is what a replica still shows: it was signed before.
    }

    private static Optional<String> forged(Known known, NoteKey owner, SignedCheckpoint shown) {
        if (known.key().filter(pinned -> !pinned.equals(owner)).isPresent()) {
            return Optional.of("it says that its key is " + owner.fingerprint() + ", and it was "
                    + known.key().get().fingerprint());
        }
        String origin = shown.checkpoint().origin();
        if (!origin.equals(owner.name())) {
            return Optional.of("its checkpoint is of the log '" + origin + "', its key is of '" + owner.name() + "'");
        }
        return shown.isSignedBy(owner)
                ? Optional.empty()
                : Optional.of("its checkpoint of size " + shown.checkpoint().size() + " is not signed by its key");
    }

    /** Returns whether one of the two is the beginning of the other. */
    private static boolean agrees(Checkpoint last, Checkpoint shown, ConsortiumLog log) {
        Checkpoint first = last.size() <= shown.size() ? last : shown;
        Checkpoint second = last.size() <= shown.size() ? shown : last;
        Optional<List<byte[]>> proof =
                first.size() == second.size() ? Optional.of(List.of()) : log.consistency(first.size(), second.size());
        return proof.filter(path -> Merkle.isConsistent(
                        first.size(),
                        first.root().bytes(),
                        second.size(),
                        second.root().bytes(),
                        path))
                .isPresent();
    }

    private static String contradiction(SignedCheckpoint last, Checkpoint shown) {
        Checkpoint before = last.checkpoint();
        return "its checkpoint of size " + shown.size() + " with root " + shown.root()
                + " does not agree with that of size " + before.size() + " with root " + before.root()
                + ", which this node has counter-signed";
    }

    private static String gone(SignedCheckpoint last) {
        return "it shows no checkpoint any more, and this node has counter-signed one of size "
                + last.checkpoint().size();
    }

    private void sign(Known known, NoteKey owner, SignedCheckpoint shown, ConsortiumLog log) {
        Checkpoint checkpoint = shown.checkpoint();
        Instant now = clock.instant();
        NoteSignature own = signer().countersign(checkpoint, now);
        // Before it leaves: what this site has signed it can always show.
        store.committed(connection -> {
            WitnessStore seen = new WitnessStore(connection);
            if (known.key().isEmpty()) {
                seen.pin(known.epoch(), owner, now);
            }
            seen.keep(known.epoch(), shown.with(own), true, now);
            audit.append(connection, audit.acting(), new SiteEvent.CheckpointWitnessed(checkpoint));
            return checkpoint;
        });
        log.witness(checkpoint.size(), own);
    }

    /** A signature that did not arrive is handed over again, the same one. */
    private void handOverAgain(SignedCheckpoint last, SignedCheckpoint shown, ConsortiumLog log) {
        List<NoteSignature> witnesses = last.witnesses();
        NoteSignature own = witnesses.get(witnesses.size() - 1);
        if (shown.witnesses().stream().noneMatch(witness -> witness.name().equals(own.name()))) {
            log.witness(shown.checkpoint().size(), own);
        }
    }

    private void refuse(Known known, Optional<SignedCheckpoint> shown, String origin, String why) {
        LOG.severe(() -> new Alarm(clock.instant(), why).text());
        store.committed(connection -> {
            if (shown.isPresent()) {
                new WitnessStore(connection).keep(known.epoch(), shown.get(), false, clock.instant());
            }
            audit.append(
                    connection,
                    audit.acting(),
                    new SiteEvent.CheckpointRefused(shown.map(SignedCheckpoint::checkpoint), origin, why));
            return why;
        });
    }

    /** A witness signs with its site's id: by that the consortium finds its key. */
    private NoteSigner signer() {
        return key.notes(settings.site().value());
    }

    /**
     * Returns what was seen, in that order, also what was refused: all that shows what the consortium has shown.
     *
     * @param after only later ones, 0 for the first page
     */
    List<Seen> seen(long after, int most) {
        return store.committed(connection -> new WitnessStore(connection).seen(after, most));
    }

    /** Returns how many checkpoints were seen. */
    long seenSoFar() {
        return store.committed(connection -> new WitnessStore(connection).count());
    }
}
