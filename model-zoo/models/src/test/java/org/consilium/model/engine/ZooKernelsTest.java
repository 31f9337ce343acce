package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.consilium.contract.Optimiser;
import org.consilium.model.Architectures;
import org.consilium.model.GraphArchitectures;
import org.consilium.model.ImageShape;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No network of the zoo falls to oneDNN's reference code, which is 30 to 1,000 times slower, in any use or batch size. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class ZooKernelsTest {

    private static final int[] BATCHES = {1, 7, 64};

    /** Makes a network of one batch size and use. */
    private interface Compiling {
        CompiledNetwork of(int batch, Use use);
    }

    static Stream<Arguments> networks() {
        List<Arguments> all = new ArrayList<>();
        for (String family : Architectures.families()) {
            for (ImageShape shape : List.of(new ImageShape(28, 28, 3), new ImageShape(28, 28, 1))) {
                MultiLayerConfiguration network = Architectures.configuration(
                        Architectures.id(family, shape, 8), 1, new Optimiser.Sgd(0.01, 0.9));
                all.add(networkOf(
                        family + " " + shape,
                        (batch, use) -> CompiledNetwork.compile(network, shape(shape), batch, use)));
            }
        }
        ImageShape cells = new ImageShape(28, 28, 3);
        ComputationGraphConfiguration residual = GraphArchitectures.residual(cells, 8, 1, new Optimiser.Sgd(0.01, 0.9));
        all.add(networkOf("residual", (batch, use) -> CompiledNetwork.compile(residual, shape(cells), batch, use)));
        ImageShape slices = new ImageShape(32, 32, 1);
        ComputationGraphConfiguration uNet = GraphArchitectures.uNet(slices, 2, 16, 1, new Optimiser.Sgd(0.01, 0.9));
        all.add(networkOf("U-Net", (batch, use) -> CompiledNetwork.compile(uNet, shape(slices), batch, use)));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void a_network_has_a_real_kernel_for_everything(String what, Object compiling) {
        for (int batch : BATCHES) {
            for (Use use : Use.values()) {
                try (CompiledNetwork network = ((Compiling) compiling).of(batch, use)) {
                    assertThat(network.kernels())
                            .as("%s, batch %d, %s", what, batch, use)
                            .isNotEmpty()
                            .noneMatch(Kernel::isReference);
                }
            }
        }
    }

    private static Arguments networkOf(String what, Compiling compiling) {
        return Arguments.of(what, compiling);
    }

    private static Shape shape(ImageShape shape) {
        return new Shape(shape.channels(), shape.height(), shape.width());
    }
}
