package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.STUDY;
import static org.consilium.server.round.Samples.TWO;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.server.platform.PostgresForTests;
import org.consilium.server.study.PostgresStudies;
import org.junit.jupiter.api.Test;

class JpaRoundStoreIT extends RoundStoreContract {

    private final PostgresForTests postgres = PostgresForTests.running();

    @Override
    void empty(List<SiteId> sites, List<Sha256> vectors) {
        postgres.emptied().refer(sites, vectors);
        studies = PostgresStudies.store(postgres);
        store = new JpaRoundStore(postgres.entityManager());
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return postgres.committed(work);
    }

    @Test
    void who_waited_for_the_lock_sees_what_was_committed_meanwhile() {
        add(opened(1));
        Round answered = opened(1).with(ONE, share -> share.answered(update(1), 1, NOW));
        Round seen = postgres.waiting(
                () -> store.lock(STUDY, number(1)),
                () -> {
                    // Read before the wait, and therefore old after it.
                    assertThat(store.of(STUDY)).containsExactly(opened(1));
                    Round locked = store.lock(STUDY, number(1)).orElseThrow();
                    store.save(locked.with(TWO, share -> share.answered(update(2), 1, NOW)));
                    return locked;
                },
                () -> store.save(answered));
        assertThat(seen).isEqualTo(answered);
        assertThat(committed(() -> store.lock(STUDY, number(1))).orElseThrow().answers())
                .as("no answer is lost")
                .hasSize(2);
    }

    /** The same bytes may be another site's update, or a model: only what nobody needs any more goes. */
    @Test
    void of_erased_updates_the_bytes_go_that_nothing_else_refers_to() {
        add(opened(1));
        save(evaluating(1));
        add(opened(2).with(TWO, share -> share.answered(update(1), 1, NOW)));
        assertThat(committed(() -> store.erase(STUDY, Optional.of(ONE)))).isEqualTo(1);
        assertThat(committed(() -> store.deleteErased())).isFalse();
        assertThat(kept(1)).as("also the second site's, of round 2").isTrue();
        assertThat(committed(() -> store.erase(STUDY, Optional.empty()))).isEqualTo(2);
        assertThat(committed(() -> store.deleteErased())).isFalse();
        assertThat(kept(1)).isFalse();
        assertThat(kept(2)).isFalse();
        assertThat(kept(0)).as("the model that they started from").isTrue();
        assertThat(kept(3)).as("the model that they became").isTrue();
    }

    private boolean kept(int model) {
        return postgres.query("SELECT count(*) FROM parameter_vector WHERE sha256 = '" + MODELS.get(model) + "'") == 1;
    }
}
