package org.consilium.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.consilium.contract.ArchitectureId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitecturesTest {

    private static final ImageShape BLOOD = new ImageShape(28, 28, 3);

    @Test
    void an_id_says_family_shape_and_classes() {
        assertThat(Architectures.id("cnn", BLOOD, 8).value()).isEqualTo("cnn.28x28x3.8");
        assertThat(Architectures.Network.of(new ArchitectureId("cnn-wide.32x28x1.2")))
                .isEqualTo(new Architectures.Network(Architectures.Family.CNN_WIDE, new ImageShape(32, 28, 1), 2));
    }

    @Test
    void parameters_are_counted_without_a_network() {
        // 3*9*32+32, 32*9*64+64, 7*7*64*d+d, d*8+8
        assertThat(Architectures.parameterCount(Architectures.id("cnn", BLOOD, 8)))
                .isEqualTo(421_960);
        assertThat(Architectures.parameterCount(Architectures.id("cnn-wide", BLOOD, 8)))
                .isEqualTo(896 + 18_496 + 3_136 * 3_500 + 3_500 + 3_500 * 8 + 8);
        // stem; blocks of 32, of 64 and of 128, the first of the latter with a convolution of 1x1; softmax
        assertThat(Architectures.parameterCount(Architectures.id("resnet", BLOOD, 8)))
                .isEqualTo(conv(3, 3, 32)
                        + 4 * conv(3, 32, 32)
                        + conv(1, 32, 64)
                        + conv(3, 32, 64)
                        + 3 * conv(3, 64, 64)
                        + conv(1, 64, 128)
                        + conv(3, 64, 128)
                        + 3 * conv(3, 128, 128)
                        + 128 * 8
                        + 8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cnn", "cnn-wide", "resnet"})
    void the_count_is_that_of_the_network_also_for_odd_sizes(String family) {
        ArchitectureId odd = Architectures.id(family, new ImageShape(9, 11, 1), 3);
        assertThat((long) Networks.create().initial(odd, 1).count()).isEqualTo(Architectures.parameterCount(odd));
    }

    @Test
    void an_unknown_architecture_is_refused_with_the_known_ones() {
        assertThatThrownBy(() -> Architectures.id("vgg", BLOOD, 8))
                .hasMessageContaining("vgg.28x28x3.8")
                .hasMessageContaining("cnn, cnn-wide, resnet");
        assertThatThrownBy(() -> Architectures.Network.of(new ArchitectureId("cnn.28x28.8")))
                .hasMessageContaining("FAMILY.HxWxC.K");
        assertThatThrownBy(() -> Architectures.id("cnn", new ImageShape(3, 28, 3), 8))
                .hasMessageContaining("images of cnn need at least 4 by 4");
        assertThatThrownBy(() -> Architectures.id("resnet", new ImageShape(28, 7, 3), 8))
                .hasMessageContaining("images of resnet need at least 8 by 8");
        assertThatThrownBy(() -> Architectures.id("cnn", BLOOD, 1)).hasMessageContaining("2 to 1000");
    }

    private static long conv(int side, int from, int to) {
        return (long) side * side * from * to + to;
    }
}
