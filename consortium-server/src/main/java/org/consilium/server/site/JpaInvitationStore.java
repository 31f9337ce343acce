package org.consilium.server.site;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;

/** Invitations in PostgreSQL. */
@ApplicationScoped
class JpaInvitationStore implements InvitationStore {

    private static final List<InvitationState> UNDECIDED = List.of(InvitationState.OPEN, InvitationState.REQUESTED);

    private final EntityManager em;

    @Inject
    JpaInvitationStore(EntityManager em) {
        this.em = em;
    }

    /** For the container's proxy. */
    JpaInvitationStore() {
        this(null);
    }

    @Override
    public Optional<Invitation> add(Invitation invitation) {
        // Two invitations of one site may be written at once: the lock makes the second see the first.
        em.createNativeQuery("SELECT CAST(pg_advisory_xact_lock(hashtextextended(:site, 0)) AS text)")
                .setParameter("site", "invitation/" + invitation.site())
                .getSingleResult();
        if (lockUndecided(invitation.site()).isPresent()) {
            return Optional.empty();
        }
        InvitationRow row = new InvitationRow(invitation);
        em.persist(row);
        em.flush();
        return Optional.of(row.invitation());
    }

    @Override
    public Optional<Invitation> lock(long id) {
        return one(byId(id).setLockMode(LockModeType.PESSIMISTIC_WRITE));
    }

    private TypedQuery<InvitationRow> byId(long id) {
        return em.createQuery("SELECT i FROM InvitationRow i WHERE i.id = :id", InvitationRow.class)
                .setParameter("id", id);
    }

    @Override
    public Optional<Invitation> lock(Sha256 code) {
        return one(em.createQuery("SELECT i FROM InvitationRow i WHERE i.code = :code", InvitationRow.class)
                .setParameter("code", code.hex())
                .setLockMode(LockModeType.PESSIMISTIC_WRITE));
    }

    @Override
    public Optional<Invitation> lockUndecided(SiteId site) {
        return one(em.createQuery(
                        "SELECT i FROM InvitationRow i WHERE i.site = :site AND i.state IN :undecided",
                        InvitationRow.class)
                .setParameter("site", site.value())
                .setParameter("undecided", UNDECIDED)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE));
    }

    private static Optional<Invitation> one(TypedQuery<InvitationRow> query) {
        return query.getResultStream().findFirst().map(InvitationRow::invitation);
    }

    @Override
    public List<Invitation> all() {
        return em.createQuery("SELECT i FROM InvitationRow i ORDER BY i.id DESC", InvitationRow.class)
                .getResultStream()
                .map(InvitationRow::invitation)
                .toList();
    }

    @Override
    public void save(Invitation invitation) {
        byId(invitation.id()).getResultStream().findFirst().orElseThrow().take(invitation);
        em.flush();
    }
}
