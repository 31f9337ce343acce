package org.consilium.quickstart.audit.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the zip of a bundle. */
public final class SampleZip {

    /** A bundle's files have no time of their own; an earlier time would get a field of its own. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private SampleZip() {}

    /** Gives a file's content. */
    @FunctionalInterface
    public interface Content {
        /** Opens it. */
        InputStream open() throws IOException;
    }

    /** Writes files in the order of the map. */
    public static void write(Path zip, Map<String, Content> files) throws IOException {
        try (OutputStream out = Files.newOutputStream(zip)) {
            write(out, files);
        }
    }

    /** Writes files in the order of the map. */
    public static void write(OutputStream out, Map<String, Content> files) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, Content> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(NO_TIME);
                zip.putNextEntry(entry);
                try (InputStream in = file.getValue().open()) {
                    in.transferTo(zip);
                }
                zip.closeEntry();
            }
        }
    }
}
