package org.consilium.server.site;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How a site is, decided from its signs of life and the work that it holds: nothing is at work that does not say so. */
public sealed interface SiteHealth {

    /** Its node has never been in contact. */
    record NeverSeen() implements SiteHealth {}

    /**
     * It gives signs of life and is not known to neglect its work.
     *
     * @param heartbeat what its node says now; empty where it asks for work but says nothing of itself
     * @param leaseAge how long ago the lease on its work was renewed, where it holds any
     */
    record Online(Optional<LastHeartbeat> heartbeat, Optional<Duration> leaseAge) implements SiteHealth {}

    /**
     * It holds work and does not do it: it gives no sign of life, or does something else.
     *
     * @param since its last sign of life, or when it was last known to do its work
     * @param heartbeat what its node says now, where it says anything
     * @param leaseAge how long ago the lease on its work was renewed
     */
    record Stalled(Instant since, Optional<LastHeartbeat> heartbeat, Duration leaseAge) implements SiteHealth {}

    /**
     * It gives no sign of life, and holds no work.
     *
     * @param since its last sign of life
     */
    record Offline(Instant since) implements SiteHealth {}

    /**
     * Decides.
     *
     * @param site the site, with its last signs of life
     * @param held the work that it holds; of several it does one after the other, so one is enough
     * @param now the time
     */
    static SiteHealth of(Site site, List<Lease> held, Instant now, HealthSettings settings) {
        if (site.lastSeenAt().isEmpty()) {
            return new NeverSeen();
        }
        Instant seen = site.lastSeenAt().get();
        Optional<Instant> renewed = held.stream()
                .map(lease -> lease.renewedBy(site.heartbeat().flatMap(LastHeartbeat::lease))
                        .renewedAt())
                .max(Comparator.naturalOrder());
        Optional<Duration> age = renewed.map(at -> age(at, now));
        if (settings.isOver(seen, now)) {
            return age.<SiteHealth>map(old -> new Stalled(seen, Optional.empty(), old))
                    .orElseGet(() -> new Offline(seen));
        }
        Optional<LastHeartbeat> heartbeat = site.heartbeat().filter(last -> !settings.isOver(last.at(), now));
        return renewed.filter(at -> settings.isOver(at, now))
                .<SiteHealth>map(at -> new Stalled(at, heartbeat, age(at, now)))
                .orElseGet(() -> new Online(heartbeat, age));
    }

    /** Another replica's clock may run ahead a little. */
    private static Duration age(Instant at, Instant now) {
        return at.isAfter(now) ? Duration.ZERO : Duration.between(at, now);
    }

    /** Returns since when it is stalled, where it is. */
    default Optional<Instant> stalledSince() {
        return this instanceof Stalled stalled ? Optional.of(stalled.since()) : Optional.empty();
    }

    /** Returns since when nothing can be expected of it, where that is so and it was ever in contact. */
    default Optional<Instant> awaySince() {
        return this instanceof Offline offline ? Optional.of(offline.since()) : stalledSince();
    }

    /** Returns what its node says of itself now, where it says anything. */
    default Optional<LastHeartbeat> doing() {
        if (this instanceof Online online) {
            return online.heartbeat();
        }
        return this instanceof Stalled stalled ? stalled.heartbeat() : Optional.empty();
    }

    /** Returns how long ago the lease on its work was renewed, where it holds any. */
    default Optional<Duration> age() {
        if (this instanceof Online online) {
            return online.leaseAge();
        }
        return this instanceof Stalled stalled ? Optional.of(stalled.leaseAge()) : Optional.empty();
    }
}
