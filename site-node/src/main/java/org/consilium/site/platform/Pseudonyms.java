package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns a patient's identity into a key that is the same each time and leads back only for who holds this site's
 * secret: HMAC-SHA-256 (RFC 2104) under 32 random bytes.
 */
@ApplicationScoped
public class Pseudonyms {

    /** The file in the key folder. */
    public static final String FILE = "pseudonym.key";

    private static final int KEY_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private SecretKeySpec key;

    /** For the container's proxy. */
    Pseudonyms() {}

    /** Reads the secret, or makes it. */
    @Inject
    public Pseudonyms(KeyFolder folder) {
        byte[] secret = folder.secret(FILE, Pseudonyms::fresh);
        if (secret.length != KEY_BYTES) {
            throw new IllegalStateException(folder.file(FILE) + " has " + secret.length + " bytes, not " + KEY_BYTES
                    + "; put the file back from a backup");
        }
        key = new SecretKeySpec(secret, ALGORITHM);
    }

    /**
     * Returns the pseudonym, 64 hexadecimal digits.
     *
     * @param identity what names the patient at this site
     */
    public String of(String identity) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(identity.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform must support " + ALGORITHM, e);
        }
    }

    private static byte[] fresh() {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
