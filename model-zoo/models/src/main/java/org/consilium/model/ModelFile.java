package org.consilium.model;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model as a file that any Deeplearning4j program loads ({@code MultiLayerNetwork.load}, for graphs such as {@code
 * resnet} {@code ComputationGraph.load}): its zip of configuration and coefficients, with the architecture id as an entry
 * more.
 *
 * <p>Only id and coefficients are read back. The configuration is ours by that id, and a configuration from a file could
 * name classes to load.
 */
public final class ModelFile {

    private static final String ARCHITECTURE = "consilium-architecture.txt";
    private static final Optimiser ANY = new Optimiser.Sgd(0.05, 0);

    private ModelFile() {}

    /**
     * Writes a model, replacing the file only when all is written.
     *
     * @throws UncheckedIOException naming the file
     */
    public static void write(Path file, Parameters parameters) {
        SingleThread.enter();
        Path whole = file.toAbsolutePath();
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        Dl4jNetwork network = NetworkPool.built(parameters.architecture(), ANY, parameters.toArray());
        try {
            try (OutputStream out = Files.newOutputStream(part)) {
                ModelSerializer.writeModel(network.model(), out, false);
            }
            try (FileSystem zip = FileSystems.newFileSystem(part)) {
                Files.writeString(
                        zip.getPath(ARCHITECTURE), parameters.architecture().value());
            }
            Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            deleteQuietly(part, e);
            throw new UncheckedIOException(
                    "the model cannot be written to " + file + ": " + reason(e) + "; choose a folder with room", e);
        } finally {
            network.close();
        }
    }

    /**
     * Reads a model that {@link #write} wrote.
     *
     * @throws UncheckedIOException if the file cannot be read, naming it
     * @throws IllegalArgumentException if it is not such a file, naming it
     */
    public static Parameters read(Path file) {
        SingleThread.enter();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            String id = new String(bytes(file, zip, ARCHITECTURE), StandardCharsets.UTF_8).trim();
            return parameters(file, id, coefficients(file, zip));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the model cannot be read from " + file + ": " + reason(e)
                            + "; name a file that was written with --model-out",
                    e);
        }
    }

    private static Parameters parameters(Path file, String architecture, float[] values) {
        try {
            ArchitectureId id = new ArchitectureId(architecture);
            long count = Architectures.parameterCount(id);
            if (values.length != count) {
                throw new IllegalArgumentException(id + " has " + count + " parameters, but " + values.length
                        + " are there; write the model again");
            }
            return Parameters.of(id, values);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the model in " + file + " cannot be used: " + e.getMessage() + ", or name another file", e);
        }
    }

    private static float[] coefficients(Path file, ZipFile zip) throws IOException {
        try (InputStream in = zip.getInputStream(entry(file, zip, ModelSerializer.COEFFICIENTS_BIN));
                INDArray values = Nd4j.read(new DataInputStream(in))) {
            return values.toFloatVector();
        }
    }

    private static byte[] bytes(Path file, ZipFile zip, String name) throws IOException {
        try (InputStream in = zip.getInputStream(entry(file, zip, name))) {
            return in.readNBytes(1_024);
        }
    }

    private static ZipEntry entry(Path file, ZipFile zip, String name) {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IllegalArgumentException(file + " is not a Consilium model: it has no entry " + name
                    + "; name a file that was written with --model-out");
        }
        return entry;
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : " " + e.getMessage());
    }

    private static void deleteQuietly(Path part, IOException because) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }
}
