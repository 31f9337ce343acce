package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.STUDY;
import static org.consilium.server.round.Samples.TWO;

import java.util.function.Supplier;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RefinementStore} promises. */
abstract class RefinementStoreContract {

    private static final RoundNumber FIRST = new RoundNumber(1);
    private static final RoundNumber SECOND = new RoundNumber(2);
    private static final Sha256 MODEL = Sha256.of(new byte[] {1});
    private static final SiteId LATE = new SiteId("site1");

    private RefinementStore store;

    /** Returns an empty store, in which rounds 1 and 2 of the study are known. */
    abstract RefinementStore empty();

    abstract <T> T committed(Supplier<T> work);

    @BeforeEach
    void open() {
        store = empty();
        committed(() -> {
            store.keepStatistics(STUDY, FIRST, LATE, new byte[] {3});
            store.keepStatistics(STUDY, FIRST, TWO, new byte[] {2});
            store.keepStatistics(STUDY, FIRST, ONE, new byte[] {1});
            store.keepStatistics(STUDY, SECOND, ONE, new byte[] {9});
            store.keepSynthesis(STUDY, FIRST, MODEL, new byte[] {4});
            store.keepSynthesis(STUDY, FIRST, MODEL, new byte[] {5});
            return null;
        });
    }

    @Test
    void statistics_come_in_the_order_of_the_sites() {
        assertThat(committed(() -> store.statistics(STUDY, FIRST)).keySet()).containsExactly(ONE, TWO, LATE);
        assertThat(committed(() -> store.statistics(STUDY, FIRST)).get(TWO)).containsExactly(2);
        assertThat(committed(() -> store.statistics(STUDY, new RoundNumber(3)))).isEmpty();
    }

    @Test
    void of_a_synthesis_the_last_state_is_kept_and_given_for_its_model_alone() {
        assertThat(committed(() -> store.synthesis(STUDY, FIRST, MODEL)).orElseThrow())
                .containsExactly(5);
        assertThat(committed(() -> store.synthesis(STUDY, FIRST, Sha256.of(new byte[] {2}))))
                .isEmpty();
        assertThat(committed(() -> store.synthesis(STUDY, SECOND, MODEL))).isEmpty();
    }

    @Test
    void what_is_forgotten_is_gone() {
        committed(() -> {
            store.forget(STUDY, TWO);
            return null;
        });
        assertThat(committed(() -> store.statistics(STUDY, FIRST)).keySet()).containsExactly(ONE, LATE);
        committed(() -> {
            store.forget(STUDY, FIRST);
            return null;
        });
        assertThat(committed(() -> store.statistics(STUDY, FIRST))).isEmpty();
        assertThat(committed(() -> store.synthesis(STUDY, FIRST, MODEL))).isEmpty();
        assertThat(committed(() -> store.statistics(STUDY, SECOND))).hasSize(1);
    }
}
