package org.consilium.server.site;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.regex.Pattern;
import org.consilium.contract.Sha256;

/**
 * The one-time code of an invitation: 125 random bits as 25 letters and digits of Crockford's base 32, in groups of five,
 * so that it can be read out on the telephone. Whoever has it may ask to be let in as the site, no more.
 *
 * @param text such as {@code 7K2MD-0Q9XA-B3JTV-58WEC-R1HNZ}
 */
record EnrolmentCode(String text) {

    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 25;
    private static final int GROUP = 5;
    private static final Pattern FORM = Pattern.compile("[" + DIGITS + "]{" + LENGTH + "}");

    /** Returns a new code. */
    static EnrolmentCode random(SecureRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            text.append(i > 0 && i % GROUP == 0 ? "-" : "").append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return new EnrolmentCode(text.toString());
    }

    /**
     * Reads a code as people type it: small letters, blanks and missing hyphens are taken, and so are O for 0, I and L
     * for 1.
     *
     * @throws IllegalArgumentException if it has not the form of a code
     */
    static EnrolmentCode parse(String typed) {
        String bare = typed.toUpperCase(Locale.ROOT)
                .replaceAll("[\\s-]", "")
                .replace('O', '0')
                .replace('I', '1')
                .replace('L', '1');
        if (!FORM.matcher(bare).matches()) {
            throw new IllegalArgumentException("'code' must be an enrolment code of 25 letters and digits, such as"
                    + " 7K2MD-0Q9XA-B3JTV-58WEC-R1HNZ");
        }
        return new EnrolmentCode(bare.replaceAll("(.{" + GROUP + "})(?!$)", "$1-"));
    }

    /** Returns what is kept of it. */
    Sha256 digest() {
        return Sha256.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Keeps the code out of logs. */
    @Override
    public String toString() {
        return "an enrolment code";
    }
}
