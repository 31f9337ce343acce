package org.consilium.site.images;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.consilium.model.images.ImageDataException;

/**
 * Refuses a PNG or JPEG file that is not whole. The JDK's decoders fill what is missing with grey and do not look at
 * PNG's check sums, so that a copy broken off half way would be trained on.
 */
final class WholeFile {

    private static final long PNG_SIGNATURE = 0x89504e470d0a1a0aL;
    private static final int PNG_END = 0x49454e44;
    /** Length, type and check sum around the data of a chunk. */
    private static final int CHUNK_FRAME = 12;

    private static final int JPEG_START = 0xffd8;
    private static final int JPEG_SCAN = 0xffda;
    private static final int JPEG_END = 0xffd9;

    private WholeFile() {}

    /**
     * Checks.
     *
     * @param name of the image, for messages
     * @throws ImageDataException naming the image
     */
    static void require(String name, byte[] file) {
        if (file.length >= Long.BYTES && ByteBuffer.wrap(file).getLong() == PNG_SIGNATURE) {
            requirePng(name, ByteBuffer.wrap(file).position(Long.BYTES));
        } else if (file.length >= 2 && pair(file, 0) == JPEG_START) {
            // Within image data the byte 0xff is always followed by another than these two.
            if (last(file, JPEG_SCAN) < 0 || last(file, JPEG_END) < last(file, JPEG_SCAN)) {
                throw damaged(name, "its end is missing");
            }
        } else {
            throw new ImageDataException(name + " is no PNG or JPEG image; convert it or remove it");
        }
    }

    private static void requirePng(String name, ByteBuffer chunks) {
        while (chunks.remaining() >= CHUNK_FRAME) {
            int length = chunks.getInt();
            if (length < 0 || length > chunks.remaining() - Long.BYTES) {
                break;
            }
            CRC32 sum = new CRC32();
            sum.update(chunks.slice(chunks.position(), Integer.BYTES + length));
            int type = chunks.getInt();
            chunks.position(chunks.position() + length);
            if (chunks.getInt() != (int) sum.getValue()) {
                throw damaged(name, "a check sum is wrong");
            }
            if (type == PNG_END) {
                return;
            }
        }
        throw damaged(name, "its end is missing");
    }

    private static ImageDataException damaged(String name, String why) {
        return new ImageDataException(name + " is damaged (" + why + "); copy it again from its source");
    }

    private static int last(byte[] file, int pair) {
        for (int i = file.length - 2; i >= 0; i--) {
            if (pair(file, i) == pair) {
                return i;
            }
        }
        return -1;
    }

    private static int pair(byte[] file, int at) {
        return (file[at] & 0xff) << 8 | file[at + 1] & 0xff;
    }
}
