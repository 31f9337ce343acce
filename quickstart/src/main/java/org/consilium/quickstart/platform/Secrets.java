package org.consilium.quickstart.platform;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;

/** Passwords made at random when first asked for, and kept in one file of mode 0600; thread-safe. */
final class Secrets {

    private static final int BYTES = 24;

    private final Path file;
    private final Properties known = new Properties();
    private final SecureRandom random = new SecureRandom();

    /** Reads the file, if it is there. */
    Secrets(Path file) {
        this.file = file;
        if (Files.exists(file)) {
            try {
                known.load(new StringReader(PrivateFiles.read(file)));
            } catch (IOException | IllegalArgumentException e) {
                throw PrivateFiles.cannot("understand", file, e);
            }
        }
    }

    /** Returns the secret of this name: 32 letters, digits, hyphens and underscores, so that no format needs to quote it. */
    synchronized String get(String name) {
        String secret = known.getProperty(name);
        if (secret == null) {
            byte[] bytes = new byte[BYTES];
            random.nextBytes(bytes);
            secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            known.setProperty(name, secret);
            PrivateFiles.write(
                    file, known, "Passwords of this folder's demo. Remove target/consilium to get new ones.");
        }
        return secret;
    }
}
