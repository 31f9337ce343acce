package org.consilium.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.consilium.contract.SiteId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link SiteStore} promises. */
abstract class SiteStoreContract {

    private static final Instant NOW = Instant.parse("2026-01-05T08:00:00.123456Z");
    private static final SiteId ID = new SiteId("site-1");

    private SiteStore store;

    /** Returns an empty store. */
    abstract SiteStore empty();

    /** Runs the work in a transaction of its own. */
    abstract <T> T committed(Supplier<T> work);

    @BeforeEach
    void open() {
        store = empty();
    }

    @Test
    void a_site_comes_back_as_it_was_added() {
        Site site = Site.added(ID, "Hospital ä", NOW);
        assertThat(committed(() -> store.add(site))).isTrue();
        assertThat(committed(() -> store.find(ID))).contains(site);
        assertThat(committed(() -> store.find(new SiteId("site-2")))).isEmpty();
    }

    @Test
    void an_id_is_taken_once() {
        Site first = Site.added(ID, "First", NOW);
        committed(() -> store.add(first));
        assertThat(committed(() -> store.add(Site.added(ID, "Second", NOW)))).isFalse();
        assertThat(committed(store::all)).containsExactly(first);
    }

    @Test
    void all_sites_come_in_the_order_of_their_ids() {
        for (String id : List.of("sitea", "site-b", "site-10", "site1", "site-2")) {
            committed(() -> store.add(Site.added(new SiteId(id), id, NOW)));
        }
        assertThat(committed(store::all))
                .extracting(site -> site.id().value())
                .containsExactly("site-10", "site-2", "site-b", "site1", "sitea");
    }

    @Test
    void a_change_of_the_status_keeps_what_the_last_poll_said_and_the_other_way_round() {
        Site site = Site.added(ID, "Hospital", NOW);
        committed(() -> store.add(site));
        Site suspended = site.withStatus(SiteStatus.SUSPENDED, NOW.plusSeconds(5));
        // The poll came between the reading of the site and its saving.
        seen(NOW.plusSeconds(4), Optional.of("1.0"));
        committed(() -> {
            store.save(suspended);
            return null;
        });
        seen(NOW.plusSeconds(6), Optional.empty());

        Site now = committed(() -> store.find(ID)).orElseThrow();
        assertThat(now.status()).isEqualTo(SiteStatus.SUSPENDED);
        assertThat(now.lastSeenAt()).contains(NOW.plusSeconds(6));
        assertThat(now.nodeVersion()).contains("1.0");

        Site again = now.withStatus(SiteStatus.ACTIVE, NOW.plusSeconds(60));
        committed(() -> {
            store.save(again);
            return null;
        });
        assertThat(committed(() -> store.find(ID))).contains(again);
    }

    @Test
    void what_was_changed_is_seen_within_the_same_transaction() {
        Site site = Site.added(ID, "Hospital", NOW);
        committed(() -> store.add(site));
        Site suspended = site.withStatus(SiteStatus.SUSPENDED, NOW);
        Optional<Site> read = committed(() -> {
            store.find(ID);
            store.save(suspended);
            store.seen(ID, NOW, Optional.of("1.0"));
            return store.find(ID);
        });
        assertThat(read).isEqualTo(committed(() -> store.find(ID)));
        assertThat(read).map(Site::status).contains(SiteStatus.SUSPENDED);
    }

    @Test
    void a_poll_of_a_site_that_is_not_there_adds_none() {
        seen(NOW, Optional.empty());
        assertThat(committed(store::all)).isEmpty();
    }

    private void seen(Instant at, Optional<String> version) {
        committed(() -> {
            store.seen(ID, at, version);
            return null;
        });
    }
}
