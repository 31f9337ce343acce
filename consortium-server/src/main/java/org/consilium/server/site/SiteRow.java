package org.consilium.server.site;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.SiteId;

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

    @Column(name = "last_seen_at")
    Instant lastSeenAt;

    @Column(name = "node_version")
    String nodeVersion;

    @Column(name = "created_at")
    Instant createdAt;

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
                createdAt);
    }
}
