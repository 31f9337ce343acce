package org.consilium.server.globalmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Supplier;
import org.consilium.server.platform.PostgresForTests;
import org.junit.jupiter.api.Test;

class PostgresVectorStoreIT extends VectorStoreContract {

    private final PostgresForTests postgres = PostgresForTests.running();

    @Override
    VectorStore empty() {
        postgres.emptied();
        return new PostgresVectorStore(postgres.entityManager(), postgres.pool());
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return postgres.committed(work);
    }

    @Test
    void of_equal_bytes_that_arrive_at_once_the_second_sees_the_first() {
        long first = written();
        long second = written();
        StoredVector stored =
                postgres.waiting(() -> store.complete(first, DIGEST), () -> store.complete(second, DIGEST), () -> {});
        assertThat(stored.id()).isEqualTo(first);
        assertThat(postgres.query("SELECT count(*) FROM parameter_vector")).isEqualTo(1);
        assertThat(postgres.query("SELECT count(*) FROM parameter_chunk"))
                .as("the chunks of the copy went with it")
                .isEqualTo(2);
    }

    @Test
    void a_transaction_that_is_rolled_back_lets_nothing_appear_and_loses_nothing() {
        long id = written();
        assertThatThrownBy(() -> committed(() -> {
                    store.complete(id, DIGEST);
                    throw new IllegalStateException("afterwards");
                }))
                .hasMessage("afterwards");
        assertThat(committed(() -> store.find(DIGEST))).isEmpty();
        StoredVector stored = committed(() -> store.complete(id, DIGEST));
        assertThat(store.read(stored, 0)).isEqualTo(FIRST);
    }
}
