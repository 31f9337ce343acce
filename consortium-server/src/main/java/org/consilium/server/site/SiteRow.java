package org.consilium.server.site;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.Activity;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;

/** Table {@code site}. */
@Entity
@Table(name = "site")
class SiteRow {

    @Id
    String id;

    String name;

    @Enumerated(EnumType.STRING)
    SiteStatus status;

    @Column(name = "tokens_valid_from")
    Instant tokensValidFrom;

    /** Of offered keys alone; a {@link Site} does not say it. */
    @Column(name = "key_withdrawn_at")
    Instant keyWithdrawnAt;

    @Column(name = "last_seen_at")
    Instant lastSeenAt;

    @Column(name = "node_version")
    String nodeVersion;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "heartbeat_at")
    Instant heartbeatAt;

    @Enumerated(EnumType.STRING)
    Activity activity;

    @Column(name = "activity_since")
    Instant activitySince;

    @Column(name = "free_disk_bytes")
    Long freeDiskBytes;

    @Column(name = "lease_study")
    String leaseStudy;

    @Column(name = "lease_round")
    Integer leaseRound;

    @Column(name = "lease_renewed_at")
    Instant leaseRenewedAt;

    SiteRow() {}

    SiteRow(Site site) {
        id = site.id().value();
        name = site.name();
        status = site.status();
        tokensValidFrom = site.tokensValidFrom();
        lastSeenAt = site.lastSeenAt().orElse(null);
        nodeVersion = site.nodeVersion().orElse(null);
        createdAt = site.createdAt();
    }

    Site site() {
        return new Site(
                new SiteId(id),
                name,
                status,
                tokensValidFrom,
                Optional.ofNullable(lastSeenAt),
                Optional.ofNullable(nodeVersion),
                createdAt,
                Optional.ofNullable(heartbeatAt)
                        .map(at -> new LastHeartbeat(at, activity, activitySince, freeDiskBytes, lease())));
    }

    private Optional<Lease> lease() {
        return Optional.ofNullable(leaseRenewedAt)
                .map(at -> new Lease(new StudyId(leaseStudy), new RoundNumber(leaseRound), at));
    }
}
