package org.consilium.contract;

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

    /**
     * Returns whether a text has bytes of its own in UTF-8: half of a surrogate pair would become a question mark. Asked for
     * each member of each audit record, for which an encoder would be slow.
     */
    public static boolean isEncodable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                i++;
                if (i == text.length() || !Character.isSurrogatePair(c, text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isNone(String text, int longest) {
        return text == null || text.isBlank() || text.length() > longest || !isEncodable(text);
    }
}
