package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.consilium.contract.Optimiser;
import org.consilium.model.Architectures;
import org.consilium.model.Blueprint;
import org.consilium.model.GraphArchitectures;
import org.consilium.model.ImageShape;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No network of the zoo falls to oneDNN's reference code, which is 30 to 1,000 times slower, in any use or batch size. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class ZooKernelsTest {

    private static final int[] BATCHES = {1, 7, 64};

    static Stream<Arguments> networks() {
        Optimiser optimiser = new Optimiser.Sgd(0.01, 0.9);
        List<Arguments> all = new ArrayList<>();
        for (String family : Architectures.families()) {
            for (ImageShape shape : List.of(new ImageShape(28, 28, 3), new ImageShape(28, 28, 1))) {
                Blueprint network = Architectures.blueprint(Architectures.id(family, shape, 8), 1, optimiser);
                all.add(Arguments.of(family + " " + shape, network, shape));
            }
        }
        ImageShape slices = new ImageShape(32, 32, 1);
        all.add(Arguments.of(
                "U-Net", new Blueprint.Branches(GraphArchitectures.uNet(slices, 2, 16, 1, optimiser)), slices));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void a_network_has_a_real_kernel_for_everything(String what, Blueprint network, ImageShape image) {
        for (int batch : BATCHES) {
            for (Use use : Use.values()) {
                try (CompiledNetwork compiled = network.compile(shape(image), batch, use)) {
                    assertThat(compiled.kernels())
                            .as("%s, batch %d, %s", what, batch, use)
                            .isNotEmpty()
                            .noneMatch(Kernel::isReference);
                }
            }
        }
    }

    private static Shape shape(ImageShape shape) {
        return new Shape(shape.channels(), shape.height(), shape.width());
    }
}
