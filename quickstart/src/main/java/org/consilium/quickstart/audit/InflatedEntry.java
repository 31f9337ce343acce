package org.consilium.quickstart.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The content of a zip's compressed file (RFC 1951): all compressed bytes are used, and make exactly the size and CRC. */
final class InflatedEntry extends InputStream {

    private static final int CHUNK = 1 << 16;

    private final FileChannel channel;
    private final BundleZip.Entry entry;
    private final boolean isLastBitCleared;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] input = new byte[CHUNK];
    private long given;

    /**
     * @param isLastBitCleared whether to read as if the highest bit that is set in the last compressed byte were not
     */
    InflatedEntry(FileChannel channel, BundleZip.Entry entry, boolean isLastBitCleared) {
        this.channel = channel;
        this.entry = entry;
        this.isLastBitCleared = isLastBitCleared;
    }

    /**
     * Returns whether bits after the end of the compressed data, up to the byte's end, are set: then clearing the last of
     * them changes nothing.
     */
    static boolean endsWithIdleBits(FileChannel channel, BundleZip.Entry entry) {
        byte[] buffer = new byte[CHUNK];
        try {
            ByteBuffer last = ByteBuffer.allocate(1);
            if (entry.compressed() > 0) {
                BundleZip.readFully(channel, last, entry.dataAt() + entry.compressed() - 1);
            }
            if (last.get(0) == 0) {
                return false;
            }
            try (InputStream in = new InflatedEntry(channel, entry, true)) {
                while (in.read(buffer) >= 0) {
                    // Only whether it comes to its end counts.
                    continue;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            while (true) {
                int made = inflater.inflate(into, offset, length);
                if (made > 0) {
                    crc.update(into, offset, made);
                    requireWithin();
                    return made;
                }
                if (inflater.finished()) {
                    requireEnd();
                    return -1;
                }
                if (inflater.needsDictionary() || given == entry.compressed()) {
                    throw new DamagedEntry("its compressed bytes end too early");
                }
                feed();
            }
        } catch (DataFormatException e) {
            throw new DamagedEntry("its compressed bytes are damaged");
        }
    }

    private void feed() throws IOException {
        int next = (int) Math.min(CHUNK, entry.compressed() - given);
        BundleZip.readFully(channel, ByteBuffer.wrap(input, 0, next), entry.dataAt() + given);
        given += next;
        if (isLastBitCleared && given == entry.compressed()) {
            int last = Byte.toUnsignedInt(input[next - 1]);
            input[next - 1] = (byte) (last ^ Integer.highestOneBit(last));
        }
        inflater.setInput(input, 0, next);
    }

    /** What says that it is small must not be read for ever. */
    private void requireWithin() throws DamagedEntry {
        if (inflater.getBytesWritten() > entry.size()) {
            throw new DamagedEntry("it has more bytes than its size in the zip");
        }
    }

    private void requireEnd() throws DamagedEntry {
        if (inflater.getBytesRead() != entry.compressed()) {
            throw new DamagedEntry("there are bytes after its compressed ones");
        }
        if (inflater.getBytesWritten() != entry.size() || (int) crc.getValue() != entry.crc()) {
            throw new DamagedEntry("its size or checksum in the zip is wrong");
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
