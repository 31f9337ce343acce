package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.consilium.contract.InvalidParametersException.Reason;
import org.junit.jupiter.api.Test;

class ParametersTest {

    private static final ArchitectureId CNN = new ArchitectureId("cnn.28x28x3.8");
    private static final Parameters THREE = Parameters.of(CNN, new float[] {1f, -2.5f, 0.1f});

    @Test
    void bytes_are_those_of_the_documented_format() {
        byte[] bytes = THREE.encode();
        HexFormat hex = HexFormat.of();

        assertThat(bytes).hasSize(128 + 12);
        assertThat(hex.formatHex(bytes, 0, 16)).isEqualTo("434e534d" + "0100" + "8000" + "0300000000000000");
        assertThat(hex.formatHex(bytes, 128, 140)).isEqualTo("0000803f" + "000020c0" + "cdcccc3d");
        // sha256 of the twelve payload bytes, computed with sha256sum
        assertThat(hex.formatHex(bytes, 16, 48))
                .isEqualTo("2f9cc761bc2594fa578868daeedc59b0fc115513fae3e5dc09c4e86e50b8aaf6");
        assertThat(bytes[48]).isEqualTo((byte) 13);
        assertThat(new String(bytes, 49, 13, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("cnn.28x28x3.8");
        assertThat(Arrays.copyOfRange(bytes, 62, 128)).containsOnly(0);
    }

    @Test
    void encoding_and_decoding_keeps_every_bit() {
        float[] odd = {0f, -0f, Float.MIN_VALUE, Float.MAX_VALUE, -1e-38f, 3.1415927f};

        Parameters read = Parameters.decode(Parameters.of(CNN, odd).encode());

        assertThat(read.toArray()).usingComparatorWithPrecision(0f).containsExactly(odd);
        assertThat(Float.floatToRawIntBits(read.toArray()[1])).isEqualTo(Float.floatToRawIntBits(-0f));
        assertThat(read).isEqualTo(Parameters.of(CNN, odd));
    }

    @Test
    void the_owner_keeps_its_array() {
        float[] mine = {1f, 2f};
        Parameters parameters = Parameters.of(CNN, mine);

        mine[0] = 9f;
        parameters.toArray()[1] = 9f;

        assertThat(parameters.toArray()).containsExactly(1f, 2f);
    }

    @Test
    void a_flipped_payload_bit_is_found() {
        byte[] bytes = THREE.encode();
        bytes[130] ^= 1;

        refused(bytes, Reason.WRONG_DIGEST, "damaged");
    }

    @Test
    void a_truncated_body_is_refused_with_both_sizes() {
        refused(Arrays.copyOf(THREE.encode(), 135), Reason.WRONG_SIZE, "promises 140 bytes, 135");
    }

    @Test
    void a_body_that_ends_within_its_header_is_refused() {
        refused(Arrays.copyOf(THREE.encode(), 100), Reason.WRONG_SIZE, "after 100 bytes");
    }

    @Test
    void trailing_bytes_are_refused() {
        refused(Arrays.copyOf(THREE.encode(), 141), Reason.WRONG_SIZE, "promises 140 bytes, 141");
    }

    @Test
    void another_file_format_is_refused() {
        byte[] bytes = THREE.encode();
        bytes[0] = 'P';

        refused(bytes, Reason.NOT_PARAMETERS, "CNSM");
    }

    @Test
    void a_newer_format_version_says_what_to_install() {
        byte[] bytes = THREE.encode();
        bytes[4] = 2;

        refused(bytes, Reason.UNSUPPORTED_VERSION, "version 2");
    }

    @Test
    void a_negative_count_is_refused_before_any_memory_is_taken() {
        byte[] bytes = THREE.encode();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(8, -1);

        refused(bytes, Reason.WRONG_SIZE, "-1");
    }

    @Test
    void an_impossible_architecture_name_is_refused() {
        byte[] bytes = THREE.encode();
        bytes[49] = '/';
        refused(bytes, Reason.NOT_PARAMETERS, "architecture id");

        bytes[48] = (byte) 200;
        refused(bytes, Reason.NOT_PARAMETERS, "200");
    }

    @Test
    void a_nan_is_named_by_its_index() {
        byte[] payload = Parameters.payload(new float[] {1f, Float.NaN});
        byte[] bytes = new byte[128 + payload.length];
        System.arraycopy(new ParametersHeader(CNN, 2, Sha256.of(payload)).encode(), 0, bytes, 0, 128);
        System.arraycopy(payload, 0, bytes, 128, payload.length);

        refused(bytes, Reason.NOT_FINITE, "parameter 1 is NaN");
        assertThatThrownBy(() -> Parameters.of(CNN, new float[] {Float.NEGATIVE_INFINITY}))
                .hasMessageContaining("parameter 0 is -Infinity");
    }

    private static void refused(byte[] bytes, Reason reason, String text) {
        assertThatThrownBy(() -> Parameters.decode(bytes))
                .isInstanceOfSatisfying(
                        InvalidParametersException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(text);
    }
}
