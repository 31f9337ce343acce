package org.consilium.quickstart.platform;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.Set;

/** Writes files that only their owner may read (0600, folders 0700), whole or not at all. */
final class PrivateFiles {

    private PrivateFiles() {}

    /** Makes a folder, and those above it, unless it is there; in either case only its owner may enter it afterwards. */
    static Path folder(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            return folder;
        } catch (IOException e) {
            throw cannot("make the folder", folder, e);
        }
    }

    /** Writes a text as UTF-8; a reader sees the old text or the new one. */
    static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes; a reader sees the old ones or the new ones. */
    static void write(Path file, byte[] bytes) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.deleteIfExists(part);
            // The mode is given at creation: there is no moment at which another user could open it.
            try (var channel = FileChannel.open(
                    part,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                Channels.newOutputStream(channel).write(bytes);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw cannot("write", file, e);
        }
    }

    /** Writes properties in the JDK's own format, which escapes what a name or value may hold. */
    static void write(Path file, Properties properties, String comment) {
        StringWriter text = new StringWriter();
        try {
            properties.store(text, comment);
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory cannot be written", e);
        }
        write(file, text.toString());
    }

    /** Reads a text. */
    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw cannot("read", file, e);
        }
    }

    /** Removes a folder and all in it, if it is there; links are removed, not followed. */
    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException | UncheckedIOException e) {
            throw cannot("remove", folder, e);
        }
    }

    /** Says what could not be done with which file and what to do about it. */
    static PlatformException cannot(String verb, Path file, Exception cause) {
        if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
            return new PlatformException(
                    "cannot " + verb + " " + file
                            + ": the disk is full. Free some space (a first start needs about 3 GB) and try again.",
                    cause);
        }
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new PlatformException(
                "cannot " + verb + " " + file + " (" + cause.getClass().getSimpleName() + ": " + reason
                        + "). Check that the folder is yours and writable.",
                cause);
    }
}
