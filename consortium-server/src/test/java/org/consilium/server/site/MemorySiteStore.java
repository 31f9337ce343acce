package org.consilium.server.site;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.consilium.contract.SiteId;

/** Sites in memory. */
public final class MemorySiteStore implements SiteStore {

    private final Map<SiteId, Site> sites = new ConcurrentSkipListMap<>();
    private final Map<SiteId, Instant> withdrawals = new ConcurrentSkipListMap<>();

    @Override
    public boolean add(Site site) {
        return sites.putIfAbsent(site.id(), site) == null;
    }

    @Override
    public Optional<Site> find(SiteId id) {
        return Optional.ofNullable(sites.get(id));
    }

    @Override
    public Optional<Site> lock(SiteId id) {
        return find(id);
    }

    @Override
    public List<Site> all() {
        return List.copyOf(sites.values());
    }

    @Override
    public void save(Site site) {
        sites.computeIfPresent(
                site.id(),
                (id, old) -> new Site(
                        id,
                        site.name(),
                        site.status(),
                        site.tokensValidFrom(),
                        old.lastSeenAt(),
                        old.nodeVersion(),
                        old.createdAt(),
                        old.heartbeat()));
    }

    @Override
    public Optional<Instant> keyWithdrawnAt(SiteId id) {
        return Optional.ofNullable(withdrawals.get(id));
    }

    @Override
    public void keyWithdrawn(SiteId id, Instant at) {
        if (sites.containsKey(id)) {
            withdrawals.merge(id, at, (one, other) -> one.isAfter(other) ? one : other);
        }
    }

    @Override
    public void seen(SiteId id, Instant at, Optional<String> nodeVersion) {
        sites.computeIfPresent(
                id,
                (same, old) -> new Site(
                        id,
                        old.name(),
                        old.status(),
                        old.tokensValidFrom(),
                        Optional.of(at),
                        nodeVersion.or(old::nodeVersion),
                        old.createdAt(),
                        old.heartbeat()));
    }

    @Override
    public void beaten(SiteId id, LastHeartbeat heartbeat, String nodeVersion) {
        sites.computeIfPresent(
                id,
                (same, old) -> new Site(
                        id,
                        old.name(),
                        old.status(),
                        old.tokensValidFrom(),
                        Optional.of(heartbeat.at()),
                        Optional.of(nodeVersion),
                        old.createdAt(),
                        Optional.of(heartbeat)));
    }
}
