package org.consilium.contract.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.Texts;

/**
 * One record of an audit log. The fields are those that 21 CFR 11.10(e), DICOM PS3.15 A.5, FHIR's AuditEvent and ISO 27789
 * ask for; no field holds a pixel, a patient's key, a weight, a token or a secret.
 *
 * @param seq place in the log, from 0, without gaps
 * @param id the event's own id, unique everywhere
 * @param stream whose log this is: {@value #CONSORTIUM} or a site's id
 * @param occurred when it happened, UTC, to the millisecond
 * @param recorded when it was written down, UTC, to the millisecond
 * @param actor who did it
 * @param action what kind of act it is
 * @param code what happened, such as {@code study.started}
 * @param outcome how it ended
 * @param entity what it was done to
 * @param study study that it belongs to
 * @param studySeq place among the study's records of this log, from 0; there exactly where a study is
 * @param protocolVersion version of the study's protocol under which it happened
 * @param round round that it belongs to
 * @param site site that it concerns
 * @param reason why, in the words of whoever did it
 * @param correlation id that all records of one request share
 * @param peer the other side's record of the same
 * @param details what else is to be known, such as values before and after; names in camel case
 */
public record AuditRecord(
        long seq,
        UUID id,
        String stream,
        Instant occurred,
        Instant recorded,
        Actor actor,
        Action action,
        String code,
        Outcome outcome,
        Entity entity,
        Optional<StudyId> study,
        OptionalLong studySeq,
        OptionalInt protocolVersion,
        OptionalInt round,
        Optional<SiteId> site,
        Optional<String> reason,
        UUID correlation,
        Optional<Peer> peer,
        Map<String, String> details) {

    /** The stream of the consortium's server. */
    public static final String CONSORTIUM = "consortium";

    /** Most characters of a text. */
    public static final int LONGEST = 2000;

    /** Most characters of a detail: it may name a thousand sites, with a few figures for each. */
    public static final int LONGEST_DETAIL = 200_000;

    private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*)+");
    private static final Pattern NAME = Pattern.compile("[a-z][a-zA-Z0-9]*");

    /** Kind of an act: the event action codes of DICOM PS3.15 A.5.2. */
    public enum Action {
        /** Create. */
        C,
        /** Read. */
        R,
        /** Update. */
        U,
        /** Delete. */
        D,
        /** Execute. */
        E
    }

    /** What acts. */
    public enum Kind {
        /** A person. */
        USER,
        /** A site's node. */
        NODE,
        /** The server or the node that keeps this log. */
        SYSTEM
    }

    /**
     * Who acts.
     *
     * @param subject the identity provider's name, or the system's own
     * @param name as it is printed
     * @param organisation that it acts for
     * @param role in which it acts, such as coordinator
     * @param kind what it is
     * @param authentication how it was authenticated
     * @param address where from, an IP address
     */
    public record Actor(
            String subject,
            String name,
            String organisation,
            String role,
            Kind kind,
            String authentication,
            Optional<String> address) {

        /** Checks everything. */
        public Actor {
            Texts.require("subject", subject, LONGEST);
            Texts.require("name", name, LONGEST);
            Texts.require("organisation", organisation, LONGEST);
            Texts.require("role", role, LONGEST);
            Objects.requireNonNull(kind, "kind");
            Texts.require("authentication", authentication, LONGEST);
            address.ifPresent(text -> Texts.require("address", text, LONGEST));
        }
    }

    /**
     * How an act ended.
     *
     * @param code 0 success, 4 minor failure, 8 serious failure, 12 major failure (DICOM PS3.15 A.5.2)
     * @param text in words
     */
    public record Outcome(int code, String text) {

        /** Checks everything. */
        public Outcome {
            if (code != 0 && code != 4 && code != 8 && code != 12) {
                throw new IllegalArgumentException("'outcome' must be 0, 4, 8 or 12, not " + code);
            }
            Texts.require("text", text, LONGEST);
        }

        /** Returns that it was done. */
        public static Outcome success() {
            return new Outcome(0, "Success");
        }

        /** Returns that it was refused, or came to nothing without harm. */
        public static Outcome minor(String text) {
            return new Outcome(4, text);
        }

        /** Returns that something failed that somebody has to look at. */
        public static Outcome serious(String text) {
            return new Outcome(8, text);
        }
    }

    /**
     * What an act was done to.
     *
     * @param type such as {@code protocol}
     * @param id within its type
     * @param version where it has versions
     * @param hash of its content
     */
    public record Entity(String type, String id, Optional<String> version, Optional<Sha256> hash) {

        /** Checks everything. */
        public Entity {
            Texts.require("type", type, LONGEST);
            Texts.require("id", id, LONGEST);
            version.ifPresent(text -> Texts.require("version", text, LONGEST));
        }

        /** Returns one without a version and a hash. */
        public static Entity of(String type, String id) {
            return new Entity(type, id, Optional.empty(), Optional.empty());
        }

        /** Returns one with a hash and without a version. */
        public static Entity of(String type, String id, Sha256 hash) {
            return new Entity(type, id, Optional.empty(), Optional.of(hash));
        }
    }

    /**
     * The other side's record of the same.
     *
     * @param event its event id
     * @param hash the hash of its leaf in the other side's log
     */
    public record Peer(UUID event, Sha256 hash) {

        /** Checks that both are there. */
        public Peer {
            Objects.requireNonNull(event, "event");
            Objects.requireNonNull(hash, "hash");
        }
    }

    /** Checks everything. */
    public AuditRecord {
        Objects.requireNonNull(id, "id");
        if (!stream.equals(CONSORTIUM)) {
            new SiteId(stream);
        }
        occurred = occurred.truncatedTo(ChronoUnit.MILLIS);
        recorded = recorded.truncatedTo(ChronoUnit.MILLIS);
        Objects.requireNonNull(actor, "actor");
        Objects.requireNonNull(action, "action");
        if (!CODE.matcher(code).matches()) {
            throw new IllegalArgumentException("'code' must be like study.started, not '" + code + "'");
        }
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(entity, "entity");
        Objects.requireNonNull(correlation, "correlation");
        if (study.isPresent() != studySeq.isPresent()) {
            throw new IllegalArgumentException("'studySeq' must be there exactly where a study is");
        }
        reason.ifPresent(text -> Texts.requireLines("reason", text, LONGEST));
        details = new TreeMap<>(details);
        details.forEach((name, text) -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("'" + name + "' is no name of a detail");
            }
            Texts.requireLines(name, text, LONGEST_DETAIL);
        });
        details = java.util.Collections.unmodifiableMap(details);
    }

    /** Returns the line that is hashed and kept, without a line feed (RFC 8785). */
    public String line() {
        return AuditRecordLine.of(this);
    }

    /** Returns the hash of its leaf, {@link Merkle#leaf} of the line's UTF-8 bytes. */
    public Sha256 leafHash() {
        return Sha256.ofDigest(Merkle.leaf(line().getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none, has members that a record has not, or is not the canonical one
     */
    public static AuditRecord fromLine(String line) {
        return AuditRecordLine.read(line);
    }
}
