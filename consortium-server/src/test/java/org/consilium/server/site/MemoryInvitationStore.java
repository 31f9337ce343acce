package org.consilium.server.site;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;

/** Invitations in memory, for one thread. */
final class MemoryInvitationStore implements InvitationStore {

    private final Map<Long, Invitation> invitations = new TreeMap<>(Comparator.reverseOrder());

    @Override
    public Optional<Invitation> add(Invitation invitation) {
        if (lockUndecided(invitation.site()).isPresent()) {
            return Optional.empty();
        }
        long id = invitations.size() + 1;
        Invitation numbered = new Invitation(
                id,
                invitation.site(),
                invitation.wording(),
                invitation.code(),
                invitation.invitedBy(),
                invitation.createdAt(),
                invitation.expiresAt(),
                invitation.state(),
                invitation.claim(),
                invitation.decision());
        invitations.put(id, numbered);
        return Optional.of(numbered);
    }

    @Override
    public Optional<Invitation> lock(long id) {
        return Optional.ofNullable(invitations.get(id));
    }

    @Override
    public Optional<Invitation> lock(Sha256 code) {
        return all().stream().filter(one -> one.code().equals(code)).findFirst();
    }

    @Override
    public Optional<Invitation> lockUndecided(SiteId site) {
        return all().stream()
                .filter(one -> one.site().equals(site))
                .filter(one -> one.decision().isEmpty())
                .findFirst();
    }

    @Override
    public List<Invitation> all() {
        return List.copyOf(invitations.values());
    }

    @Override
    public void save(Invitation invitation) {
        invitations.replace(invitation.id(), invitation);
    }
}
