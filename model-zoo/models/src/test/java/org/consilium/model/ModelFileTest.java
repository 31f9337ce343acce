package org.consilium.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Parameters;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class ModelFileTest {

    private static final ArchitectureId SMALL = Architectures.id("cnn", new ImageShape(8, 8, 1), 3);

    private final Networks networks = Networks.create();
    private final Parameters model = networks.initial(SMALL, 7);

    @TempDir
    Path folder;

    @Test
    void a_model_comes_back_as_it_was() throws IOException {
        Path file = folder.resolve("model.zip");
        ModelFile.write(file, networks.initial(SMALL, 8));
        ModelFile.write(file, model);
        assertThat(ModelFile.read(file)).isEqualTo(model);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void plain_deeplearning4j_loads_it_and_computes_the_same() throws IOException {
        Path file = folder.resolve("model.zip");
        ModelFile.write(file, model);
        LabelledImages images = Pictures.grey(1, 1);
        float[] pixels = new float[64];
        images.normalise(0, FloatBuffer.wrap(pixels), 0);

        MultiLayerNetwork loaded = MultiLayerNetwork.load(file.toFile(), false);

        double[] output =
                loaded.output(Nd4j.create(pixels, new long[] {1, 1, 8, 8}, 'c')).toDoubleVector();
        assertThat(output).containsExactly(networks.probabilities(model, images)[0], within(1e-6));
    }

    @Test
    void a_file_that_is_no_model_is_named() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "no zip");
        assertThatThrownBy(() -> ModelFile.read(text))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("notes.txt");
        assertThatThrownBy(() -> ModelFile.read(folder.resolve("absent.zip"))).hasMessageContaining("absent.zip");
    }

    @Test
    void a_model_without_architecture_or_with_another_is_refused() throws IOException {
        Path file = folder.resolve("model.zip");
        ModelFile.write(file, model);
        edit(file, "cnn.9x9x1.5");
        assertThatThrownBy(() -> ModelFile.read(file)).hasMessageContainingAll(file.toString(), "cnn.9x9x1.5");
        edit(file, null);
        assertThatThrownBy(() -> ModelFile.read(file)).hasMessageContaining("not a Consilium model");
    }

    @Test
    void a_model_whose_training_diverged_is_refused_with_its_file() throws IOException {
        Path file = folder.resolve("model.zip");
        ModelFile.write(file, model);
        try (FileSystem zip = FileSystems.newFileSystem(file)) {
            Path entry = zip.getPath("coefficients.bin");
            byte[] bytes = Files.readAllBytes(entry);
            // The last of the values, which end the file.
            ByteBuffer.wrap(bytes).putFloat(bytes.length - Float.BYTES, Float.NaN);
            Files.write(entry, bytes);
        }

        assertThatThrownBy(() -> ModelFile.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the model in " + file + " cannot be used")
                .hasMessageContaining("parameter " + (model.count() - 1) + " is NaN")
                .hasMessageContaining("train again")
                .hasMessageContaining("name another file");
    }

    @Test
    void a_folder_that_is_not_there_is_named_and_nothing_is_left() {
        Path file = folder.resolve("absent/model.zip");
        assertThatThrownBy(() -> ModelFile.write(file, model))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.toString());
    }

    private static void edit(Path file, String architecture) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(file)) {
            Path entry = zip.getPath("consilium-architecture.txt");
            if (architecture == null) {
                Files.delete(entry);
            } else {
                Files.writeString(entry, architecture);
            }
        }
    }
}
