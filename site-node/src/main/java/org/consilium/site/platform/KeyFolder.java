package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The folder of this site's secrets, whose files are readable by the node's own user alone. A file is there whole or not
 * at all, also after a crash while it was made.
 */
@ApplicationScoped
public class KeyFolder {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");

    private Path folder;

    /** For the container's proxy. */
    KeyFolder() {}

    /**
     * @param settings names the folder
     */
    @Inject
    public KeyFolder(SiteSettings settings) {
        this(settings.keyFolder());
    }

    /**
     * @param folder is made if it is missing
     */
    public KeyFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Returns the bytes of a secret, which is made if it is not there.
     *
     * @param name of its file
     * @param fresh makes a new one
     * @throws IllegalStateException if the folder or the file cannot be read or written, or others may write in the
     *     folder, naming it
     */
    public synchronized byte[] secret(String name, Supplier<byte[]> fresh) {
        return using(name, file -> {
            if (Files.notExists(file)) {
                write(file, fresh.get());
            }
            restrict(file, OWNER_FILE);
            return Files.readAllBytes(file);
        });
    }

    /**
     * Returns the bytes of a secret, if it is there.
     *
     * @throws IllegalStateException as {@link #secret} does
     */
    public synchronized Optional<byte[]> existing(String name) {
        return using(name, file -> {
            if (Files.notExists(file)) {
                return Optional.empty();
            }
            restrict(file, OWNER_FILE);
            return Optional.of(Files.readAllBytes(file));
        });
    }

    /**
     * Puts a secret in the place of another, which is there until the new one is, whole and also after a power cut.
     *
     * @throws IllegalStateException as {@link #secret} does
     */
    public synchronized void replace(String name, byte[] bytes) {
        using(name, file -> {
            write(file, bytes);
            return file;
        });
    }

    /**
     * Removes a secret; nothing if it is not there.
     *
     * @throws IllegalStateException as {@link #secret} does
     */
    public synchronized void remove(String name) {
        using(name, file -> {
            if (Files.deleteIfExists(file)) {
                keep();
            }
            return file;
        });
    }

    /** Something that is done with a file of the folder. */
    @FunctionalInterface
    private interface Use<T> {

        T of(Path file) throws IOException;
    }

    private <T> T using(String name, Use<T> use) {
        Path file = folder.resolve(name);
        try {
            Files.createDirectories(folder, owner(OWNER_FOLDER));
            requireOwn();
            return use.of(file);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the site's key file " + file + " cannot be read or written (" + e
                            + "); give the node's user a folder of its own in consilium.site.key.dir",
                    e);
        }
    }

    /** Returns the path of a secret's file, for messages. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    private void write(Path file, byte[] bytes) throws IOException {
        Path draft = Files.createTempFile(folder, file.getFileName().toString(), ".new", owner(OWNER_FILE));
        try {
            // On the disk before it has its name: after a power cut an empty file would be taken for a damaged key.
            Files.write(draft, bytes, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            keep();
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Has the names in the folder on the disk; Windows opens no folder, and keeps names in its journal itself. */
    private void keep() throws IOException {
        if (POSIX) {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    /** A folder that was there already is not changed: it may be one that other programs need. */
    private void requireOwn() throws IOException {
        if (!POSIX) {
            return;
        }
        Set<PosixFilePermission> there = Files.getPosixFilePermissions(folder);
        if (there.contains(PosixFilePermission.GROUP_WRITE) || there.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IllegalStateException("the key folder " + folder + " may be written by other users ("
                    + PosixFilePermissions.toString(there)
                    + "); give the node's user a folder of its own in consilium.site.key.dir, or take that right away"
                    + " with chmod go-w");
        }
    }

    private static FileAttribute<?>[] owner(Set<PosixFilePermission> permissions) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static void restrict(Path path, Set<PosixFilePermission> permissions) throws IOException {
        if (POSIX && !Files.getPosixFilePermissions(path).equals(permissions)) {
            Files.setPosixFilePermissions(path, permissions);
        }
    }
}
