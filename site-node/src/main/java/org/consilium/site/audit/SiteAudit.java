package org.consilium.site.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.consilium.auditlog.AuditLog;
import org.consilium.auditlog.Checkpoints;
import org.consilium.auditlog.Draft;
import org.consilium.auditlog.Records;
import org.consilium.contract.NodeVersion;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.site.audit.Actors.Acting;
import org.consilium.site.audit.SiteEvent.Facts;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;

/** Writes the node's own audit log, and signs it. */
@ApplicationScoped
public class SiteAudit {

    private AuditStore store;
    private Actors actors;
    private SiteKey key;
    private SiteSettings settings;
    private Clock clock;
    private AuditLog log;
    private boolean opened;

    /** For the container's proxy, and for tests that keep what is recorded in memory. */
    protected SiteAudit() {}

    /**
     * @param store for transactions of the log's own
     * @param actors who acts
     * @param key signs checkpoints
     * @param settings whose log it is
     * @param clock says when
     */
    @Inject
    public SiteAudit(AuditStore store, Actors actors, SiteKey key, SiteSettings settings, Clock clock) {
        this.store = store;
        this.actors = actors;
        this.key = key;
        this.settings = settings;
        this.clock = clock;
        this.log = new AuditLog(settings.site().value(), Database.SCHEMA, clock);
    }

    /** Returns who is acting now, to be told to the thread that goes on with the work. */
    public Acting acting() {
        return actors.acting();
    }

    /**
     * Records events within the transaction of the change that they tell of, as the last thing in it.
     *
     * @param connection of that transaction
     */
    public void append(Connection connection, Acting acting, SiteEvent... events) throws SQLException {
        log.append(connection, drafts(acting, events));
    }

    /**
     * Records an event of which no change in the database tells, and returns when it is durable: what is to leave the node
     * may leave then.
     *
     * @return the record
     * @throws org.consilium.site.platform.ProblemException with status 503 if it cannot be recorded
     */
    public AuditRecord append(SiteEvent event) {
        return append(actors.acting(), event);
    }

    /** Records an event of an earlier request likewise. */
    AuditRecord append(Acting acting, SiteEvent event) {
        return store.committed(connection -> log.append(connection, drafts(acting, event)))
                .get(0);
    }

    private List<Draft> drafts(Acting acting, SiteEvent... events) {
        Instant now = clock.instant();
        return Arrays.stream(events)
                .map(event -> draft(event.facts(), acting, now))
                .toList();
    }

    private static Draft draft(Facts facts, Acting acting, Instant now) {
        return new Draft(
                UUID.randomUUID(),
                now,
                acting.actor(),
                facts.action(),
                facts.code(),
                facts.outcome(),
                facts.entity(),
                facts.study(),
                OptionalInt.empty(),
                facts.round(),
                Optional.empty(),
                facts.reason(),
                acting.correlation(),
                Optional.empty(),
                facts.details());
    }

    /** Records that the node has started, once, and which key it has. */
    public synchronized void open() {
        if (!opened) {
            noteKey(present());
            append(new SiteEvent.SystemStarted(NodeVersion.CURRENT.toString()));
            opened = true;
        }
    }

    /** Records which key the node has, if the log says another one or none. */
    private void noteKey(NoteKey present) {
        Optional<String> known = store.committed(
                        connection -> new Records(connection, Database.SCHEMA).lastOf("key.made", "key.rotated"))
                .map(record -> record.entity().hash().orElseThrow().hex());
        if (known.isEmpty()) {
            append(new SiteEvent.KeyMade(present));
        } else if (!known.get().equals(present.fingerprint().hex())) {
            append(new SiteEvent.KeyRotated(present));
        }
    }

    private NoteKey present() {
        return key.notes(settings.site().value()).key();
    }

    /** Records that somebody has asked for another key, before there is one. */
    public void keyRotationAsked() {
        append(new SiteEvent.KeyRotationAsked(present()));
    }

    /** Records that somebody has asked to abandon the change of the key, whatever comes of it. */
    public void keyRotationAbandoned() {
        append(new SiteEvent.KeyRotationAbandoned(present()));
    }

    /**
     * Signs the log as it is now with the site's key, if anything was appended since it was signed last.
     *
     * @return the latest checkpoint
     */
    public Optional<SignedCheckpoint> sign() {
        return sign(key.notes(origin()));
    }

    /** Signs with that key, of which the log tells first: it may be changed at any time. */
    private synchronized Optional<SignedCheckpoint> sign(NoteSigner signer) {
        noteKey(signer.key().named(settings.site().value()));
        return store.committed(connection -> {
            Checkpoints checkpoints = new Checkpoints(connection, Database.SCHEMA);
            checkpoints.sign(origin(), signer, clock.instant());
            return checkpoints.last();
        });
    }

    /** Returns records in their order, from a place on. */
    List<AuditRecord> records(long first, int most) {
        return store.committed(connection -> {
            List<AuditRecord> records = new ArrayList<>();
            new Records(connection, Database.SCHEMA).read(Records.Filter.all().from(first), most, records::add);
            return records;
        });
    }

    /** Signs the log and returns it up to there; that it is given away is recorded after that. */
    SiteExport export() {
        NoteSigner signer = key.notes(origin());
        SignedCheckpoint signed = sign(signer).orElseThrow();
        append(new SiteEvent.ExportMade("records", signed.checkpoint().size()));
        return new SiteExport(store, settings.site(), signed, signer, clock.instant());
    }

    /** Returns the log's name: the consortium's address and the site's id. */
    public String origin() {
        URI server = settings.server();
        return server.getHost() + (server.getPort() < 0 ? "" : ":" + server.getPort())
                + (server.getPath() == null ? "" : server.getPath()) + "/" + settings.site();
    }
}
