package org.consilium.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.consilium.contract.SiteId;
import org.consilium.server.platform.PostgresForTests;
import org.junit.jupiter.api.Test;

class JpaSiteStoreIT extends SiteStoreContract {

    private final PostgresForTests postgres = PostgresForTests.running();

    @Override
    SiteStore empty() {
        return new JpaSiteStore(postgres.emptied().entityManager());
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return postgres.committed(work);
    }

    @Test
    void whoever_locks_a_site_has_others_wait_who_then_see_what_was_changed() {
        Instant now = Instant.parse("2026-01-05T08:00:00Z");
        SiteId id = new SiteId("site-1");
        Site site = Site.added(id, "Hospital", now);
        SiteStore store = empty();
        committed(() -> store.add(site));
        Site suspended = site.withStatus(SiteStatus.SUSPENDED, now);

        Optional<Site> seen = postgres.waiting(() -> store.lock(id), () -> store.lock(id), () -> store.save(suspended));

        assertThat(seen).contains(suspended);
    }
}
