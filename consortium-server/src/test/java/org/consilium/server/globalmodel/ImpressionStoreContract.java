package org.consilium.server.globalmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Supplier;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Impressions;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.server.platform.Refusal;
import org.junit.jupiter.api.Test;

/** What every {@link ImpressionStore} promises. */
abstract class ImpressionStoreContract {

    /** More than one chunk. */
    private static final int SAMPLES = 300_000;

    private final ImpressionStore store = empty();
    private final ImpressionSets sets = new ImpressionSets(store);

    abstract ImpressionStore empty();

    abstract <T> T committed(Supplier<T> work);

    @Test
    void a_set_comes_back_as_it_was_kept_whole_or_in_part() throws IOException {
        Impressions set = set(1, 3);
        keep(set);
        assertThat(committed(() -> sets.read(set.digest()))).isEqualTo(set);
        byte[] whole = set.encode();
        assertThat(part(set, 0, whole.length)).isEqualTo(whole);
        assertThat(part(set, 100, 300)).isEqualTo(Arrays.copyOfRange(whole, 100, 300));
        int middle = ImpressionStore.CHUNK_BYTES + set.header().bytes();
        assertThat(part(set, middle - 5, middle + 7)).isEqualTo(Arrays.copyOfRange(whole, middle - 5, middle + 7));
    }

    @Test
    void a_set_that_is_not_there_is_refused() {
        assertThatThrownBy(() -> committed(() -> sets.get(Sha256.of(new byte[] {1}))))
                .isInstanceOf(Refusal.class);
    }

    /** Two studies of equal protocols, data and seeds make equal images. */
    @Test
    void equal_images_are_kept_once_and_name_whom_they_were_made_for_last() {
        Impressions first = set(1, 3);
        Impressions second = set(2, 3);
        assertThat(second.digest()).isEqualTo(first.digest());
        keep(first);
        keep(second);
        keep(second);
        assertThat(committed(() -> sets.read(first.digest()))).isEqualTo(second);
    }

    private void keep(Impressions set) {
        committed(() -> {
            sets.keep(set);
            return null;
        });
    }

    private byte[] part(Impressions set, long from, long to) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        sets.copy(committed(() -> sets.get(set.digest())), from, to, out);
        return out.toByteArray();
    }

    private static Impressions set(int round, int images) {
        float[] targets = new float[images * 2];
        float[] pixels = new float[images * SAMPLES];
        for (int i = 0; i < images; i++) {
            targets[2 * i + i % 2] = 1;
        }
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i % 1_000 / 1_000f;
        }
        ModelOrigin origin = new ModelOrigin(
                Sha256.of(new byte[] {7}),
                new RoundNumber(round),
                Sha256.of(new byte[] {8}),
                new ArchitectureId("toy.1x1x1.2"));
        return Impressions.of(origin, 2, targets, FloatBuffer.wrap(pixels));
    }
}
