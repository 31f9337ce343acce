package org.consilium.contract.audit;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The checkpoints that a witness has seen and counter-signed, as one text that it hands to an auditor: their
 * {@linkplain SignedCheckpoint#note() notes} in any order, with a line of three hyphens between two of them.
 */
public final class WitnessedCheckpoints {

    /** The line between two notes; no line of a note is like it. */
    public static final String SEPARATOR = "---\n";

    private static final Pattern BETWEEN = Pattern.compile("^" + SEPARATOR, Pattern.MULTILINE);

    private WitnessedCheckpoints() {}

    /** Returns the text. */
    public static String write(List<SignedCheckpoint> checkpoints) {
        return checkpoints.stream().map(SignedCheckpoint::note).collect(Collectors.joining(SEPARATOR));
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if a part of it is no signed checkpoint
     */
    public static Stream<SignedCheckpoint> read(String text) {
        return BETWEEN.splitAsStream(text).map(SignedCheckpoint::fromNote);
    }
}
