package org.consilium.server.site;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/**
 * Lets a site in: Keycloak takes its key, it becomes a member, its invitation is closed; all while nobody else decides on
 * that invitation. Whatever fails, approving again does it all, and each step done twice changes nothing.
 */
@ApplicationScoped
public class Admissions {

    private final Invitations invitations;
    private final SiteClients clients;
    private final Sites sites;

    /** Returns the use case. */
    @Inject
    public Admissions(Invitations invitations, SiteClients clients, Sites sites) {
        this.invitations = invitations;
        this.clients = clients;
        this.sites = sites;
    }

    /** For the container's proxy. */
    Admissions() {
        this(null, null, null);
    }

    /**
     * Approves an invitation that a node has claimed; nothing if it is approved already.
     *
     * @param id the invitation
     * @param fingerprint of the key that the administrator means, as the hospital has told it
     * @param by the administrator
     * @throws org.consilium.server.platform.Refusal if there is nothing to approve, or Keycloak does not take the key
     */
    @Transactional
    public Invitation approve(long id, String fingerprint, String by) {
        Invitation invitation = invitations.approvable(id, fingerprint);
        if (invitation.state() == InvitationState.APPROVED) {
            return invitation;
        }
        String organisation = invitation.wording().organisation();
        clients.admit(
                invitation.site(),
                organisation,
                invitation.claim().orElseThrow().key());
        sites.enrolled(invitation.site(), organisation);
        return invitations.approve(id, by);
    }
}
