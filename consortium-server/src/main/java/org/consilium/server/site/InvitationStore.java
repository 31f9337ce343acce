package org.consilium.server.site;

import java.util.List;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;

/** Where invitations are kept. */
public interface InvitationStore {

    /**
     * Adds an invitation and returns it with its number; empty, changing nothing, if the site has one that is undecided.
     * One of the site that has expired must have been withdrawn before.
     */
    Optional<Invitation> add(Invitation invitation);

    /** Returns the invitation of that number; until the transaction ends, nobody else changes it. */
    Optional<Invitation> lock(long id);

    /** Returns the invitation with that code; until the transaction ends, nobody else changes it. */
    Optional<Invitation> lock(Sha256 code);

    /** Returns the undecided invitation of a site; until the transaction ends, nobody else changes it. */
    Optional<Invitation> lockUndecided(SiteId site);

    /** Returns all invitations, the youngest first. */
    List<Invitation> all();

    /** Replaces state, claim and decision of an invitation that exists. */
    void save(Invitation invitation);
}
