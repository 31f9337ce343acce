package org.consilium.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.TrainingPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Where oneDNN is not there, everything runs on Deeplearning4j, and the log says so once. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class WithoutOneDnnTest {

    @Test
    void without_the_library_for_this_platform_deeplearning4j_trains_and_says_why() throws Exception {
        check(jar -> !jar.matches(".*/dnnl-[^/]*-(linux|macosx|windows)-[^/]*\\.jar"));
    }

    @Test
    void without_any_of_its_classes_too() throws Exception {
        check(jar -> !jar.contains("/dnnl-") && !jar.contains("/opencl-"));
    }

    private static void check(Predicate<String> kept) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(kept)
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(classPath).isNotEqualTo(System.getProperty("java.class.path"));
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dorg.bytedeco.javacpp.maxbytes=1g",
                "-cp",
                classPath,
                WithoutOneDnnTest.class.getName()));
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("executor: deeplearning4j, 1 thread").contains("trained: true");
        assertThat(said.split("Deeplearning4j runs cnn.8x8x1.3, which is some twenty times slower", -1))
                .as("said once: %s", said)
                .hasSize(2);
    }

    /** Trains for the JVM that started this one. */
    public static void main(String[] arguments) throws IOException {
        ArchitectureId id = Architectures.id("cnn", new ImageShape(8, 8, 1), 3);
        Networks networks = Networks.create();
        Parameters start = networks.initial(id, 7);
        TrainingPlan plan = new TrainingPlan(new Effort.Epochs(1), 8, new Optimiser.Sgd(0.05, 0), 1);
        LabelledImages images = Pictures.grey(20, 1);
        boolean trained = !networks.train(start, plan, images).parameters().equals(start);
        networks.score(start, images);
        System.out.println("executor: " + networks.executor(id));
        System.out.println("trained: " + trained);
    }
}
