package org.consilium.server.site;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.SiteId;

/** Sites in PostgreSQL. */
@ApplicationScoped
class JpaSiteStore implements SiteStore {

    private final EntityManager em;

    @Inject
    JpaSiteStore(EntityManager em) {
        this.em = em;
    }

    /** For the container's proxy. */
    JpaSiteStore() {
        this(null);
    }

    @Override
    public boolean add(Site site) {
        return em.createNativeQuery("INSERT INTO site (id, name, status, tokens_valid_from, created_at)"
                                + " VALUES (:id, :name, :status, :from, :created) ON CONFLICT (id) DO NOTHING")
                        .setParameter("id", site.id().value())
                        .setParameter("name", site.name())
                        .setParameter("status", site.status().name())
                        .setParameter("from", site.tokensValidFrom())
                        .setParameter("created", site.createdAt())
                        .executeUpdate()
                == 1;
    }

    @Override
    public Optional<Site> find(SiteId id) {
        return one(byId(id));
    }

    @Override
    public Optional<Site> lock(SiteId id) {
        return one(byId(id).setLockMode(LockModeType.PESSIMISTIC_WRITE));
    }

    private TypedQuery<SiteRow> byId(SiteId id) {
        return em.createQuery("SELECT s FROM SiteRow s WHERE s.id = :id", SiteRow.class)
                .setParameter("id", id.value());
    }

    private Optional<Site> one(TypedQuery<SiteRow> query) {
        return query.getResultStream().findFirst().map(this::taken);
    }

    @Override
    public List<Site> all() {
        // PostgreSQL orders text by its locale, sites are ordered by their bytes.
        return em.createQuery("SELECT s FROM SiteRow s", SiteRow.class)
                .getResultStream()
                .map(this::taken)
                .sorted(Comparator.comparing(Site::id))
                .toList();
    }

    /** The updates below pass by the persistence context, so it must not keep what was read. */
    private Site taken(SiteRow row) {
        em.detach(row);
        return row.site();
    }

    @Override
    public void save(Site site) {
        em.createQuery(
                        "UPDATE SiteRow s SET s.name = :name, s.status = :status, s.tokensValidFrom = :from WHERE s.id = :id")
                .setParameter("name", site.name())
                .setParameter("status", site.status())
                .setParameter("from", site.tokensValidFrom())
                .setParameter("id", site.id().value())
                .executeUpdate();
    }

    @Override
    public Optional<Instant> keyWithdrawnAt(SiteId id) {
        return em.createQuery(
                        "SELECT s.keyWithdrawnAt FROM SiteRow s WHERE s.id = :id AND s.keyWithdrawnAt IS NOT NULL",
                        Instant.class)
                .setParameter("id", id.value())
                .getResultStream()
                .findFirst();
    }

    @Override
    public void keyWithdrawn(SiteId id, Instant at) {
        em.createQuery("UPDATE SiteRow s SET s.keyWithdrawnAt = :at WHERE s.id = :id"
                        + " AND (s.keyWithdrawnAt IS NULL OR s.keyWithdrawnAt < :at)")
                .setParameter("at", at)
                .setParameter("id", id.value())
                .executeUpdate();
    }

    @Override
    public void seen(SiteId id, Instant at, Optional<String> nodeVersion) {
        em.createQuery("UPDATE SiteRow s SET s.lastSeenAt = :at, s.nodeVersion = COALESCE(:version, s.nodeVersion)"
                        + " WHERE s.id = :id")
                .setParameter("at", at)
                .setParameter("version", nodeVersion.orElse(null))
                .setParameter("id", id.value())
                .executeUpdate();
    }

    @Override
    public void beaten(SiteId id, LastHeartbeat heartbeat, String nodeVersion) {
        em.createQuery("UPDATE SiteRow s SET s.lastSeenAt = :at, s.nodeVersion = :version, s.heartbeatAt = :at,"
                        + " s.activity = :activity, s.activitySince = :since, s.freeDiskBytes = :free,"
                        + " s.leaseStudy = :study, s.leaseRound = :round, s.leaseRenewedAt = :renewed WHERE s.id = :id")
                .setParameter("at", heartbeat.at())
                .setParameter("version", nodeVersion)
                .setParameter("activity", heartbeat.activity())
                .setParameter("since", heartbeat.since())
                .setParameter("free", heartbeat.freeDiskBytes())
                .setParameter(
                        "study",
                        heartbeat.lease().map(lease -> lease.study().value()).orElse(null))
                .setParameter(
                        "round",
                        heartbeat.lease().map(lease -> lease.round().value()).orElse(null))
                .setParameter("renewed", heartbeat.lease().map(Lease::renewedAt).orElse(null))
                .setParameter("id", id.value())
                .executeUpdate();
    }
}
