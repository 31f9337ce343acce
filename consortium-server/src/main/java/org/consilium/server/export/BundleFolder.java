package org.consilium.server.export;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.consilium.contract.Sha256;

/** A bundle's files while it is made, in a folder that only this process's user can open, gone when it is closed. */
final class BundleFolder implements Closeable {

    private final Path folder;
    private final SortedMap<String, Path> paths = new TreeMap<>();
    private final SortedMap<String, DigestOutputStream> open = new TreeMap<>();

    private BundleFolder(Path folder) {
        this.folder = folder;
    }

    static BundleFolder create() throws IOException {
        return new BundleFolder(Files.createTempDirectory("consilium-bundle-"));
    }

    /** Adds a line of JSON to a file. */
    void line(String name, JsonObject json) throws IOException {
        text(name, json + "\n");
    }

    /** Adds a line of JSON to a file. */
    void line(String name, JsonObjectBuilder json) throws IOException {
        line(name, json.build());
    }

    /** Adds to a file. */
    void text(String name, String text) throws IOException {
        bytes(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds to a file. */
    void bytes(String name, byte[] bytes) throws IOException {
        DigestOutputStream out = open.get(name);
        if (out == null) {
            // By number: a bundle's names have folders in them.
            Path path = folder.resolve(Integer.toString(paths.size()));
            out = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(path)), Sha256.digester());
            paths.put(name, path);
            open.put(name, out);
        }
        out.write(bytes);
    }

    /** Ends all files and returns their digests by name. */
    SortedMap<String, Sha256> finish() throws IOException {
        SortedMap<String, Sha256> digests = new TreeMap<>();
        for (Map.Entry<String, DigestOutputStream> file : open.entrySet()) {
            file.getValue().close();
            digests.put(
                    file.getKey(),
                    Sha256.ofDigest(file.getValue().getMessageDigest().digest()));
        }
        open.clear();
        return digests;
    }

    /** Opens a file that is ended. */
    InputStream open(String name) throws IOException {
        return new BufferedInputStream(Files.newInputStream(paths.get(name)));
    }

    /** Returns a path for a file that does not go into the bundle. */
    Path scratch(String name) {
        return folder.resolve(name);
    }

    @Override
    public void close() throws IOException {
        for (OutputStream out : open.values()) {
            out.close();
        }
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
