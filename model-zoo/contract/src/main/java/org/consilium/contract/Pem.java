package org.consilium.contract;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sections of text with keys in them (RFC 7468). */
public final class Pem {

    private static final Base64.Encoder MIME = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /**
     * Returns one section.
     *
     * @param kind its label, such as {@code PUBLIC KEY}
     */
    public static String section(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n" + MIME.encodeToString(bytes) + "\n-----END " + kind + "-----\n";
    }

    /**
     * Returns the bytes of the first section with that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static byte[] bytes(String pem, String kind) {
        Matcher section = Pattern.compile("-----BEGIN " + kind + "-----([^-]*)-----END " + kind + "-----")
                .matcher(pem);
        if (!section.find()) {
            throw new IllegalArgumentException("it has no section '" + kind + "'");
        }
        return Base64.getMimeDecoder().decode(section.group(1));
    }
}
