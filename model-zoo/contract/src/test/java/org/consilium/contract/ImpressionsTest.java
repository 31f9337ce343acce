package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImpressionsTest {

    private static final ModelOrigin ORIGIN = new ModelOrigin(
            Sha256.of(new byte[] {1}),
            new RoundNumber(12),
            Sha256.of(new byte[] {2}),
            new ArchitectureId("cnn.2x2x1.2"));
    private static final float[] TARGETS = {1, 0, 0.25f, 0.75f, 0.5f, 0.5f};
    private static final float[] PIXELS = {0, 1, 2, 3, -4, 5, 6, 7, 8, 9, 10, 11.5f};
    private static final Impressions THREE = Impressions.of(ORIGIN, 2, TARGETS, FloatBuffer.wrap(PIXELS));

    @Test
    void they_come_back_the_same() {
        Impressions back = Impressions.decode(THREE.encode());
        assertThat(back).isEqualTo(THREE).hasSameHashCodeAs(THREE);
        assertThat(back.header().origin()).isEqualTo(ORIGIN);
        assertThat(back.size()).isEqualTo(3);
        assertThat(back.pixels(1)).containsExactly(-4, 5, 6, 7);
        assertThat(back.targets(new int[] {2, 1})).containsExactly(0.5f, 0.5f, 0.25f, 0.75f);
        assertThat(List.of(back.label(0), back.label(1), back.label(2))).containsExactly(0, 1, 0);
        assertThat(back.header().counts()).containsExactly(2, 1);
        assertThat(back.header().lowest()).isEqualTo(-4);
        assertThat(back.header().highest()).isEqualTo(11.5f);
    }

    @Test
    void the_header_is_as_its_table_says() {
        ByteBuffer bytes = ByteBuffer.wrap(THREE.encode()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.limit()).isEqualTo(208 + 2 * 4 + (6 + 12) * 4);
        assertThat(new byte[] {bytes.get(0), bytes.get(1), bytes.get(2), bytes.get(3)})
                .asString()
                .isEqualTo("CNSI");
        assertThat(bytes.getShort(4)).isEqualTo((short) 1);
        assertThat(bytes.getShort(6)).isEqualTo((short) 216);
        assertThat(bytes.getInt(8)).isEqualTo(3);
        assertThat(bytes.getInt(12)).isEqualTo(2);
        assertThat(bytes.getInt(16)).isEqualTo(4);
        assertThat(bytes.getFloat(20)).isEqualTo(-4);
        assertThat(bytes.getFloat(24)).isEqualTo(11.5f);
        assertThat(bytes.getInt(60)).isEqualTo(12);
        assertThat(bytes.get(128)).isEqualTo((byte) 11);
        assertThat(bytes.getInt(208)).isEqualTo(2);
        assertThat(bytes.getFloat(216)).isEqualTo(1);
        assertThat(bytes.getFloat(216 + 6 * 4)).isEqualTo(0);
    }

    @Test
    void every_changed_byte_of_the_payload_is_seen() {
        byte[] bytes = THREE.encode();
        for (int at = THREE.header().bytes(); at < bytes.length; at++) {
            byte[] changed = bytes.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> Impressions.decode(changed))
                    .isInstanceOf(InvalidImpressionsException.class)
                    .hasMessageContaining("fetch them again");
        }
    }

    @Test
    void a_header_that_does_not_go_with_what_follows_is_refused() {
        refused(8, 2, "the header of the impressions names 2 images and classes of [2, 1]");
        refused(16, 5, "the header promises 300 bytes of impressions, 288 are there");
        refused(20, Float.floatToIntBits(-5), "the pixels of the impressions are -4.0 to 11.5, their header says -5.0");
        refused(24, Float.floatToIntBits(12), "their header says -4.0 to 12.0");
        byte[] swapped = THREE.encode();
        ByteBuffer.wrap(swapped).order(ByteOrder.LITTLE_ENDIAN).putInt(208, 1).putInt(212, 2);
        assertThatThrownBy(() -> Impressions.decode(swapped))
                .hasMessageContaining("the classes of the impressions are [2, 1], their header says [1, 2]");
        refused(0, 0, "does not start with 'CNSI'");
        refused(12, 1_000_000_000, "names 1000000000 classes");
        refused(60, 0, "is damaged");
        refused(128, 0, "impossible length 0");
        assertThatThrownBy(() -> Impressions.decode(new byte[100])).hasMessageContaining("ends after 100 bytes");
    }

    private static void refused(int at, int value, String why) {
        byte[] changed = THREE.encode();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        assertThatThrownBy(() -> Impressions.decode(changed))
                .isInstanceOf(InvalidImpressionsException.class)
                .hasMessageContaining(why);
    }

    @Test
    void what_is_no_image_or_no_probability_is_refused() {
        float[] pixels = PIXELS.clone();
        pixels[5] = Float.NaN;
        assertThatThrownBy(() -> Impressions.of(ORIGIN, 2, TARGETS, FloatBuffer.wrap(pixels)))
                .hasMessage("a pixel of impression 1 is NaN; it is not used");
        assertThatThrownBy(() ->
                        Impressions.of(ORIGIN, 2, new float[] {1, 0, 0.5f, 0.6f, 0.5f, 0.5f}, FloatBuffer.wrap(PIXELS)))
                .hasMessageContaining("the probabilities of impression 1 sum to 1.1");
        assertThatThrownBy(() -> Impressions.of(
                        ORIGIN, 2, new float[] {1, 0, 1.5f, -0.5f, 0.5f, 0.5f}, FloatBuffer.wrap(PIXELS)))
                .hasMessageContaining("the probability -0.5 of class 1");
        assertThatThrownBy(() -> Impressions.of(ORIGIN, 2, TARGETS, FloatBuffer.wrap(new float[11])))
                .isInstanceOf(InvalidImpressionsException.class);
    }

    @Test
    void some_of_them_are_a_set_of_their_own() {
        Impressions some = THREE.subset(new int[] {0, 2});
        assertThat(some.size()).isEqualTo(2);
        assertThat(some.pixels(1)).containsExactly(8, 9, 10, 11.5f);
        assertThat(some.digest()).isNotEqualTo(THREE.digest());
        assertThat(some.header().origin()).isEqualTo(ORIGIN);
        assertThat(THREE.subset(new int[] {0, 1, 2})).isEqualTo(THREE);
    }
}
