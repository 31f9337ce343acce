package org.consilium.quickstart.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;

/** The content of a zip's file that is not compressed. */
final class StoredEntry extends InputStream {

    private final FileChannel channel;
    private final BundleZip.Entry entry;
    private final CRC32 crc = new CRC32();
    private long read;

    StoredEntry(FileChannel channel, BundleZip.Entry entry) {
        this.channel = channel;
        this.entry = entry;
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
        int next = (int) Math.min(length, entry.size() - read);
        if (next == 0) {
            if ((int) crc.getValue() != entry.crc()) {
                throw new DamagedEntry("its checksum in the zip is wrong");
            }
            return -1;
        }
        BundleZip.readFully(channel, ByteBuffer.wrap(into, offset, next), entry.dataAt() + read);
        crc.update(into, offset, next);
        read += next;
        return next;
    }
}
