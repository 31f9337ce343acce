package org.consilium.contract;

import java.nio.charset.StandardCharsets;

/** Texts for people that come from outside. */
public final class Texts {

    private Texts() {}

    /**
     * Checks a text that is kept as it came.
     *
     * @param member its name, for the refusal
     * @param longest most characters
     * @throws IllegalArgumentException if it is blank, longer, or has control characters
     */
    public static void require(String member, String text, int longest) {
        if (isNone(text, longest) || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "'" + member + "' must have 1 to " + longest + " characters and no control characters");
        }
    }

    /**
     * Checks a text of any number of lines that is kept as it came.
     *
     * @param member its name, for the refusal
     * @param longest most characters
     * @throws IllegalArgumentException if it is blank, longer, or has control characters other than line feeds
     */
    public static void requireLines(String member, String text, int longest) {
        if (isNone(text, longest) || text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
            throw new IllegalArgumentException("'" + member + "' must have 1 to " + longest
                    + " characters and no control characters but line feeds");
        }
    }

    /** Returns a text on one line: PostgreSQL keeps no NUL, and a reason is shown on one line. */
    public static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    /** Half of a surrogate pair is no text either: its bytes would be those of a question mark. */
    private static boolean isNone(String text, int longest) {
        return text == null
                || text.isBlank()
                || text.length() > longest
                || !StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
