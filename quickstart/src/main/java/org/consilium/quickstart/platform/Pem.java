package org.consilium.quickstart.platform;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of keys and certificates (RFC 7468). */
final class Pem {

    private static final int LINE = 64;

    private Pem() {}

    static String text(String type, byte[] der) {
        String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    /** Reads one object of a file. */
    static byte[] bytes(Path file, String type) throws GeneralSecurityException {
        Matcher section = Pattern.compile("-----BEGIN " + type + "-----([^-]*)-----END " + type + "-----")
                .matcher(PrivateFiles.read(file));
        if (!section.find()) {
            throw new GeneralSecurityException(file + " has no section '" + type + "'");
        }
        try {
            return Base64.getMimeDecoder().decode(section.group(1));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException(file + " is not a PEM file", e);
        }
    }
}
