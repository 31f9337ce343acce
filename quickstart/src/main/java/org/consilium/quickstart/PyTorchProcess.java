package org.consilium.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** A Python process that does the same work with PyTorch when it is told to; it waits idle in between. */
final class PyTorchProcess implements AutoCloseable {

    private static final String SCRIPT = "pytorch_training.py";

    private final Path folder;
    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;
    private final String version;

    private PyTorchProcess(Path folder, Process process) throws IOException {
        this.folder = folder;
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        this.version = answer().replaceFirst("^ready ", "");
    }

    /**
     * Starts it and returns when PyTorch is loaded.
     *
     * @param python the Python program, whose PyTorch is used
     * @throws CommandFailure if it does not start, with what it said
     */
    static PyTorchProcess start(Path python) {
        try {
            Path folder = Files.createTempDirectory("consilium-bench");
            Path script = folder.resolve(SCRIPT);
            try (InputStream source = PyTorchProcess.class.getResourceAsStream(SCRIPT)) {
                Files.copy(source, script);
            }
            ProcessBuilder builder = new ProcessBuilder(List.of(python.toString(), script.toString()))
                    .redirectError(folder.resolve("errors.txt").toFile());
            // The number of threads comes with each question.
            builder.environment().remove("OMP_NUM_THREADS");
            return new PyTorchProcess(folder, builder.start());
        } catch (IOException e) {
            throw new CommandFailure(
                    "Python could not be started as " + python + " (" + e.getMessage()
                            + "). Name a Python 3 with the package torch with --python PATH.",
                    e);
        }
    }

    /** Returns PyTorch's version. */
    String version() {
        return version;
    }

    /**
     * Does some work and returns the images per second, empty where PyTorch has no such form of it.
     *
     * @param work its name
     * @param layout contiguous or channels_last
     * @param threads how many it may use
     * @param repeats how often
     */
    OptionalDouble imagesPerSecond(String work, String layout, int threads, int repeats) {
        try {
            questions.write(work + " " + layout + " " + threads + " " + repeats + "\n");
            questions.flush();
            String answer = answer();
            return answer.equals("none") ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(answer));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw failed(null);
        }
        return line;
    }

    private CommandFailure failed(IOException cause) {
        String said;
        try {
            process.waitFor(5, TimeUnit.SECONDS);
            List<String> lines = Files.readAllLines(folder.resolve("errors.txt"));
            said = lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            said = e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            said = "interrupted";
        }
        return new CommandFailure(
                "The PyTorch process ended early: " + said
                        + ". Name a Python 3 in which 'import torch' works with --python PATH, or leave it out.",
                cause);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
            Files.deleteIfExists(folder.resolve(SCRIPT));
            Files.deleteIfExists(folder.resolve("errors.txt"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // A temporary folder that stays behind harms nothing.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
