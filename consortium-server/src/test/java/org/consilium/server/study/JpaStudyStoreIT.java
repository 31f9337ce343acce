package org.consilium.server.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.server.platform.PostgresForTests;
import org.junit.jupiter.api.Test;

class JpaStudyStoreIT extends StudyStoreContract {

    private final PostgresForTests postgres = PostgresForTests.running();

    @Override
    StudyStore empty(List<SiteId> sites, List<Sha256> vectors) {
        postgres.emptied().refer(sites, vectors);
        return PostgresStudies.store(postgres);
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return postgres.committed(work);
    }

    @Test
    void of_two_studies_of_one_name_that_arrive_at_once_the_second_sees_the_first() {
        boolean second = postgres.waiting(
                () -> assertThat(store.add(study("study", NOW))).isTrue(),
                () -> store.add(study("study", NOW.plusSeconds(1))),
                () -> {});
        assertThat(second).isFalse();
        assertThat(committed(store::all)).containsExactly(study("study", NOW));
    }
}
