package org.consilium.server.globalmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.function.Supplier;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link VectorStore} promises. */
abstract class VectorStoreContract {

    static final ArchitectureId NETWORK = new ArchitectureId("toy.1x1x1.2");
    static final Sha256 DIGEST = new Sha256("ab".repeat(32));
    static final byte[] FIRST = {1, -2, 3, 0};
    static final byte[] SECOND = {5, 6, 7, -128};

    VectorStore store;

    /** Returns an empty store. */
    abstract VectorStore empty();

    /** Runs the work in a transaction of its own. */
    abstract <T> T committed(Supplier<T> work);

    @BeforeEach
    void open() {
        store = empty();
    }

    @Test
    void a_vector_appears_when_it_is_completed_and_not_before() {
        long id = written();
        assertThat(committed(() -> store.find(DIGEST))).isEmpty();
        StoredVector stored = committed(() -> store.complete(id, DIGEST));
        assertThat(stored).isEqualTo(new StoredVector(id, DIGEST, NETWORK, 2));
        assertThat(committed(() -> store.find(DIGEST))).contains(stored);
        assertThat(store.read(stored, 0)).isEqualTo(FIRST);
        assertThat(store.read(stored, 1)).isEqualTo(SECOND);
    }

    @Test
    void equal_bytes_are_kept_once() {
        StoredVector first = committed(() -> store.complete(written(), DIGEST));
        long second = written();
        assertThat(committed(() -> store.complete(second, DIGEST))).isEqualTo(first);
        assertThat(store.read(first, 0)).isEqualTo(FIRST);
        assertThatThrownBy(() -> store.read(new StoredVector(second, DIGEST, NETWORK, 2), 0))
                .as("the copy is dropped")
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void what_is_discarded_does_not_appear_any_more() {
        long id = written();
        store.discard(id);
        assertThatThrownBy(() -> committed(() -> store.complete(id, DIGEST)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was dropped");
        assertThat(committed(() -> store.find(DIGEST))).isEmpty();
    }

    @Test
    void what_is_completed_is_not_discarded() {
        StoredVector stored = committed(() -> store.complete(written(), DIGEST));
        store.discard(stored.id());
        store.discardBegunBefore(Instant.now().plusSeconds(3_600));
        assertThat(committed(() -> store.find(DIGEST))).contains(stored);
        assertThat(store.read(stored, 1)).isEqualTo(SECOND);
    }

    @Test
    void what_was_begun_long_ago_and_never_completed_is_dropped() {
        written();
        written();
        assertThat(store.discardBegunBefore(Instant.now().minusSeconds(3_600))).isZero();
        assertThat(store.discardBegunBefore(Instant.now().plusSeconds(3_600))).isEqualTo(2);
        assertThat(store.discardBegunBefore(Instant.now().plusSeconds(3_600))).isZero();
    }

    @Test
    void a_chunk_that_is_missing_is_named() {
        StoredVector stored = committed(() -> store.complete(written(), DIGEST));
        assertThatThrownBy(() -> store.read(stored, 2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("chunk 2");
    }

    @Test
    void a_chunk_of_full_size_comes_back_byte_by_byte() {
        byte[] chunk = new byte[StoredVector.CHUNK_BYTES];
        new java.util.Random(7).nextBytes(chunk);
        long id = store.begin(NETWORK, StoredVector.CHUNK_VALUES);
        store.write(id, 0, chunk);
        StoredVector stored = committed(() -> store.complete(id, DIGEST));
        assertThat(store.read(stored, 0)).isEqualTo(chunk);
    }

    long written() {
        long id = store.begin(NETWORK, 2);
        store.write(id, 0, FIRST);
        store.write(id, 1, SECOND);
        return id;
    }
}
