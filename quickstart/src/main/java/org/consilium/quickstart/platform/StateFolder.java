package org.consilium.quickstart.platform;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * All that a platform keeps, held by one running platform at a time; the demo's is {@code target/consilium}.
 *
 * <p>The hold is an operating system's file lock, which ends with its process however that ends: a stale one cannot be.
 */
final class StateFolder implements AutoCloseable {

    /** Changes when a newer program cannot use the state of an older one. */
    private static final String FORMAT = "6 postgresql-18";

    private final Path root;
    private final FileChannel channel;
    private final FileLock lock;

    private StateFolder(Path root, FileChannel channel, FileLock lock) {
        this.root = root;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes hold of a folder, making it when it is not there.
     *
     * @throws PlatformException when another running program holds it; the message names its pid
     */
    static StateFolder open(Path folder) {
        Path root = PrivateFiles.folder(folder);
        Path file = root.resolve("lock");
        Path holder = root.resolve("lock.pid");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                lock = null;
            }
            if (lock == null) {
                channel.close();
                String pid = Files.exists(holder) ? Files.readString(holder).strip() : "unknown";
                throw new PlatformException("a demo is already running in " + root + " (process " + pid
                        + "). Stop it with Ctrl-C or `kill " + pid + "`, or start another one from another checkout.");
            }
            PrivateFiles.write(holder, Long.toString(ProcessHandle.current().pid()));
            return new StateFolder(root, channel, lock);
        } catch (IOException e) {
            throw PrivateFiles.cannot("lock", file, e);
        }
    }

    /**
     * Removes the state when it is of another format; call it when no process of an earlier run is left.
     *
     * @return whether something was removed
     */
    boolean discardUnlessCurrent() {
        Path version = root.resolve("format");
        boolean stale = Files.exists(version)
                ? !PrivateFiles.read(version).strip().equals(FORMAT)
                : Files.exists(root.resolve("secrets.properties"));
        if (stale) {
            try (Stream<Path> children = Files.list(root)) {
                for (Path child : (Iterable<Path>) children::iterator) {
                    if (Files.isDirectory(child)) {
                        PrivateFiles.delete(child);
                    } else if (!child.getFileName().toString().startsWith("lock")) {
                        Files.delete(child);
                    }
                }
            } catch (IOException e) {
                throw PrivateFiles.cannot("empty", root, e);
            }
        }
        PrivateFiles.write(version, FORMAT);
        return stale;
    }

    /** Returns the path of a file or folder in it. */
    Path path(String name) {
        return root.resolve(name);
    }

    /** Returns a folder in it, made when it is not there. */
    Path folder(String name) {
        return PrivateFiles.folder(root.resolve(name));
    }

    /** Returns where a part's output goes. */
    Path log(String part) {
        return folder("logs").resolve(part + ".log");
    }

    /** Lets go. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(root.resolve("lock.pid"));
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw PrivateFiles.cannot("unlock", root, e);
        }
    }
}
