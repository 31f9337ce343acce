package org.consilium.server.site;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.consilium.contract.Heartbeat;
import org.consilium.contract.SiteId;
import org.eclipse.microprofile.config.Config;

/** The use cases of signs of life: note one, tell how the sites are. */
@ApplicationScoped
public class Heartbeats {

    private final SiteStore sites;
    private final Leases leases;
    private final HealthSettings settings;
    private final Clock clock;

    /** @param config may have {@code consilium.site.stalled.seconds} */
    @Inject
    public Heartbeats(SiteStore sites, Leases leases, Config config, Clock clock) {
        this(sites, leases, HealthSettings.from(config), clock);
    }

    /** With settings that were read already. */
    public Heartbeats(SiteStore sites, Leases leases, HealthSettings settings, Clock clock) {
        this.sites = sites;
        this.leases = leases;
        this.settings = settings;
        this.clock = clock;
    }

    /** For the container's proxy. */
    Heartbeats() {
        this(null, null, (HealthSettings) null, null);
    }

    /** Makes the bean when the application starts, so that a bad setting is refused then. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {}

    /** Notes what a site's node says of itself; it is a sign of life like a poll. */
    @Transactional
    public void take(SiteId id, Heartbeat said) {
        sites.find(id)
                .ifPresent(site -> sites.beaten(
                        id, LastHeartbeat.of(said, site.heartbeat(), clock.instant()), said.nodeVersion()));
    }

    /** Returns how each site is. */
    @Transactional
    public Map<SiteId, SiteHealth> health() {
        Map<SiteId, List<Lease>> held = leases.held();
        Instant now = clock.instant();
        Map<SiteId, SiteHealth> health = new TreeMap<>();
        sites.all()
                .forEach(site -> health.put(
                        site.id(), SiteHealth.of(site, held.getOrDefault(site.id(), List.of()), now, settings)));
        return health;
    }
}
