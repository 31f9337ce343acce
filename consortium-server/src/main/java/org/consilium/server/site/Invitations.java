package org.consilium.server.site;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.consilium.contract.SiteId;
import org.consilium.server.platform.Refusal;

/** The use cases of invitations: invite, claim, decide. Letting a site in is {@link Admissions}'s. */
@ApplicationScoped
public class Invitations {

    private final InvitationStore invitations;
    private final Clock clock;
    private final SecureRandom random;

    /** Returns them with codes that nobody can guess. */
    @Inject
    public Invitations(InvitationStore invitations, Clock clock) {
        this(invitations, clock, new SecureRandom());
    }

    /** @param random draws the codes */
    Invitations(InvitationStore invitations, Clock clock, SecureRandom random) {
        this.invitations = invitations;
        this.clock = clock;
        this.random = random;
    }

    /** For the container's proxy. */
    Invitations() {
        this(null, null, null);
    }

    /**
     * An invitation with its code, which is shown this once.
     *
     * @param invitation the invitation
     * @param code the code
     */
    public record Invited(Invitation invitation, String code) {}

    /**
     * Invites a site; also one that is a member already and has lost its key.
     *
     * @param validity how long the code may be used
     * @throws Refusal if an invitation of the site is undecided
     */
    @Transactional
    public Invited invite(SiteId site, Invitation.Wording wording, Duration validity, String by) {
        invitations
                .lockUndecided(site)
                .filter(old -> old.hasExpired(clock.instant()))
                .ifPresent(old -> invitations.save(old.withdrawn(by, clock.instant())));
        EnrolmentCode code = EnrolmentCode.random(random);
        Invitation open = Invitation.open(site, wording, code.digest(), by, clock.instant(), validity);
        return invitations
                .add(open)
                .map(added -> new Invited(added, code.text()))
                .orElseThrow(() -> Refusal.of(
                        409,
                        "invitation-open",
                        "Site " + site + " has an invitation that is undecided.",
                        "Take it back, or have the administrator decide it, before you invite the site again."));
    }

    /** Returns all invitations, the youngest first. */
    @Transactional
    public List<Invitation> all() {
        return invitations.all();
    }

    /**
     * Notes that a node wants to be let in; the same node may ask again and again, and learns how it stands.
     *
     * @param claim of that node
     * @throws Refusal if there is no such code or it opens nothing any more
     */
    @Transactional
    public Invitation claim(EnrolmentCode code, Invitation.Claim claim) {
        Invitation invitation = invitations
                .lock(code.digest())
                .orElseThrow(() -> Refusal.of(
                        404,
                        "code-unknown",
                        "There is no invitation with that enrolment code.",
                        "Check it for typing errors, and that this is the consortium that invited you."));
        return changed(invitation, one -> one.claimed(claim));
    }

    /** Takes an invitation back. */
    @Transactional
    public Invitation withdraw(long id, String by) {
        return changed(locked(id), one -> one.withdrawn(by, clock.instant()));
    }

    /** Does not let a site in. */
    @Transactional
    public Invitation reject(long id, String by, String reason) {
        return changed(locked(id), one -> one.rejected(by, reason, clock.instant()));
    }

    /**
     * Returns an invitation that is ready to be approved, or is already; until the transaction ends, nobody else decides.
     *
     * @throws Refusal if it is not, or the key that claimed it has another fingerprint
     */
    @Transactional
    public Invitation approvable(long id, String fingerprint) {
        Invitation invitation = locked(id);
        invitation.approved("", clock.instant());
        String claimed = invitation.claim().orElseThrow().key().kid();
        if (!claimed.equals(fingerprint.strip())) {
            throw Refusal.of(
                    409,
                    "fingerprint-differs",
                    "The key that claimed invitation " + id + " has the fingerprint " + claimed + ", not '"
                            + fingerprint + "'.",
                    "Compare it with the hospital; reject the invitation if the hospital's differs.");
        }
        return invitation;
    }

    /** Lets a site in, as far as its invitation is concerned. */
    @Transactional
    public Invitation approve(long id, String by) {
        return changed(locked(id), one -> one.approved(by, clock.instant()));
    }

    private Invitation changed(Invitation invitation, UnaryOperator<Invitation> change) {
        Invitation next = change.apply(invitation);
        if (next != invitation) {
            invitations.save(next);
        }
        return next;
    }

    private Invitation locked(long id) {
        return invitations.lock(id).orElseThrow(() -> unknown(id));
    }

    private static Refusal unknown(long id) {
        return Refusal.of(
                404,
                "invitation-unknown",
                "There is no invitation " + id + ".",
                "GET /api/v1/invitations lists those that exist.");
    }
}
