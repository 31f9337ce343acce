package org.consilium.quickstart.audit;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A zip that is read by its directory, and of which every byte is accounted for (PKWARE's APPNOTE, 4.3): the entries follow
 * each other from the first byte on, the directory follows the last of them, and what is written twice is the same twice.
 * So there is nothing that one program sees and another does not.
 *
 * <p>Streams of different entries may be read at the same time by different threads.
 */
final class BundleZip implements Closeable {

    static final String KIND = "zip";

    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_BYTES = 56;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCATOR_64_BYTES = 20;
    private static final int CENTRAL = 0x02014b50;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int DESCRIPTOR_BYTES = 16;
    private static final int FLAG_DESCRIPTOR = 0x0008;
    private static final int FLAG_UTF8 = 0x0800;
    private static final int FULL_16 = 0xffff;
    private static final long FULL_32 = 0xffffffffL;
    private static final int VERSION_64 = 45;
    private static final int EXTRA_64_BYTES = 12;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final long LARGEST_DIRECTORY = 256L << 20;
    private static final Pattern NAME = Pattern.compile("[a-z0-9A-Z_-][a-z0-9A-Z._-]*(/[a-z0-9A-Z_-][a-z0-9A-Z._-]*)*");

    /**
     * A file in the zip.
     *
     * @param name with its folder
     * @param isDeflated whether it is compressed
     * @param crc CRC-32 of its content
     * @param compressed bytes in the zip
     * @param size bytes of its content
     * @param dataAt where these bytes are
     */
    record Entry(String name, boolean isDeflated, int crc, long compressed, long size, long dataAt) {}

    private final FileChannel channel;
    private final String file;
    private final Findings findings;
    private final List<Entry> entries = new ArrayList<>();

    private BundleZip(FileChannel channel, String file, Findings findings) {
        this.channel = channel;
        this.file = file;
        this.findings = findings;
    }

    /**
     * Opens a file.
     *
     * @throws UnusableBundle if it is no zip, or one that is damaged so that its files cannot be told
     */
    static BundleZip open(Path path, Findings findings) throws IOException {
        FileChannel channel = FileChannel.open(path);
        BundleZip zip = new BundleZip(channel, String.valueOf(path.getFileName()), findings);
        try {
            zip.readDirectory();
            return zip;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    InputStream open(Entry entry) {
        return entry.isDeflated() ? new InflatedEntry(channel, entry, false) : new StoredEntry(channel, entry);
    }

    /** Adds a finding for each entry whose compressed bytes end with bits that mean nothing and are not zero. */
    void checkEnds() {
        entries.parallelStream()
                .filter(Entry::isDeflated)
                .filter(entry -> InflatedEntry.endsWithIdleBits(channel, entry))
                .forEach(entry -> odd("the compressed bytes of " + entry.name() + " end with bits that mean nothing"));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void readDirectory() throws IOException {
        long end = endAt();
        ByteBuffer record = read(end, END_BYTES);
        require(record.getShort(4) == 0 && record.getShort(6) == 0, "it is one of several volumes");
        require(record.getShort(8) == record.getShort(10), "its end counts its files in two ways");
        long count = Short.toUnsignedInt(record.getShort(10));
        long size = Integer.toUnsignedLong(record.getInt(12));
        long at = Integer.toUnsignedLong(record.getInt(16));
        long directoryEnd = end;
        if (count == FULL_16 || at == FULL_32) {
            directoryEnd = end - LOCATOR_64_BYTES - END_64_BYTES;
            ByteBuffer large = read64(directoryEnd, end - LOCATOR_64_BYTES);
            require(count == FULL_16 || count == large.getLong(32), "its two ends count its files differently");
            require(at == FULL_32 || at == large.getLong(48), "its two ends disagree where its directory is");
            require(size == large.getLong(40), "its two ends disagree how long its directory is");
            count = large.getLong(32);
            at = large.getLong(48);
        }
        require(
                size <= LARGEST_DIRECTORY && at >= 0 && at + size == directoryEnd,
                "its directory is not before its end");
        readEntries(read(at, (int) size), count, at);
    }

    private long endAt() throws IOException {
        long length = channel.size();
        if (length < END_BYTES) {
            throw unusable("it is no zip");
        }
        int tail = (int) Math.min(length, END_BYTES + FULL_16);
        ByteBuffer last = read(length - tail, tail);
        for (int at = tail - END_BYTES; at >= 0; at--) {
            if (last.getInt(at) == END) {
                if (at != tail - END_BYTES || last.getShort(at + 20) != 0) {
                    odd("there are bytes after its end");
                }
                return length - tail + at;
            }
        }
        throw unusable("it is no zip, or its end is missing");
    }

    private ByteBuffer read64(long at, long locatorAt) throws IOException {
        ByteBuffer locator = read(locatorAt, LOCATOR_64_BYTES);
        require(
                locator.getInt(0) == LOCATOR_64
                        && locator.getInt(4) == 0
                        && locator.getLong(8) == at
                        && locator.getInt(16) == 1,
                "its second end is not where it says");
        ByteBuffer large = read(at, END_64_BYTES);
        require(
                large.getInt(0) == END_64
                        && large.getLong(4) == END_64_BYTES - 12
                        && large.getShort(12) == VERSION_64
                        && large.getShort(14) == VERSION_64
                        && large.getInt(16) == 0
                        && large.getInt(20) == 0
                        && large.getLong(24) == large.getLong(32),
                "its second end is not readable");
        return large;
    }

    private void readEntries(ByteBuffer directory, long count, long directoryAt) throws IOException {
        Set<String> names = new HashSet<>();
        long next = 0;
        while (directory.hasRemaining()) {
            require(directory.remaining() >= CENTRAL_BYTES, "its directory ends within an entry");
            ByteBuffer fixed = slice(directory, CENTRAL_BYTES);
            require(fixed.getInt(0) == CENTRAL, "its directory has something else than entries");
            int nameBytes = Short.toUnsignedInt(fixed.getShort(28));
            int extraBytes = Short.toUnsignedInt(fixed.getShort(30));
            int commentBytes = Short.toUnsignedInt(fixed.getShort(32));
            require(
                    directory.remaining() >= nameBytes + extraBytes + commentBytes,
                    "its directory ends within an entry");
            byte[] rawName = new byte[nameBytes];
            directory.get(rawName);
            String name = new String(rawName, StandardCharsets.UTF_8);
            ByteBuffer extra = slice(directory, extraBytes);
            directory.position(directory.position() + commentBytes);
            if (!NAME.matcher(name).matches()) {
                odd("'" + name.replaceAll("\\p{Cntrl}", "?") + "' is no name of a file in a bundle");
            }
            if (!names.add(name)) {
                odd("there are two files " + name);
            }
            long offset = offset(fixed, extra, name);
            if (commentBytes != 0
                    || fixed.getShort(34) != 0
                    || fixed.getShort(36) != 0
                    || fixed.getInt(38) != 0
                    || fixed.getShort(4) != fixed.getShort(6)) {
                odd("the directory's entry of " + name + " has what a bundle's has not");
            }
            // Otherwise a small zip could hold endlessly much to read.
            require(offset >= next, name + " lies upon another file");
            if (offset != next) {
                odd("there are bytes between the files before " + name);
            }
            next = readLocal(fixed, rawName, name, offset);
        }
        require(!entries.isEmpty(), "it has no files");
        require(entries.size() == count, "its end counts other files than its directory has");
        if (next != directoryAt) {
            odd("there are bytes between the last file and the directory");
        }
    }

    /** Where an entry begins; in a zip of more than 4 GiB that stands in an extra field. */
    private long offset(ByteBuffer fixed, ByteBuffer extra, String name) {
        long offset = Integer.toUnsignedLong(fixed.getInt(42));
        boolean isLarge = offset == FULL_32;
        if (extra.remaining() != (isLarge ? EXTRA_64_BYTES : 0)) {
            require(!isLarge, "the entry of " + name + " does not say where the file is");
            odd("the directory's entry of " + name + " has an extra field");
        }
        if (!isLarge) {
            return offset;
        }
        require(
                extra.getShort(0) == 1 && extra.getShort(2) == Long.BYTES,
                "the extra field of " + name + " is unknown");
        return extra.getLong(4);
    }

    /** Returns where the entry ends. */
    private long readLocal(ByteBuffer central, byte[] rawName, String name, long at) throws IOException {
        int flags = Short.toUnsignedInt(central.getShort(8));
        int method = Short.toUnsignedInt(central.getShort(10));
        long compressed = Integer.toUnsignedLong(central.getInt(20));
        long size = Integer.toUnsignedLong(central.getInt(24));
        require(compressed != FULL_32 && size != FULL_32, name + " is larger than 4 GiB");
        require(method == STORED || method == DEFLATED, name + " is compressed by a method that no bundle has");
        require(
                (flags & ~(FLAG_DESCRIPTOR | FLAG_UTF8)) == 0 && (method == DEFLATED || compressed == size),
                name + " is encrypted or its directory entry damaged");
        boolean isDescribed = (flags & FLAG_DESCRIPTOR) != 0;
        ByteBuffer local = read(at, LOCAL_BYTES + rawName.length);
        require(local.getInt(0) == LOCAL, "there is no file where the directory says that " + name + " is");
        int extraBytes = Short.toUnsignedInt(local.getShort(28));
        boolean isSame = local.getShort(6) == central.getShort(8)
                && local.getShort(8) == central.getShort(10)
                && local.getInt(10) == central.getInt(12)
                && local.getInt(14) == (isDescribed ? 0 : central.getInt(16))
                && local.getInt(18) == (isDescribed ? 0 : central.getInt(20))
                && local.getInt(22) == (isDescribed ? 0 : central.getInt(24))
                && Short.toUnsignedInt(local.getShort(26)) == rawName.length
                && local.slice(LOCAL_BYTES, rawName.length).equals(ByteBuffer.wrap(rawName));
        // A file that is beyond 4 GiB needs a newer reader for its directory entry only.
        boolean isVersionKnown = local.getShort(4) == (method == DEFLATED ? 20 : 10)
                && (central.getShort(6) == local.getShort(4) || central.getShort(6) == VERSION_64);
        if (!isSame || !isVersionKnown || extraBytes != 0) {
            odd("what stands before " + name + " is not what the directory says of it");
        }
        long dataAt = at + LOCAL_BYTES + rawName.length + extraBytes;
        entries.add(new Entry(name, method == DEFLATED, central.getInt(16), compressed, size, dataAt));
        long end = dataAt + compressed;
        if (!isDescribed) {
            return end;
        }
        ByteBuffer descriptor = read(end, DESCRIPTOR_BYTES);
        if (descriptor.getInt(0) != DESCRIPTOR
                || descriptor.getInt(4) != central.getInt(16)
                || descriptor.getInt(8) != central.getInt(20)
                || descriptor.getInt(12) != central.getInt(24)) {
            odd("what stands after " + name + " is not what the directory says of it");
        }
        return end + DESCRIPTOR_BYTES;
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        require(at >= 0 && at + length <= channel.size(), "it ends too early");
        try {
            readFully(channel, buffer, at);
        } catch (EOFException e) {
            throw unusable("it ends too early");
        }
        return buffer.flip();
    }

    static void readFully(FileChannel channel, ByteBuffer buffer, long at) throws IOException {
        long place = at;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, place);
            if (read < 0) {
                throw new EOFException("the file ends within its bytes");
            }
            place += read;
        }
    }

    private static ByteBuffer slice(ByteBuffer buffer, int length) {
        ByteBuffer slice = buffer.slice(buffer.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(buffer.position() + length);
        return slice;
    }

    private void odd(String what) {
        findings.in(file, KIND, what + "; this is not the file that was exported, ask for it again");
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw unusable(what);
        }
    }

    private UnusableBundle unusable(String what) {
        return new UnusableBundle(file + " cannot be read as a bundle: " + what
                + ". Name the zip that was exported; if it is that, ask for it again.");
    }
}
