package org.consilium.quickstart.platform;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;

/** The text form of keys and certificates (RFC 7468). */
final class Pem {

    private static final int LINE = 64;

    private Pem() {}

    static String text(String type, byte[] der) {
        String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    /** Reads a file with one object. */
    static byte[] bytes(Path file) throws GeneralSecurityException {
        String body = PrivateFiles.read(file).replaceAll("-----[^-]+-----", "").replaceAll("\\s", "");
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException(file + " is not a PEM file", e);
        }
    }
}
