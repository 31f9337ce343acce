package org.consilium.server.site;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.consilium.contract.Es256Key;
import org.consilium.contract.SiteId;
import org.consilium.contract.Texts;
import org.consilium.contract.audit.NoteKey;
import org.consilium.server.audit.Audit;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.platform.Refusal;

/** The use cases of membership: invite, claim, decide, and end it. */
@ApplicationScoped
public class Invitations {

    private final InvitationStore invitations;
    private final SiteClients clients;
    private final Sites sites;
    private final Clock clock;
    private final Audit audit;
    private final SecureRandom random = new SecureRandom();

    /** Returns the use cases. */
    @Inject
    public Invitations(InvitationStore invitations, SiteClients clients, Sites sites, Clock clock, Audit audit) {
        this.invitations = invitations;
        this.clients = clients;
        this.sites = sites;
        this.clock = clock;
        this.audit = audit;
    }

    /** For the container's proxy. */
    Invitations() {
        this(null, null, null, null, null);
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
     * @throws Refusal if an invitation of the site is undecided, or the site was revoked
     */
    @Transactional
    public Invited invite(SiteId site, Invitation.Wording wording, Duration validity, String by) {
        sites.requireNotRevoked(site);
        Optional<Invitation> expired = invitations
                .lockUndecided(site)
                .filter(old -> old.hasExpired(clock.instant()))
                .map(old -> old.withdrawn(by, clock.instant()));
        expired.ifPresent(invitations::save);
        EnrolmentCode code = EnrolmentCode.random(random);
        Invitation open = Invitation.open(site, wording, code.digest(), by, clock.instant(), validity);
        Invited invited = invitations
                .add(open)
                .map(added -> new Invited(added, code.text()))
                .orElseThrow(() -> Refusal.of(
                        409,
                        "invitation-open",
                        "Site " + site + " has an invitation that is undecided.",
                        "Take it back, or have the administrator decide it, before you invite the site again."));
        List<AuditEvent> events = new ArrayList<>();
        expired.ifPresent(old -> events.add(moved(
                AuditEvent.InvitationStep.WITHDRAWN, old, Optional.of("Expired, and the site is invited anew."))));
        events.add(moved(AuditEvent.InvitationStep.INVITED, invited.invitation(), Optional.empty()));
        audit.append(events.toArray(AuditEvent[]::new));
        return invited;
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
        return changed(AuditEvent.InvitationStep.CLAIMED, invitation, one -> one.claimed(claim), Optional.empty());
    }

    /** Takes an invitation back. */
    @Transactional
    public Invitation withdraw(long id, String by) {
        return changed(
                AuditEvent.InvitationStep.WITHDRAWN,
                locked(id),
                one -> one.withdrawn(by, clock.instant()),
                Optional.empty());
    }

    /** Does not let a site in. */
    @Transactional
    public Invitation reject(long id, String by, String reason) {
        return changed(
                AuditEvent.InvitationStep.REJECTED,
                locked(id),
                one -> one.rejected(by, reason, clock.instant()),
                Optional.of(reason));
    }

    /**
     * Lets a site in: Keycloak takes its key, it becomes a member, its invitation is closed; all while nobody else decides
     * on that invitation. Whatever fails, approving again does it all. Nothing if it is approved already.
     *
     * @param fingerprint of the key that the administrator means, as the hospital has told it
     * @throws Refusal if there is nothing to approve, the key that claimed it has another fingerprint, or Keycloak does not
     *     take it
     */
    @Transactional
    public Invitation approve(long id, String fingerprint, String by) {
        Invitation invitation = locked(id);
        Invitation approved = invitation.approved(fingerprint, by, clock.instant());
        if (approved != invitation) {
            // A change to a new key that runs meanwhile must not bring the old one back.
            sites.lock(approved.site());
            sites.requireNotRevoked(approved.site());
            String organisation = approved.wording().organisation();
            clients.admit(
                    approved.site(),
                    organisation,
                    approved.claim().orElseThrow().key());
            sites.enrolled(approved.site(), organisation);
            invitations.save(approved);
            Es256Key key = approved.claim().orElseThrow().key();
            audit.append(new AuditEvent.SiteApproved(
                    approved.site(),
                    organisation,
                    key.kid(),
                    NoteKey.of(approved.site().value(), key.publicKey())));
        }
        return approved;
    }

    /**
     * Takes a site out of the consortium for good: it gets no more tokens, those that it has open nothing, and it is neither
     * let in nor invited again. Nothing if it was revoked already.
     *
     * @param reason why, for the record
     * @throws Refusal if there is no such site, or Keycloak cannot be told now
     */
    @Transactional
    public Site revoke(SiteId site, String reason) {
        Texts.require("reason", reason, Invitation.LONGEST_REASON);
        sites.lock(site);
        clients.shut(sites.known(site).id());
        return sites.revoke(site, reason);
    }

    private Invitation changed(
            AuditEvent.InvitationStep step,
            Invitation invitation,
            UnaryOperator<Invitation> change,
            Optional<String> reason) {
        Invitation next = change.apply(invitation);
        if (next != invitation) {
            invitations.save(next);
            audit.append(moved(step, next, reason));
        }
        return next;
    }

    private static AuditEvent moved(AuditEvent.InvitationStep step, Invitation invitation, Optional<String> reason) {
        return new AuditEvent.InvitationMoved(
                step,
                invitation.site(),
                invitation.wording().organisation(),
                invitation.expiresAt(),
                invitation.claim().map(claim -> claim.key().kid()),
                reason);
    }

    private Invitation locked(long id) {
        return invitations
                .lock(id)
                .orElseThrow(() -> Refusal.of(
                        404,
                        "invitation-unknown",
                        "There is no invitation " + id + ".",
                        "GET /api/v1/invitations lists those that exist."));
    }
}
