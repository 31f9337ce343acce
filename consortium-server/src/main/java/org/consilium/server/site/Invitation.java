package org.consilium.server.site;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.consilium.contract.Es256Key;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Texts;
import org.consilium.server.platform.Refusal;

/**
 * A hospital's way into the consortium: invited by a coordinator, claimed once by its node with a key of its own, decided
 * by an administrator.
 *
 * @param id its number
 * @param site who is invited
 * @param wording what the coordinator wrote
 * @param code SHA-256 of the enrolment code, which is kept nowhere
 * @param invitedBy the coordinator
 * @param createdAt when
 * @param expiresAt from when on the code opens nothing any more
 * @param state where it stands
 * @param claim the node's key, from the state REQUESTED on, except for WITHDRAWN
 * @param decision how it ended
 */
public record Invitation(
        long id,
        SiteId site,
        Wording wording,
        Sha256 code,
        String invitedBy,
        Instant createdAt,
        Instant expiresAt,
        InvitationState state,
        Optional<Claim> claim,
        Optional<Decision> decision) {

    /** Most characters of a reason. */
    static final int LONGEST_REASON = 500;

    /**
     * What the coordinator wrote.
     *
     * @param organisation the hospital's name, which the site is shown with, 1 to 200 characters
     * @param contact whom to ask there, 1 to 200 characters
     * @param expectedData what data the site is going to bring, 1 to 500 characters
     */
    public record Wording(String organisation, String contact, String expectedData) {

        private static final int LONGEST = 200;
        private static final int LONGEST_DATA = 500;

        /** Checks the lengths. */
        public Wording {
            Texts.require("organisation", organisation, LONGEST);
            Texts.require("contact", contact, LONGEST);
            Texts.require("expectedData", expectedData, LONGEST_DATA);
        }
    }

    /**
     * A node's request to be let in.
     *
     * @param key the public half of the key that it made
     * @param nodeVersion the version of its software
     * @param at when
     */
    public record Claim(Es256Key key, String nodeVersion, Instant at) {}

    /**
     * How it ended.
     *
     * @param by who decided
     * @param at when
     * @param reason why, if it was not let in
     */
    public record Decision(String by, Instant at, Optional<String> reason) {}

    /** Checks that nothing is missing. */
    public Invitation {
        Objects.requireNonNull(site, "site");
        Objects.requireNonNull(wording, "wording");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(state, "state");
        boolean claimed = state != InvitationState.OPEN && state != InvitationState.WITHDRAWN;
        boolean decided = state != InvitationState.OPEN && state != InvitationState.REQUESTED;
        if (claimed != claim.isPresent() || decided != decision.isPresent()) {
            throw new IllegalArgumentException(
                    "invitation " + id + " is " + state + ", which does not go with " + claim + " and " + decision);
        }
    }

    /** Returns an invitation whose number the store gives. */
    static Invitation open(
            SiteId site, Wording wording, Sha256 code, String invitedBy, Instant now, Duration validity) {
        return new Invitation(
                0,
                site,
                wording,
                code,
                invitedBy,
                now,
                now.plus(validity),
                InvitationState.OPEN,
                Optional.empty(),
                Optional.empty());
    }

    /** Returns whether its code has expired unused. */
    boolean hasExpired(Instant now) {
        return state == InvitationState.OPEN && !now.isBefore(expiresAt);
    }

    /**
     * Returns the invitation claimed by a node; itself if the same key claimed it before, so that a node may ask again.
     *
     * @throws Refusal if the code has expired, was used by another key or was taken back
     */
    Invitation claimed(Claim by) {
        if (claim.isPresent() && claim.get().key().equals(by.key())) {
            return this;
        }
        if (claim.isPresent()) {
            throw Refusal.of(
                    409,
                    "code-used",
                    "The enrolment code of site " + site + " was used already, by the key "
                            + claim.get().key().kid() + ".",
                    "If that was not you, tell the administrator of the consortium at once; otherwise ask for a new"
                            + " invitation.");
        }
        if (state == InvitationState.WITHDRAWN) {
            throw Refusal.of(
                    410,
                    "code-withdrawn",
                    "The invitation of site " + site + " was taken back.",
                    "Ask the coordinator for a new one.");
        }
        if (hasExpired(by.at())) {
            throw Refusal.of(
                    410,
                    "code-expired",
                    "The enrolment code of site " + site + " expired at " + expiresAt + ".",
                    "Ask the coordinator for a new invitation.");
        }
        return with(InvitationState.REQUESTED, Optional.of(by), Optional.empty());
    }

    /**
     * Returns it approved; itself if it is already.
     *
     * @param fingerprint of the key that the administrator means, as the hospital has told it
     * @throws Refusal if there is nothing to approve, or the key that claimed it has another fingerprint
     */
    Invitation approved(String fingerprint, String by, Instant now) {
        boolean already = state == InvitationState.APPROVED;
        if (!already) {
            requireRequested();
        }
        String claimed = claim.orElseThrow().key().kid();
        if (!claimed.equals(fingerprint.strip())) {
            throw Refusal.of(
                    409,
                    "fingerprint-differs",
                    "The key that claimed invitation " + id + " has the fingerprint " + claimed + ", not '"
                            + fingerprint + "'.",
                    "Compare it with the hospital; reject the invitation if the hospital's differs.");
        }
        return already
                ? this
                : with(InvitationState.APPROVED, claim, Optional.of(new Decision(by, now, Optional.empty())));
    }

    /** Returns it rejected; itself if it is already. */
    Invitation rejected(String by, String reason, Instant now) {
        if (state == InvitationState.REJECTED) {
            return this;
        }
        requireRequested();
        Texts.require("reason", reason, LONGEST_REASON);
        return with(InvitationState.REJECTED, claim, Optional.of(new Decision(by, now, Optional.of(reason))));
    }

    /** Returns it taken back; itself if it is already. */
    Invitation withdrawn(String by, Instant now) {
        if (state == InvitationState.WITHDRAWN) {
            return this;
        }
        if (state != InvitationState.OPEN) {
            throw Refusal.of(
                    409,
                    "invitation-claimed",
                    "Invitation " + id + " of site " + site + " is " + state + " and cannot be taken back.",
                    state == InvitationState.REQUESTED
                            ? "Have the administrator reject it."
                            : "Have the administrator suspend the site, if it must not take part.");
        }
        return with(InvitationState.WITHDRAWN, claim, Optional.of(new Decision(by, now, Optional.empty())));
    }

    private void requireRequested() {
        if (state != InvitationState.REQUESTED) {
            throw Refusal.of(
                    409,
                    "invitation-not-requested",
                    "Invitation " + id + " of site " + site + " is " + state + ": there is nothing to decide.",
                    state == InvitationState.OPEN
                            ? "Wait until the site's node has sent its key."
                            : "Invite the site again, if it is to get in.");
        }
    }

    private Invitation with(InvitationState next, Optional<Claim> claimedBy, Optional<Decision> decided) {
        return new Invitation(id, site, wording, code, invitedBy, createdAt, expiresAt, next, claimedBy, decided);
    }
}
