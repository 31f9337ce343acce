package org.consilium.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.TrainingPlan;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that was trained here is one of Deeplearning4j's, for a program that knows nothing of us or of oneDNN. */
class PlainDeeplearning4jTest {

    /** Loads the model and prints the probabilities of one image whose pixels are all 0.5. */
    private static final String PROGRAM = """
            import org.deeplearning4j.nn.graph.ComputationGraph;
            import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
            import org.nd4j.linalg.api.ndarray.INDArray;
            import org.nd4j.linalg.factory.Nd4j;

            public class Plain {
                public static void main(String[] arguments) throws Exception {
                    java.io.File file = new java.io.File(arguments[0]);
                    INDArray image = Nd4j.valueArrayOf(new long[] {1, 1, 8, 8}, 0.5f);
                    double[] output = (arguments[1].equals("cnn")
                                    ? MultiLayerNetwork.load(file, false).output(image)
                                    : ComputationGraph.load(file, false).outputSingle(image))
                            .toDoubleVector();
                    System.out.println("OUTPUT " + java.util.Arrays.toString(output));
                }
            }
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"cnn", "resnet"})
    void a_model_file_is_read_by_plain_deeplearning4j(String family) throws Exception {
        Networks networks = Networks.create();
        Parameters start = networks.initial(Architectures.id(family, new ImageShape(8, 8, 1), 3), 7);
        TrainingPlan plan = new TrainingPlan(new Effort.Epochs(1), 8, new Optimiser.Sgd(0.05, 0.9), 1);
        Parameters model = networks.train(start, plan, Pictures.grey(20, 1)).parameters();
        Path file = folder.resolve("model.zip");
        ModelFile.write(file, model);
        Path program = Files.writeString(folder.resolve("Plain.java"), PROGRAM);
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .filter(jar -> !jar.contains("consilium") && !jar.contains("/dnnl-") && !jar.contains("/opencl-"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dorg.bytedeco.javacpp.maxbytes=1g",
                        "-cp",
                        classPath,
                        program.toString(),
                        file.toString(),
                        family))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        String line = said.lines()
                .filter(each -> each.startsWith("OUTPUT "))
                .findFirst()
                .orElseThrow();
        double[] output = Arrays.stream(line.replaceAll("[^0-9.,E-]", "").split(","))
                .mapToDouble(Double::parseDouble)
                .toArray();
        // A sample of 159 lies at (159 / 255 - 0.5) / 0.25 = 0.494, one of 160 at 0.510: between their outputs.
        double[] lower = networks.probabilities(model, uniform(159))[0];
        double[] upper = networks.probabilities(model, uniform(160))[0];
        for (int k = 0; k < output.length; k++) {
            assertThat(output[k]).isBetween(Math.min(lower[k], upper[k]) - 1e-4, Math.max(lower[k], upper[k]) + 1e-4);
        }
        assertThat(Arrays.stream(output).sum()).isCloseTo(1, within(1e-5));
    }

    private static LabelledImages uniform(int value) {
        byte[] pixels = new byte[64];
        Arrays.fill(pixels, (byte) value);
        return LabelledImages.of(new ImageShape(8, 8, 1), 3, pixels, new int[] {0}, new int[0]);
    }
}
