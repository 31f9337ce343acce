package org.consilium.server.study;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.platform.Refusal;

/**
 * One version of a study's protocol with its signatures.
 *
 * @param protocol what it says
 * @param state where it stands
 * @param author who wrote it last
 * @param createdAt when it was begun
 * @param proposedAt when it was laid before the stewards
 * @param decidedAt when all had signed, or it was taken back
 * @param signatures at most one of each participant, by site id
 */
public record ProtocolVersion(
        StudyProtocol protocol,
        VersionState state,
        String author,
        Instant createdAt,
        Optional<Instant> proposedAt,
        Optional<Instant> decidedAt,
        List<Signature> signatures) {

    /** Checks that nothing is missing. */
    public ProtocolVersion {
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(author, "author");
        Objects.requireNonNull(createdAt, "createdAt");
        signatures = signatures.stream()
                .sorted(Comparator.comparing(Signature::site))
                .toList();
    }

    /** Returns a version that is being written. */
    static ProtocolVersion draft(StudyProtocol protocol, String author, Instant now) {
        return new ProtocolVersion(
                protocol, VersionState.DRAFT, author, now, Optional.empty(), Optional.empty(), List.of());
    }

    /** Returns its number. */
    public int number() {
        return protocol.version();
    }

    /** Returns what signatures are bound to. */
    public Sha256 digest() {
        return protocol.digest();
    }

    /** Returns the site's signature. */
    public Optional<Signature> signature(SiteId site) {
        return signatures.stream().filter(one -> one.site().equals(site)).findFirst();
    }

    /** Returns the participants that have not signed yet, without those that have left the study. */
    public List<SiteId> awaited(Set<SiteId> left) {
        return protocol.participants().stream()
                .filter(site -> !left.contains(site) && signature(site).isEmpty())
                .toList();
    }

    /** Returns whether it was laid before the site's steward. */
    public boolean concerns(SiteId site) {
        return proposedAt.isPresent() && protocol.participants().contains(site);
    }

    /** Returns whether a participant has declined it. */
    public boolean isDeclined() {
        return signatures.stream().anyMatch(one -> !one.approves());
    }

    ProtocolVersion edited(StudyProtocol text, String by) {
        require(VersionState.DRAFT, "is not changed any more", "Take it back and write another version.");
        return new ProtocolVersion(text, state, by, createdAt, proposedAt, decidedAt, signatures);
    }

    ProtocolVersion proposed(Instant now) {
        require(VersionState.DRAFT, "is not proposed again", "Look at the study: nothing may be to be done.");
        return with(VersionState.PROPOSED, Optional.of(now), decidedAt, signatures);
    }

    /**
     * Returns it with one more signature, approved if that was the last that was awaited.
     *
     * @param left participants that have left the study and need not sign
     */
    ProtocolVersion signed(Signature signature, Set<SiteId> left, Instant now) {
        requireSignable(signature.statement());
        List<Signature> all = new ArrayList<>(signatures);
        all.add(signature);
        return with(state, proposedAt, decidedAt, all).settled(left, now);
    }

    /**
     * Returns it approved where nobody's signature is awaited any more, nobody has ever declined, and as many participants
     * are left as its quorum needs.
     */
    ProtocolVersion settled(Set<SiteId> left, Instant now) {
        long staying = protocol.participants().stream()
                .filter(site -> !left.contains(site))
                .count();
        return state == VersionState.PROPOSED
                        && !isDeclined()
                        && awaited(left).isEmpty()
                        && staying >= protocol.schedule().quorum()
                ? with(VersionState.APPROVED, proposedAt, Optional.of(now), signatures)
                : this;
    }

    /**
     * Returns it as it is kept when it is neither in force nor going to be.
     *
     * @param replaced whether a later version has taken its place; otherwise it was taken back
     */
    public ProtocolVersion past(boolean replaced, Instant now) {
        return switch (state) {
            case DRAFT, PROPOSED -> withdrawn(now);
            case APPROVED ->
                replaced ? with(VersionState.SUPERSEDED, proposedAt, decidedAt, signatures) : withdrawn(now);
            case SUPERSEDED, WITHDRAWN -> this;
        };
    }

    ProtocolVersion withdrawn(Instant now) {
        return with(VersionState.WITHDRAWN, proposedAt, Optional.of(now), signatures);
    }

    /**
     * Checks that a statement may be signed now.
     *
     * @throws Refusal if it speaks of another version, or the site has signed or takes no part
     */
    public void requireSignable(SigningStatement statement) {
        if (!statement.study().equals(protocol.study())
                || statement.version() != number()
                || !statement.protocol().equals(digest())) {
            throw Refusal.of(
                    409,
                    "version-differs",
                    "The statement speaks of version " + statement.version() + " of study " + statement.study()
                            + ", SHA-256 " + statement.protocol().brief() + ", not of version " + number()
                            + " of study "
                            + protocol.study() + ", " + digest().brief() + ".",
                    "Read the version that is proposed now, and ask anew to sign it.");
        }
        if (!protocol.participants().contains(statement.site())) {
            throw Refusal.of(
                    403,
                    "not-a-participant",
                    "Site " + statement.site() + " is no participant of version " + number() + " of study "
                            + protocol.study() + ".",
                    "Ask the coordinator, if it should be.");
        }
        require(VersionState.PROPOSED, "cannot be signed", "Wait until the coordinator proposes a version.");
        if (signature(statement.site()).isPresent()) {
            throw Refusal.of(
                    409,
                    "already-signed",
                    "Site " + statement.site() + " has decided on version " + number() + " of study " + protocol.study()
                            + " already.",
                    "A decision stays; to end the site's part, withdraw it from the study.");
        }
    }

    private void require(VersionState wanted, String what, String action) {
        if (state != wanted) {
            throw Refusal.of(
                    409,
                    "version-" + state.name().toLowerCase(java.util.Locale.ROOT),
                    "Version " + number() + " of the protocol of study " + protocol.study() + " is " + state + " and "
                            + what + ".",
                    action);
        }
    }

    private ProtocolVersion with(
            VersionState next, Optional<Instant> proposed, Optional<Instant> decided, List<Signature> signed) {
        return new ProtocolVersion(protocol, next, author, createdAt, proposed, decided, signed);
    }
}
