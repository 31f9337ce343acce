package org.consilium.quickstart.audit;

import java.util.OptionalLong;

/**
 * One thing in a bundle that is not as it must be.
 *
 * @param kind what kind of thing it is, in a few words with hyphens, for programs
 * @param seq number of the record that it is about, if it is about one
 * @param file in which it was seen, with the line where it has lines
 * @param text what is wrong, and what to do next
 */
public record Finding(String kind, OptionalLong seq, String file, String text) {

    /** Returns it on one line, with the number of the record or the file first. */
    public String line() {
        return (seq.isPresent() ? "seq " + seq.getAsLong() : file) + ": " + text + " [" + kind + "]";
    }
}
