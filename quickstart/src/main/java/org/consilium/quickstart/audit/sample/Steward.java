package org.consilium.quickstart.audit.sample;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import org.consilium.contract.Sha256;
import org.consilium.contract.protocol.SigningStatement;

/** An identity provider with its stewards: makes the lines of {@code signatures.jsonl}. */
public final class Steward {

    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
    private static final int BITS = 2048;

    private final KeyPair pair;
    private final String jwk;

    /** Makes a new key. */
    public Steward() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform makes no RSA keys", e);
        }
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        jwk = SampleJson.FACTORY
                .createObjectBuilder()
                .add("kty", "RSA")
                .add("kid", "sample")
                .add("alg", "RS256")
                .add("n", URL.encodeToString(key.getModulus().toByteArray()))
                .add("e", URL.encodeToString(key.getPublicExponent().toByteArray()))
                .build()
                .toString();
    }

    /** Returns the claims of the log-in that signs a statement. */
    public JsonObject claims(SigningStatement statement) {
        long at = statement.askedAt().getEpochSecond() + 2;
        return SampleJson.FACTORY
                .createObjectBuilder()
                .add("iss", "https://login.example/realms/consilium")
                .add("aud", "consilium-steward")
                .add("sub", statement.signer())
                .add("name", "Steward of " + statement.site())
                .add("site", statement.site().value())
                .add("groups", SampleJson.FACTORY.createArrayBuilder().add("steward"))
                .add("nonce", statement.nonce())
                .add("auth_time", at)
                .add("iat", at)
                .build();
    }

    /** Returns the line for a statement and the claims of a log-in. */
    public JsonObject line(SigningStatement statement, JsonObject claims) {
        JsonObjectBuilder line = SampleJson.FACTORY
                .createObjectBuilder()
                .add("study", statement.study().value())
                .add("version", statement.version())
                .add("protocol", statement.protocol().hex())
                .add("site", statement.site().value())
                .add("decision", statement.decision().name());
        statement.reason().ifPresent(reason -> line.add("reason", reason));
        return line.add("signer", statement.signer())
                .add("name", "Steward of " + statement.site())
                .add("meaning", statement.meaning())
                .add("askedAt", statement.askedAt().toString())
                .add("authenticatedAt", statement.askedAt().plusSeconds(2).toString())
                .add("signedAt", statement.askedAt().plusSeconds(3).toString())
                .add("idToken", token(claims))
                .add("idTokenKey", jwk)
                .build();
    }

    /** Returns the SHA-256 of a text. */
    public static String digest(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private String token(JsonObject claims) {
        String content = encoded("{\"alg\":\"RS256\",\"kid\":\"sample\"}") + "." + encoded(claims.toString());
        try {
            Signature signer = Signature.getInstance("SHA256withRSA");
            signer.initSign(pair.getPrivate());
            signer.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + URL.encodeToString(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key does not sign: " + e.getMessage(), e);
        }
    }

    private static String encoded(String json) {
        return URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
