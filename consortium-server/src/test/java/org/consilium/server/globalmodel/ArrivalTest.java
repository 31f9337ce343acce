package org.consilium.server.globalmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.InvalidParametersException;
import org.consilium.contract.Parameters;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.SteppedClock;
import org.junit.jupiter.api.Test;

/** Parameters of more than one chunk on their way in and out. */
class ArrivalTest {

    private static final ArchitectureId NETWORK = new ArchitectureId("toy.1x1x1.2");
    private static final int COUNT = StoredVector.CHUNK_VALUES + 5;

    private final MemoryModels kept = new MemoryModels(Clock.systemUTC());

    @Test
    void parameters_of_two_chunks_come_out_as_they_went_in() throws IOException {
        Parameters sent = random();
        StoredVector stored = kept.add(sent);
        assertThat(stored.chunks()).isEqualTo(2);
        assertThat(kept.read(stored)).isEqualTo(sent);
        assertThat(copy(stored, 0, stored.header().totalBytes())).isEqualTo(sent.encode());
    }

    @Test
    void any_part_of_the_body_is_handed_out_by_its_bytes() throws IOException {
        Parameters sent = random();
        StoredVector stored = kept.add(sent);
        byte[] whole = sent.encode();
        int border = 128 + StoredVector.CHUNK_BYTES;
        int[][] parts = {
            {0, 1},
            {0, 128},
            {127, 129},
            {128, 132},
            {border - 3, border + 3},
            {border, whole.length},
            {5, whole.length}
        };
        for (int[] part : parts) {
            assertThat(copy(stored, part[0], part[1]))
                    .as("bytes %d to %d", part[0], part[1])
                    .isEqualTo(Arrays.copyOfRange(whole, part[0], part[1]));
        }
    }

    @Test
    void the_length_that_the_request_names_must_be_the_one_of_the_header() throws IOException {
        byte[] body = random().encode();
        Arrival arrival = kept.models().arrival(new ByteArrayInputStream(body), body.length - 1L);
        assertThatThrownBy(arrival::store)
                .isInstanceOf(InvalidParametersException.class)
                .hasMessageContaining("are there; send them again, whole");
        assertThat(kept.kept()).isZero();
    }

    @Test
    void a_body_without_a_length_is_read_to_its_end() throws IOException {
        byte[] body = random().encode();
        kept.models()
                .register(kept.models()
                        .arrival(new ByteArrayInputStream(body), -1)
                        .store());
        byte[] longer = Arrays.copyOf(body, body.length + 1);
        assertThatThrownBy(() -> kept.models()
                        .arrival(new ByteArrayInputStream(longer), -1)
                        .verify())
                .isInstanceOf(InvalidParametersException.class)
                .hasMessageContaining("or more are there");
        assertThat(kept.kept()).isEqualTo(1);
    }

    @Test
    void a_value_that_is_not_finite_is_found_in_the_last_chunk_and_nothing_of_the_first_is_kept() {
        float[] values = random().toArray();
        byte[] body = random().encode();
        Arrays.fill(body, body.length - 4, body.length, (byte) 0xff);
        assertThatThrownBy(() -> kept.arrival(body).store())
                .isInstanceOf(InvalidParametersException.class)
                .hasMessageContaining("parameter " + (values.length - 1) + " is NaN");
        assertThat(kept.kept()).isZero();
    }

    @Test
    void a_body_over_the_limit_is_refused_by_the_length_that_it_names() {
        assertThatThrownBy(() ->
                        kept.models().arrival(new ByteArrayInputStream(new byte[0]), MemoryModels.LARGEST_BODY + 1))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().status()).isEqualTo(413));
    }

    @Test
    void a_new_model_takes_its_chunks_in_order_and_whole_and_finite() {
        NewVector model = kept.models().write(NETWORK, COUNT);
        assertThatThrownBy(() -> model.accept(1, new float[5])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> model.accept(0, new float[5])).isInstanceOf(IllegalArgumentException.class);
        model.accept(0, new float[StoredVector.CHUNK_VALUES]);
        assertThatThrownBy(model::finish).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> model.accept(1, new float[] {0, 0, 0, 0, Float.POSITIVE_INFINITY}))
                .isInstanceOf(InvalidParametersException.class)
                .hasMessageContaining("parameter " + (COUNT - 1));
        model.accept(1, new float[5]);
        StoredVector stored = kept.models().register(model.finish());
        assertThat(stored.digest())
                .isEqualTo(Parameters.of(NETWORK, new float[COUNT]).digest());
    }

    @Test
    void what_has_just_arrived_is_read_from_memory_until_it_is_released() {
        Parameters sent = random();
        StoredVector stored = kept.add(sent);
        assertThat(kept.read(stored)).isEqualTo(sent);
        assertThat(kept.reads()).isZero();
        kept.models().release(stored);
        assertThat(kept.read(stored)).isEqualTo(sent);
        assertThat(kept.reads()).isEqualTo(2);
    }

    @Test
    void equal_bytes_and_bytes_that_are_refused_take_no_room_in_memory() throws IOException {
        Parameters sent = random();
        StoredVector stored = kept.add(sent);
        kept.models().release(stored);
        byte[] broken = sent.encode();
        Arrays.fill(broken, broken.length - 4, broken.length, (byte) 0xff);
        Arrival refused = kept.arrival(broken);
        assertThatThrownBy(refused::store).isInstanceOf(InvalidParametersException.class);
        assertThat(kept.models().cachedChunks()).isZero();
        assertThat(kept.add(sent)).isEqualTo(stored);
        assertThat(kept.models().cachedChunks()).isZero();
        kept.models().discard(kept.arrival(random().encode()).store());
        assertThat(kept.models().cachedChunks()).isZero();
    }

    @Test
    void what_was_begun_and_never_completed_is_swept_away_after_its_time() {
        SteppedClock clock = new SteppedClock(Instant.parse("2026-01-05T08:00:00Z"));
        MemoryModels old = new MemoryModels(clock);
        old.models().write(NETWORK, 5).accept(0, new float[5]);
        StoredVector finished = old.add(Parameters.of(NETWORK, new float[] {1}));
        assertThat(old.models().sweep()).isZero();
        clock.advance(Duration.ofDays(1).plusSeconds(1));
        assertThat(old.models().sweep()).isEqualTo(1);
        assertThat(old.models().find(finished.digest())).contains(finished);
    }

    private byte[] copy(StoredVector stored, long from, long to) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        kept.models().copy(stored, from, to, out);
        return out.toByteArray();
    }

    private static Parameters random() {
        Random random = new Random(7);
        float[] values = new float[COUNT];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return Parameters.of(NETWORK, values);
    }
}
