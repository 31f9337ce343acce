package org.consilium.server.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link StudyStore} promises. */
abstract class StudyStoreContract {

    static final Instant NOW = Instant.parse("2026-01-05T08:00:00.123456Z");
    static final List<SiteId> SITES =
            Stream.of("sitea", "site-b", "site-10", "site1").map(SiteId::new).toList();
    static final Sha256 MODEL = new Sha256("ab".repeat(32));

    StudyStore store;

    /** Returns a store without studies, where those sites and those parameters are known. */
    abstract StudyStore empty(List<SiteId> sites, List<Sha256> vectors);

    /** Runs the work in a transaction of its own. */
    abstract <T> T committed(Supplier<T> work);

    @BeforeEach
    void open() {
        store = empty(SITES, List.of(MODEL));
    }

    @Test
    void a_study_comes_back_as_it_was_added() {
        Study study = study("study", NOW);
        assertThat(committed(() -> store.add(study))).isTrue();
        assertThat(committed(() -> store.find(study.id()))).contains(study);
        assertThat(committed(() -> store.find(new StudyId("other")))).isEmpty();
    }

    @Test
    void an_id_is_taken_once() {
        Study first = study("study", NOW);
        committed(() -> store.add(first));
        assertThat(committed(() -> store.add(study("study", NOW.plusSeconds(1)))))
                .isFalse();
        assertThat(committed(store::all)).containsExactly(first);
    }

    @Test
    void the_course_of_a_study_is_kept_step_by_step() {
        Study started = study("study", NOW);
        committed(() -> store.add(started));
        Study testing = started.testing(new RoundNumber(2), NOW.plusSeconds(9));
        save(testing);
        assertThat(committed(() -> store.find(started.id()))).contains(testing);
        Study completed = testing.completed(new RoundNumber(2), NOW.plusSeconds(99));
        save(completed);
        assertThat(committed(() -> store.find(started.id()))).contains(completed);
    }

    @Test
    void a_failed_study_keeps_its_reason() {
        Study failed = study("study", NOW).failed("Die Gründe: " + "x".repeat(5_000), NOW.plusSeconds(1));
        committed(() -> store.add(study("study", NOW)));
        save(failed);
        assertThat(committed(() -> store.find(failed.id()))).contains(failed);
    }

    @Test
    void what_was_saved_is_seen_within_the_same_transaction() {
        Study started = study("study", NOW);
        committed(() -> store.add(started));
        Study failed = started.failed("why", NOW);
        assertThat(committed(() -> {
                    store.find(started.id());
                    store.save(failed);
                    return store.find(started.id());
                }))
                .contains(failed);
    }

    @Test
    void studies_are_listed_the_youngest_first_and_by_id_where_they_are_equally_old() {
        for (String id : List.of("sb", "s-c", "s-a")) {
            committed(() -> store.add(study(id, NOW)));
        }
        committed(() -> store.add(study("young", NOW.plusSeconds(1))));
        assertThat(committed(store::all))
                .extracting(study -> study.id().value())
                .containsExactly("young", "s-a", "s-c", "sb");
        assertThat(committed(store::all).get(0).protocol().participants()).hasSize(4);
    }

    @Test
    void those_that_run_are_named_in_the_order_of_their_ids() {
        for (String id : List.of("sb", "s-c", "s-a", "ended")) {
            committed(() -> store.add(study(id, NOW)));
        }
        save(study("ended", NOW).failed("why", NOW));
        save(study("sb", NOW).testing(new RoundNumber(1), NOW));
        assertThat(committed(store::running)).extracting(StudyId::value).containsExactly("s-a", "s-c", "sb");
    }

    static Study study(String id, Instant createdAt) {
        return Study.started(
                new Protocol(
                        new StudyId(id),
                        "Étude",
                        "toy",
                        new ArchitectureId("toy.1x1x1.2"),
                        MODEL,
                        "fedavg",
                        SITES,
                        3,
                        2,
                        Duration.ofSeconds(90),
                        new TrainingPlan(new Effort.Steps(3), 8, new Optimiser.Adam(1e-3), Long.MIN_VALUE),
                        false),
                createdAt);
    }

    private void save(Study study) {
        committed(() -> {
            store.save(study);
            return null;
        });
    }
}
