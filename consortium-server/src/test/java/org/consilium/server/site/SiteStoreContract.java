package org.consilium.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.consilium.contract.Activity;
import org.consilium.contract.Heartbeat;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
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
        assertThat(committed(() -> store.lock(ID))).contains(site);
        assertThat(committed(() -> store.lock(new SiteId("site-2")))).isEmpty();
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
    void a_sign_of_life_comes_back_as_it_was_noted_with_its_work_and_without() {
        committed(() -> store.add(Site.added(ID, "Hospital", NOW)));
        Lease lease = new Lease(new StudyId("study"), new RoundNumber(3), NOW.plusSeconds(1));
        LastHeartbeat training =
                new LastHeartbeat(NOW.plusSeconds(1), Activity.TRAINING, NOW, 5 * Heartbeat.GIB, Optional.of(lease));
        beaten(training, "1.1");
        Site site = committed(() -> store.find(ID)).orElseThrow();
        assertThat(site.heartbeat()).contains(training);
        assertThat(site.lastSeenAt()).contains(NOW.plusSeconds(1));
        assertThat(site.nodeVersion()).contains("1.1");

        LastHeartbeat idle =
                new LastHeartbeat(NOW.plusSeconds(9), Activity.IDLE, NOW.plusSeconds(9), 0, Optional.of(lease));
        beaten(idle, "1.1");
        assertThat(committed(store::all)).extracting(Site::heartbeat).containsExactly(Optional.of(idle));

        LastHeartbeat never = new LastHeartbeat(NOW.plusSeconds(10), Activity.IMPORTING, NOW, 1, Optional.empty());
        beaten(never, "1.2");
        assertThat(committed(() -> store.find(ID)).orElseThrow().heartbeat()).contains(never);
    }

    @Test
    void every_activity_can_be_kept() {
        committed(() -> store.add(Site.added(ID, "Hospital", NOW)));
        Lease lease = new Lease(new StudyId("s".repeat(60)), new RoundNumber(100_000), NOW);
        for (Activity activity : Activity.values()) {
            LastHeartbeat heartbeat = new LastHeartbeat(NOW, activity, NOW, Long.MAX_VALUE, Optional.of(lease));
            beaten(heartbeat, "v".repeat(80));
            assertThat(committed(() -> store.find(ID)).orElseThrow().heartbeat())
                    .contains(heartbeat);
        }
    }

    @Test
    void a_poll_and_a_change_of_the_status_keep_the_sign_of_life_and_it_undoes_no_suspension() {
        Site site = Site.added(ID, "Hospital", NOW);
        committed(() -> store.add(site));
        LastHeartbeat idle = new LastHeartbeat(NOW.plusSeconds(4), Activity.IDLE, NOW, Heartbeat.GIB, Optional.empty());
        Site suspended = site.withStatus(SiteStatus.SUSPENDED, NOW);
        committed(() -> {
            store.save(suspended);
            return null;
        });
        beaten(idle, "1.0");
        seen(NOW.plusSeconds(6), Optional.empty());

        Site now = committed(() -> store.find(ID)).orElseThrow();
        assertThat(now.status()).isEqualTo(SiteStatus.SUSPENDED);
        assertThat(now.lastSeenAt()).contains(NOW.plusSeconds(6));
        assertThat(now.heartbeat()).contains(idle);
        committed(() -> {
            store.save(now.withStatus(SiteStatus.ACTIVE, NOW.plusSeconds(60)));
            return null;
        });
        assertThat(committed(() -> store.find(ID)).orElseThrow().heartbeat()).contains(idle);
    }

    @Test
    void every_status_can_be_kept() {
        committed(() -> store.add(Site.added(ID, "Hospital", NOW)));
        for (SiteStatus status : SiteStatus.values()) {
            Site now = committed(() -> store.find(ID)).orElseThrow();
            committed(() -> {
                store.save(status == SiteStatus.REVOKED ? now.revoked() : now.withStatus(status, NOW));
                return null;
            });
            assertThat(committed(() -> store.find(ID)).orElseThrow().status()).isEqualTo(status);
        }
    }

    @Test
    void a_sign_of_life_of_a_site_that_is_not_there_adds_none() {
        beaten(new LastHeartbeat(NOW, Activity.IDLE, NOW, 0, Optional.empty()), "1.0");
        assertThat(committed(store::all)).isEmpty();
    }

    @Test
    void when_a_site_took_back_a_key_is_kept_and_an_earlier_time_changes_nothing() {
        committed(() -> store.add(Site.added(ID, "Hospital", NOW)));
        assertThat(committed(() -> store.keyWithdrawnAt(ID))).isEmpty();
        for (int minute : new int[] {1, 3, 2}) {
            committed(() -> {
                store.keyWithdrawn(ID, NOW.plusSeconds(60L * minute));
                return null;
            });
        }
        committed(() -> {
            store.save(Site.added(ID, "Hospital", NOW).withStatus(SiteStatus.SUSPENDED, NOW));
            return null;
        });
        assertThat(committed(() -> store.keyWithdrawnAt(ID))).contains(NOW.plusSeconds(180));
        assertThat(committed(() -> store.keyWithdrawnAt(new SiteId("nobody")))).isEmpty();
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

    private void beaten(LastHeartbeat heartbeat, String version) {
        committed(() -> {
            store.beaten(ID, heartbeat, version);
            return null;
        });
    }

    private void seen(Instant at, Optional<String> version) {
        committed(() -> {
            store.seen(ID, at, version);
            return null;
        });
    }
}
