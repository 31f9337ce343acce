package org.consilium.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.images.ImageDatasets;
import org.junit.jupiter.api.Test;

/** A study simulated in one JVM and run by servers in many must agree to the bit. */
class FreshJvmTest {

    @Test
    void fresh_jvms_train_the_same_bytes_with_whatever_threads_they_are_given() throws Exception {
        Process one = start("1");
        Process two = start("2");
        String first = result(one);
        assertThat(first).matches("(\\S+ \\S+ \\S+ ?){2}");
        assertThat(result(two)).isEqualTo(first);
        assertThat(result(start("3"))).isEqualTo(first);
        assertThat(digests()).isEqualTo(first);
    }

    /** Prints the digests for the JVM that started this one. */
    public static void main(String[] arguments) {
        System.out.println(digests());
    }

    private static String digests() {
        LabelledImages cells =
                ImageDatasets.open("phantom-cells", java.util.Optional.empty()).load("val");
        int[] first = new int[96];
        java.util.Arrays.setAll(first, i -> i);
        LabelledImages images = cells.subset(first);
        return Stream.of("cnn", "resnet")
                .map(family -> digests(Architectures.id(family, images.shape(), images.classes()), images))
                .collect(Collectors.joining(" "));
    }

    private static String digests(ArchitectureId id, LabelledImages images) {
        Networks networks = Networks.create();
        Parameters start = networks.initial(id, 7);
        TrainingPlan plan = new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0.9), 1);
        Parameters trained = networks.train(start, plan, images).parameters();
        return start.digest() + " " + trained.digest() + " "
                + Double.toHexString(networks.score(trained, images).lossSum());
    }

    private static Process start(String threads) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dorg.bytedeco.javacpp.maxbytes=1g",
                "-cp",
                System.getProperty("java.class.path"),
                FreshJvmTest.class.getName()));
        builder.environment().put("OMP_NUM_THREADS", threads);
        return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static String result(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        assertThat(process.waitFor()).isZero();
        return output;
    }
}
