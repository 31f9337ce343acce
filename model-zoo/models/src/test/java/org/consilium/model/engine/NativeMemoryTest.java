package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Optimiser;
import org.consilium.model.Architectures;
import org.consilium.model.Blueprint;
import org.consilium.model.ImageShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** What compiled networks take outside the heap, and what a step takes on it, measured. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class NativeMemoryTest {

    private static final Shape INPUT = new Shape(3, 28, 28);
    private static final int CLASSES = 8;
    private static final Blueprint NETWORK =
            Architectures.blueprint(new ArchitectureId("cnn.28x28x3.8"), 1, new Optimiser.Sgd(0.01, 0.9));

    @Test
    void a_thousand_networks_compiled_and_closed_leave_nothing_behind() throws IOException {
        // The first ones fill oneDNN's cache of kernels and the allocator's pools, which stay.
        cycles(200);
        // The process also grows where its heap comes to use memory that it had reserved: once. A leak shows each time.
        long perCycle = Long.MAX_VALUE;
        for (int time = 0; time < 3; time++) {
            long before = residentBytes();
            cycles(1_000);
            perCycle = Math.min(perCycle, (residentBytes() - before) / 1_000);
        }
        assertThat(perCycle)
                .as("bytes more of the process for each network of 12 MB")
                .isLessThan(20_000);
    }

    @Test
    void ten_thousand_steps_take_no_more_native_memory_and_nothing_on_the_heap() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (CompiledNetwork network = NETWORK.compile(INPUT, 2, Use.TRAIN)) {
            Training training =
                    NETWORK.training(network, new float[(int) network.parameterCount()], Training.Terms.NONE);
            SoftmaxCrossEntropy loss = SoftmaxCrossEntropy.of(CLASSES);
            float[] pixels = Reference.normal(2 * INPUT.values(), 1);
            int[] labels = {1, 5};
            float[] logits = new float[2 * CLASSES];
            float[] gradient = new float[2 * CLASSES];
            Runnable step = () -> {
                training.use(network);
                network.forward(pixels, logits);
                loss.hard(logits, labels, gradient);
                network.backward(gradient);
                training.step(0);
            };
            repeat(step, 2_000);
            long resident = residentBytes();
            long allocated =
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            repeat(step, 10_000);
            long perStep =
                    (threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocated) / 10_000;
            assertThat(perStep).as("bytes on the heap a step").isLessThan(64);
            assertThat(residentBytes() - resident)
                    .as("bytes more of the process after 10,000 steps")
                    .isLessThan(16L << 20);
        }
    }

    @Test
    void a_network_that_does_not_fit_is_refused_and_leaves_nothing() {
        Shape large = new Shape(3, 4_000, 4_000);
        Blueprint blueprint = Architectures.blueprint(
                Architectures.id("cnn", new ImageShape(4_000, 4_000, 3), CLASSES), 1, new Optimiser.Sgd(0.01, 0));
        long before = org.bytedeco.javacpp.Pointer.totalBytes();
        assertThatThrownBy(() -> blueprint.compile(large, 4, Use.TRAIN))
                .isInstanceOf(NativeMemoryException.class)
                .hasMessageContaining("no native memory is left")
                .hasMessageContaining("use a smaller batch");
        assertThat(org.bytedeco.javacpp.Pointer.totalBytes()).isLessThanOrEqualTo(before + 1_000_000);
    }

    @Test
    void a_closed_network_says_so() {
        CompiledNetwork network = NETWORK.compile(INPUT, 2, Use.INFER);
        network.close();
        network.close();
        assertThatThrownBy(() -> network.forward(new float[2 * INPUT.values()], new float[2 * CLASSES]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private static void cycles(int count) {
        for (int i = 0; i < count; i++) {
            NETWORK.compile(INPUT, 1 + i % 3, Use.TRAIN).close();
        }
    }

    private static void repeat(Runnable step, int count) {
        for (int i = 0; i < count; i++) {
            step.run();
        }
    }

    private static long residentBytes() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024)
                .findFirst()
                .orElseThrow();
    }
}
