package org.consilium.server.globalmodel;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a body, as {@code Range} asks for it (RFC 9110, section 14); one range only.
 *
 * @param from first byte, from 0
 * @param to the byte after the last one, greater than from
 */
record ByteRange(long from, long to) {

    private static final Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * Returns the range that a header asks for.
     *
     * @param header {@code bytes=FROM-}, {@code bytes=FROM-LAST} or {@code bytes=-COUNT}
     * @param length of the whole body
     * @return empty where the header has another form and is to be ignored
     * @throws UnsatisfiableRange if nothing of the body lies in the range
     */
    static Optional<ByteRange> parse(String header, long length) {
        Matcher form = FORM.matcher(header.strip());
        if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty()) || isReversed(form)) {
            return Optional.empty();
        }
        long from;
        long to;
        if (form.group(1).isEmpty()) {
            from = Math.max(0, length - Long.parseLong(form.group(2)));
            to = length;
        } else {
            from = Long.parseLong(form.group(1));
            to = form.group(2).isEmpty() ? length : Math.min(length, Long.parseLong(form.group(2)) + 1);
        }
        if (from >= to) {
            throw new UnsatisfiableRange();
        }
        return Optional.of(new ByteRange(from, to));
    }

    /** A last byte before the first makes no range at all, unlike one that lies outside the body. */
    private static boolean isReversed(Matcher form) {
        return !form.group(1).isEmpty()
                && !form.group(2).isEmpty()
                && Long.parseLong(form.group(2)) < Long.parseLong(form.group(1));
    }

    /** Nothing of the body lies in the range. */
    static final class UnsatisfiableRange extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
