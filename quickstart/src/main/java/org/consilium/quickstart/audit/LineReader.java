package org.consilium.quickstart.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a text line by line: UTF-8, one line feed after each line, no line without an end, none longer than a limit. */
final class LineReader {

    /** Longest line in bytes: a certificate of a round with a thousand sites has some 500,000. */
    private static final int LONGEST = 4 << 20;

    private static final int CHUNK = 1 << 16;

    private final InputStream in;
    private final byte[] buffer = new byte[CHUNK];
    private int at;
    private int end;

    LineReader(InputStream in) {
        this.in = in;
    }

    /**
     * Returns the next line's bytes without the line feed; null at the end.
     *
     * @throws DamagedEntry if a line has no end or is too long
     */
    byte[] next() throws IOException {
        ByteArrayOutputStream begun = null;
        while (true) {
            if (at == end) {
                end = Math.max(0, in.read(buffer, 0, CHUNK));
                at = 0;
                if (end == 0) {
                    if (begun == null) {
                        return null;
                    }
                    throw new DamagedEntry("its last line has no end");
                }
            }
            int feed = at;
            while (feed < end && buffer[feed] != '\n') {
                feed++;
            }
            boolean isWhole = feed < end;
            if (isWhole && begun == null) {
                byte[] line = java.util.Arrays.copyOfRange(buffer, at, feed);
                at = feed + 1;
                return line;
            }
            begun = begun == null ? new ByteArrayOutputStream() : begun;
            begun.write(buffer, at, feed - at);
            at = isWhole ? feed + 1 : feed;
            if (begun.size() > LONGEST) {
                throw new DamagedEntry("a line is longer than " + LONGEST + " bytes");
            }
            if (isWhole) {
                return begun.toByteArray();
            }
        }
    }

    /**
     * Returns the text of these bytes.
     *
     * @throws IllegalArgumentException if they are not UTF-8
     */
    static String text(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not UTF-8", e);
        }
    }
}
