package org.consilium.server.platform;

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
        if (text == null
                || text.isBlank()
                || text.length() > longest
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "'" + member + "' must have 1 to " + longest + " characters and no control characters");
        }
    }

    /** Returns a text on one line: PostgreSQL keeps no NUL, and a reason is shown on one line. */
    public static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
