package org.consilium.server.site;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.consilium.contract.SiteId;
import org.consilium.server.audit.Audit;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.platform.Refusal;

/** The use cases of sites: make members, suspend, revoke, admit, note that one has called. */
@ApplicationScoped
public class Sites {

    private static final int LONGEST_VERSION = 80;

    private final SiteStore sites;
    private final Clock clock;
    private final Event<SiteChanged> changed;
    private final Audit audit;

    /** @param changed told of each change of a status, within the transaction */
    @Inject
    public Sites(SiteStore sites, Clock clock, Event<SiteChanged> changed, Audit audit) {
        this.sites = sites;
        this.clock = clock;
        this.changed = changed;
        this.audit = audit;
    }

    /** For the container's proxy. */
    Sites() {
        this(null, null, null, null);
    }

    /**
     * Makes a site a member, active at once. One that is a member already has got a new key: its name is renewed and its
     * tokens are dead, while its status stays.
     */
    @Transactional
    public Site enrolled(SiteId id, String name) {
        Site added = Site.added(id, name, clock.instant());
        if (sites.add(added)) {
            return added;
        }
        Site renewed = known(id).renewed(name, clock.instant());
        sites.save(renewed);
        return renewed;
    }

    /** Returns all sites by their ids. */
    @Transactional
    public List<Site> all() {
        return sites.all();
    }

    /**
     * Changes whether a site may take part; the next request of its node sees it.
     *
     * @param status not {@link SiteStatus#REVOKED}, which is {@link #revoke}
     * @throws Refusal if there is no such site, or it was revoked
     */
    @Transactional
    public Site setStatus(SiteId id, SiteStatus status) {
        // Locked: a site that is revoked meanwhile must stay so.
        Site before = sites.lock(id).orElseThrow(() -> unknown(id));
        Site site = before.withStatus(status, clock.instant());
        sites.save(site);
        changed.fire(new SiteChanged(id));
        if (site.status() != before.status()) {
            audit.append(new AuditEvent.SiteStatusSet(id, status == SiteStatus.ACTIVE));
        }
        return site;
    }

    /**
     * Takes a site out of the consortium for good; the next request of its node sees it. Nothing if it was revoked already.
     *
     * @param reason why, for the record
     */
    @Transactional
    public Site revoke(SiteId id, String reason) {
        Site before = sites.lock(id).orElseThrow(() -> unknown(id));
        if (before.status() == SiteStatus.REVOKED) {
            return before;
        }
        Site site = before.revoked();
        sites.save(site);
        changed.fire(new SiteChanged(id));
        audit.append(new AuditEvent.SiteRevoked(id, reason));
        return site;
    }

    /**
     * Refuses to invite or let in a site that was revoked.
     *
     * @throws Refusal if it was
     */
    @Transactional
    public void requireNotRevoked(SiteId id) {
        sites.find(id).ifPresent(Site::requireMember);
    }

    /**
     * Lets a request of a site's node pass.
     *
     * @throws Refusal if the site is not known, suspended or revoked, or the token too old
     */
    @Transactional
    public void admit(SiteId id, Instant issuedAt) {
        member(id, sites.find(id)).admit(issuedAt);
    }

    /**
     * Refuses a site that may not take part now.
     *
     * @throws Refusal if the site is not known, suspended or revoked
     */
    @Transactional
    public void requireActive(SiteId id) {
        member(id, sites.find(id)).requireActive();
    }

    /**
     * Lets a request pass that changes the site's keys; until the transaction ends nobody else changes them, nor the site.
     *
     * @throws Refusal if the site is not known, suspended or revoked, or the token too old
     */
    @Transactional
    public void admitAlone(SiteId id, Instant issuedAt) {
        member(id, sites.lock(id)).admit(issuedAt);
    }

    /** Returns when a site last took back a key that it had offered. */
    Optional<Instant> keyWithdrawnAt(SiteId id) {
        return sites.keyWithdrawnAt(id);
    }

    /** Notes when a site took back a key that it had offered. */
    void keyWithdrawn(SiteId id, Instant at) {
        sites.keyWithdrawn(id, at);
    }

    private static Site member(SiteId id, Optional<Site> site) {
        return site.orElseThrow(() -> Refusal.of(
                403,
                "site-unknown",
                "There is no site '" + id + "' in this consortium.",
                "Ask the coordinator of the consortium for an invitation."));
    }

    /** Has nobody else change a site's keys until the transaction ends; nothing if there is no such site yet. */
    @Transactional
    public void lock(SiteId id) {
        sites.lock(id);
    }

    /** Returns whether the site exists and may take part. */
    @Transactional
    public boolean isActive(SiteId id) {
        return sites.find(id).filter(site -> site.status() == SiteStatus.ACTIVE).isPresent();
    }

    /** Returns the sites that may not take part now, suspended or revoked. */
    @Transactional
    public Set<SiteId> suspended() {
        return sites.all().stream()
                .filter(site -> site.status() != SiteStatus.ACTIVE)
                .map(Site::id)
                .collect(Collectors.toSet());
    }

    /** Notes that a site's node has polled. */
    @Transactional
    public void seen(SiteId id, Optional<String> nodeVersion) {
        sites.seen(
                id,
                clock.instant(),
                nodeVersion.map(text -> text.substring(0, Math.min(text.length(), LONGEST_VERSION))));
    }

    /**
     * Returns the site of that id.
     *
     * @throws Refusal if there is none
     */
    @Transactional
    public Site known(SiteId id) {
        return sites.find(id).orElseThrow(() -> unknown(id));
    }

    private static Refusal unknown(SiteId id) {
        return Refusal.of(
                404, "site-unknown", "There is no site '" + id + "'.", "GET /api/v1/sites lists those that exist.");
    }
}
