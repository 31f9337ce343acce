package org.consilium.contract;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** A key for ES256 (RFC 7518, section 3.4) with its private half, of which only signatures and {@link #toPem} come out. */
public final class Es256KeyPair {

    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final Es256Key shown;

    private Es256KeyPair(PrivateKey privateKey, PublicKey publicKey) {
        if (!(publicKey instanceof ECPublicKey curve)) {
            throw new IllegalArgumentException("its public key is " + publicKey.getAlgorithm() + ", not EC");
        }
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.shown = Es256Key.of(curve);
    }

    /** Returns a new one. */
    public static Es256KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            return new Es256KeyPair(pair.getPrivate(), pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform makes no P-256 keys", e);
        }
    }

    /**
     * Reads both halves.
     *
     * @param text as {@link #toPem} writes it
     * @throws IllegalArgumentException if it holds no such key, or halves that do not belong together
     */
    public static Es256KeyPair fromPem(String text) {
        try {
            KeyFactory factory = KeyFactory.getInstance("EC");
            Es256KeyPair pair = new Es256KeyPair(
                    factory.generatePrivate(new PKCS8EncodedKeySpec(Pem.bytes(text, PRIVATE))),
                    factory.generatePublic(new X509EncodedKeySpec(Pem.bytes(text, PUBLIC))));
            pair.requireWhole();
            return pair;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Returns both halves, PKCS#8 and X.509 (RFC 7468); to be kept where nobody else reads. */
    public String toPem() {
        return Pem.section(PRIVATE, privateKey.getEncoded()) + Pem.section(PUBLIC, publicKey.getEncoded());
    }

    /** Returns the public half. */
    public Es256Key publicKey() {
        return shown;
    }

    /**
     * Returns a JSON Web Token (RFC 7519) of these claims, compact form.
     *
     * @param claims the payload
     */
    public String sign(JsonObject claims) {
        JsonObject header = Json.createObjectBuilder()
                .add("alg", "ES256")
                .add("kid", shown.kid())
                .add("typ", "JWT")
                .build();
        String content = encoded(header) + "." + encoded(claims);
        try {
            return content + "." + URL.encodeToString(signature(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key does not sign: " + e.getMessage(), e);
        }
    }

    private byte[] signature(byte[] content) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(Es256Key.SIGNATURE);
        signer.initSign(privateKey);
        signer.update(content);
        return signer.sign();
    }

    private void requireWhole() throws GeneralSecurityException {
        byte[] content = shown.kid().getBytes(StandardCharsets.US_ASCII);
        if (!shown.isSigned(content, signature(content))) {
            throw new GeneralSecurityException("its private and its public key do not belong together");
        }
    }

    private static String encoded(JsonObject json) {
        return URL.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
