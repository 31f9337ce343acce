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
        // Not \\p{Cntrl}, which leaves the control characters beyond ASCII.
        return text.replaceAll("\\p{Cc}", " ");
    }

    /**
     * Returns what {@link #require} takes of a text that nobody has checked and that must be kept all the same: on one line,
     * cut to the length, with a question mark for each half of a surrogate pair.
     *
     * @param longest most characters
     * @param none what stands for a text that is missing or blank
     */
    public static String fitting(String text, int longest, String none) {
        String line = text == null ? "" : oneLine(text);
        StringBuilder whole = new StringBuilder(line.length());
        line.codePoints().forEach(sign -> whole.appendCodePoint(isHalf(sign) ? '?' : sign));
        String stripped = whole.toString().strip();
        int end = Math.min(stripped.length(), longest);
        boolean parts = end < stripped.length() && Character.isLowSurrogate(stripped.charAt(end));
        String cut = stripped.substring(0, parts ? end - 1 : end);
        return cut.isBlank() ? none : cut;
    }

    private static boolean isHalf(int sign) {
        return sign >= Character.MIN_SURROGATE && sign <= Character.MAX_SURROGATE;
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
