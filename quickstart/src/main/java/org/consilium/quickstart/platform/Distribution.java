package org.consilium.quickstart.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The user's cache folder, in which each distribution is unpacked once for all checkouts.
 *
 * <p>A distribution is unpacked (and prepared) under another name and then renamed, so that what is there is whole. A
 * file lock lets one program unpack while another one waits.
 */
final class Distribution {

    private final Path cache;

    Distribution(Path cache) {
        this.cache = cache;
    }

    /** Returns the folder by the environment: CONSILIUM_CACHE, else XDG_CACHE_HOME/consilium, else ~/.cache/consilium. */
    static Path cacheFolder(Map<String, String> environment) {
        String own = environment.getOrDefault("CONSILIUM_CACHE", "");
        if (!own.isBlank()) {
            return Path.of(own).toAbsolutePath().normalize();
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base = xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.toAbsolutePath().normalize().resolve("consilium");
    }

    /** Unpacks an archive into a folder. */
    @FunctionalInterface
    interface Unpacking {
        /**
         * Does it.
         *
         * @param percent is told how far it has come, 0 to 100
         */
        void into(Path folder, LongConsumer percent) throws IOException;
    }

    /**
     * Returns the folder of a distribution, unpacking it first when it is not there.
     *
     * @param name with its version, such as {@code keycloak-26.7.3}
     * @param unpacking how
     * @param prepare done once in the unpacked folder before it counts as there
     * @param progress told of what is done, from 0 percent on; of nothing when the folder is there already
     */
    Path provide(String name, Unpacking unpacking, Consumer<Path> prepare, LongConsumer progress) {
        Path ready = cache.resolve(name);
        if (Files.isDirectory(ready)) {
            return ready;
        }
        progress.accept(0);
        try {
            Files.createDirectories(cache);
            try (FileChannel channel = FileChannel.open(
                    cache.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                // Closing the channel lets go of the lock.
                channel.lock();
                if (Files.isDirectory(ready)) {
                    return ready;
                }
                Path part = cache.resolve(name + ".part");
                PrivateFiles.delete(part);
                Files.createDirectories(part);
                unpacking.into(part, progress);
                prepare.accept(part);
                Files.move(part, ready, StandardCopyOption.ATOMIC_MOVE);
                return ready;
            }
        } catch (IOException e) {
            throw PrivateFiles.cannot("unpack into", ready, e);
        }
    }

    /** Returns where libraries written in C unpack themselves, for all checkouts. */
    Path nativeLibraries() {
        return cache.resolve("javacpp");
    }

    /** Unpacks a zip without its outermost folder; executable bits are kept. */
    static Unpacking zip(Path zip) {
        return (folder, percent) -> {
            try (ZipFile file = ZipFile.builder().setPath(zip).get()) {
                long total = 0;
                for (Enumeration<ZipArchiveEntry> all = file.getEntries(); all.hasMoreElements(); ) {
                    total += all.nextElement().getSize();
                }
                requireSpace(folder, total);
                long done = 0;
                for (Enumeration<ZipArchiveEntry> all = file.getEntries(); all.hasMoreElements(); ) {
                    ZipArchiveEntry entry = all.nextElement();
                    String inside = entry.getName().substring(entry.getName().indexOf('/') + 1);
                    Path target = inside(folder, inside, zip);
                    if (entry.isDirectory()) {
                        Files.createDirectories(target);
                    } else {
                        try (InputStream in = file.getInputStream(entry)) {
                            write(in, target, (entry.getUnixMode() & 0100) != 0);
                        }
                        done += entry.getSize();
                        percent.accept(100 * done / total);
                    }
                }
            }
        };
    }

    /** Unpacks a .tar.xz; executable bits and links are kept. */
    static Unpacking tarXz(InputStream stream, String name) {
        return (folder, percent) -> {
            try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(stream))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    Path target = inside(folder, entry.getName(), Path.of(name));
                    if (entry.isDirectory()) {
                        Files.createDirectories(target);
                    } else if (entry.isSymbolicLink()) {
                        inside(
                                folder,
                                folder.relativize(target.resolveSibling(entry.getLinkName())
                                                .normalize())
                                        .toString(),
                                Path.of(name));
                        Files.createDirectories(target.getParent());
                        Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                    } else {
                        write(tar, target, (entry.getMode() & 0100) != 0);
                    }
                }
            }
        };
    }

    private static void write(InputStream in, Path target, boolean executable) throws IOException {
        Files.createDirectories(target.getParent());
        Files.copy(in, target);
        if (executable) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static Path inside(Path folder, String name, Path archive) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException(archive + " holds the name " + name + ", which lies outside of it");
        }
        return target;
    }

    private static void requireSpace(Path folder, long bytes) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < bytes) {
            throw new IOException("No space left on device: " + bytes / 1_000_000 + " MB are needed, "
                    + free / 1_000_000 + " MB are free");
        }
    }

    /** Returns the path, among those that the build has written, of the archive of an artifact. */
    static Path archive(Path listing, String artifact) {
        return Arrays.stream(PrivateFiles.read(listing).split(System.getProperty("path.separator")))
                .map(text -> Path.of(text.strip()))
                .filter(path -> path.getFileName().toString().startsWith(artifact + "-"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new PlatformException("the archive of " + artifact + " named in " + listing
                        + " is not there. Build again: remove " + listing + " and run ./consilium."));
    }
}
