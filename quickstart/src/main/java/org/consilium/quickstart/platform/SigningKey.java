package org.consilium.quickstart.platform;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.consilium.contract.Es256Key;

/** A key with which a client proves itself to Keycloak: ES256, RFC 7523. */
final class SigningKey {

    private static final Duration ASSERTION_LIFE = Duration.ofSeconds(30);

    private final PrivateKey privateKey;
    private final ECPublicKey publicKey;

    /**
     * Reads the key, making it when it is not there.
     *
     * @param file private and public half, both PEM: as a site's node keeps its own
     */
    SigningKey(Path file) {
        try {
            if (!Files.exists(file)) {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp256r1"));
                KeyPair pair = generator.generateKeyPair();
                PrivateFiles.write(
                        file,
                        Pem.text("PRIVATE KEY", pair.getPrivate().getEncoded())
                                + Pem.text("PUBLIC KEY", pair.getPublic().getEncoded()));
            }
            KeyFactory factory = KeyFactory.getInstance("EC");
            privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(Pem.bytes(file, "PRIVATE KEY")));
            publicKey = (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(Pem.bytes(file, "PUBLIC KEY")));
        } catch (GeneralSecurityException e) {
            throw PrivateFiles.cannot("use the key", file, e);
        }
    }

    /** Returns the public half. */
    Es256Key publicKey() {
        return Es256Key.of(publicKey);
    }

    /** Returns a fresh assertion, good once and for 30 s. */
    String assertion(String client, URI issuer, Instant now) {
        return signed(Json.createObjectBuilder()
                .add("iss", client)
                .add("sub", client)
                .add("aud", issuer.toString())
                .add("jti", UUID.randomUUID().toString())
                .add("iat", now.getEpochSecond())
                .add("exp", now.plus(ASSERTION_LIFE).getEpochSecond())
                .build());
    }

    /** Returns the compact JSON Web Token of these claims. */
    String signed(JsonObject claims) {
        JsonObject header = Json.createObjectBuilder()
                .add("alg", "ES256")
                .add("kid", publicKey().kid())
                .build();
        String content = base64(header.toString().getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.toString().getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance(Es256Key.SIGNATURE);
            signature.initSign(privateKey);
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was read cannot sign", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
