package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consilium.contract.Es256Key;

/**
 * The key by which this site proves who it is: EC P-256, made here at the first start. Only signatures and the public
 * half ever leave this class.
 */
@ApplicationScoped
public class SiteKey {

    /** The file in the key folder: PKCS#8 private key and public key, both PEM. */
    public static final String FILE = "site-key.pem";

    private static final String CURVE = "secp256r1";
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Encoder MIME = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private PrivateKey privateKey;
    private ECPublicKey publicKey;
    private Es256Key shown;
    private String kid;

    /** For the container's proxy. */
    SiteKey() {}

    /**
     * Reads the key, or makes it.
     *
     * @throws IllegalStateException if the file is there but holds no such key, naming it
     */
    @Inject
    public SiteKey(KeyFolder folder) {
        String pem = new String(folder.secret(FILE, SiteKey::fresh), StandardCharsets.US_ASCII);
        try {
            KeyFactory factory = KeyFactory.getInstance("EC");
            privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(section(pem, "PRIVATE KEY")));
            publicKey = (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(section(pem, "PUBLIC KEY")));
            shown = Es256Key.of(publicKey);
            kid = shown.kid();
            checkPair();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    folder.file(FILE) + " holds no EC P-256 key of this node (" + e.getMessage()
                            + "); put the file back from a backup, or move it away, start again and have the new key"
                            + " registered",
                    e);
        }
    }

    /** Returns the key's id, its RFC 7638 thumbprint. */
    public String kid() {
        return kid;
    }

    /** Returns the public half. */
    public Es256Key publicKey() {
        return shown;
    }

    /**
     * Returns a JSON Web Token (RFC 7519) of these claims, signed with ES256, compact form.
     *
     * @param claims the payload
     */
    public String sign(JsonObject claims) {
        JsonObject header = Json.createObjectBuilder()
                .add("alg", "ES256")
                .add("kid", kid)
                .add("typ", "JWT")
                .build();
        String content = encoded(header) + "." + encoded(claims);
        try {
            return content + "." + URL.encodeToString(signature(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the site's key does not sign: " + e.getMessage(), e);
        }
    }

    private byte[] signature(byte[] content) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(Es256Key.SIGNATURE);
        signer.initSign(privateKey);
        signer.update(content);
        return signer.sign();
    }

    private void checkPair() throws GeneralSecurityException {
        byte[] content = kid.getBytes(StandardCharsets.US_ASCII);
        Signature verifier = Signature.getInstance(Es256Key.SIGNATURE);
        verifier.initVerify(publicKey);
        verifier.update(content);
        if (!verifier.verify(signature(content))) {
            throw new GeneralSecurityException("its private and its public key do not belong together");
        }
    }

    private static String encoded(JsonObject json) {
        return URL.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] fresh() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            KeyPair pair = generator.generateKeyPair();
            return (pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                            + pem("PUBLIC KEY", pair.getPublic().getEncoded()))
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform makes no P-256 keys", e);
        }
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n" + MIME.encodeToString(bytes) + "\n-----END " + kind + "-----\n";
    }

    private static byte[] section(String pem, String kind) throws GeneralSecurityException {
        Matcher section = Pattern.compile("-----BEGIN " + kind + "-----([^-]*)-----END " + kind + "-----")
                .matcher(pem);
        if (!section.find()) {
            throw new GeneralSecurityException("it has no section '" + kind + "'");
        }
        return Base64.getMimeDecoder().decode(section.group(1));
    }
}
