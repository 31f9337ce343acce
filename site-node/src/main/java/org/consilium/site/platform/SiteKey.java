package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.consilium.contract.Es256Key;
import org.consilium.contract.Es256KeyPair;

/**
 * The key by which this site proves who it is: EC P-256, made here at the first start. Only signatures and the public
 * half ever leave this class.
 */
@ApplicationScoped
public class SiteKey {

    /** The file in the key folder: PKCS#8 private key and public key, both PEM. */
    public static final String FILE = "site-key.pem";

    private Es256KeyPair pair;

    /** For the container's proxy. */
    SiteKey() {}

    /**
     * Reads the key, or makes it.
     *
     * @throws IllegalStateException if the file is there but holds no such key, naming it
     */
    @Inject
    public SiteKey(KeyFolder folder) {
        byte[] pem = folder.secret(FILE, () -> Es256KeyPair.generate().toPem().getBytes(StandardCharsets.US_ASCII));
        try {
            pair = Es256KeyPair.fromPem(new String(pem, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    folder.file(FILE) + " holds no EC P-256 key of this node (" + e.getMessage()
                            + "); put the file back from a backup, or move it away, start again and have the new key"
                            + " registered",
                    e);
        }
    }

    /** Returns the key's id, its RFC 7638 thumbprint. */
    public String kid() {
        return pair.publicKey().kid();
    }

    /** Returns the public half. */
    public Es256Key publicKey() {
        return pair.publicKey();
    }

    /** Returns a JSON Web Token of these claims; see {@link Es256KeyPair#sign}. */
    public String sign(JsonObject claims) {
        return pair.sign(claims);
    }
}
