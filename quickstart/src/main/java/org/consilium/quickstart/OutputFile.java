package org.consilium.quickstart;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file for results: never half written over an older one, and refused with a text that names it. */
final class OutputFile {

    private OutputFile() {}

    /** Writes a file's content. */
    @FunctionalInterface
    interface Content {
        /** Writes it to that path. */
        void writeTo(Path path) throws IOException;
    }

    /**
     * Makes the folder of a file that is wanted at the end, so that a wrong path is refused before hours of work.
     *
     * @param option as typed, for the refusal
     * @throws BadOption if it cannot be a file there
     */
    static void prepare(String option, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null) {
            throw new BadOption(option + " " + file, "this is a folder; name a file");
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BadOption(
                    option + " " + file,
                    "the folder " + folder + " cannot be made (" + reason(e)
                            + "); name a file in a folder that you may write to");
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new BadOption(option + " " + file, "it may not be written; name a file that you may write to");
        }
    }

    /**
     * Writes beside the file first and then moves it there, so that an older result is not lost when the disk is full.
     *
     * @throws CommandFailure naming the file
     */
    static void write(Path file, Content content) {
        try {
            // A device such as /dev/full or a pipe must not be replaced by a file.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                writeThrough(file, content);
            } else {
                writeBeside(file, content);
            }
        } catch (UncheckedIOException e) {
            throw unwritable(file, e.getCause());
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static void writeBeside(Path file, Content content) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".part");
        try {
            content.writeTo(beside);
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static void writeThrough(Path device, Content content) throws IOException {
        Path whole = Files.createTempFile("consilium", ".out");
        try {
            content.writeTo(whole);
            try (OutputStream out = Files.newOutputStream(device)) {
                Files.copy(whole, out);
            }
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    private static CommandFailure unwritable(Path file, IOException e) {
        return new CommandFailure(
                "The file " + file + " could not be written (" + reason(e)
                        + "). Free some space or name another file, and start again.",
                e);
    }

    /** Returns what the system said, without the path that the message names anyway. */
    private static String reason(IOException e) {
        if (e instanceof java.nio.file.FileSystemException refused && refused.getReason() != null) {
            return refused.getReason();
        }
        return e.getMessage() == null || e instanceof java.nio.file.FileSystemException
                ? e.getClass().getSimpleName().replace("Exception", "")
                : e.getMessage();
    }
}
