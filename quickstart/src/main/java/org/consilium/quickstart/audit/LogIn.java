package org.consilium.quickstart.audit;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * A log-in as the identity provider has signed it: an ID token (OpenID Connect Core 1.0, section 2) with RS256 (RFC 7518,
 * section 3.3).
 *
 * @param subject the identity provider's name of the person
 * @param name as it prints it, if it does
 * @param userName the person's user name, if it tells it
 * @param site that the person speaks for
 * @param isSteward whether the person has the role of a steward
 * @param isForSigning whether the log-in was made for signing
 * @param nonce what it was for
 * @param issuer the identity provider
 * @param at when the person logged in
 */
record LogIn(
        String subject,
        Optional<String> name,
        Optional<String> userName,
        String site,
        boolean isSteward,
        boolean isForSigning,
        String nonce,
        String issuer,
        Instant at) {

    /** The client of the log-ins by which protocols are signed. */
    private static final String CLIENT = "consilium-steward";

    private static final int FEWEST_BITS = 2048;

    /**
     * Reads a token and checks its signature.
     *
     * @param token compact form (RFC 7515, section 7.1)
     * @param key JSON Web Key (RFC 7517)
     * @throws IllegalArgumentException if it is none, or the key did not sign it
     */
    static LogIn verified(String token, String key) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("the ID token has not three parts");
        }
        StrictJson header = StrictJson.parse(LineReader.text(bytes(parts[0])));
        if (!header.text("alg").equals("RS256")) {
            throw new IllegalArgumentException("the ID token is signed by " + header.text("alg") + ", not by RS256");
        }
        byte[] content = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
        if (!isSigned(content, bytes(parts[2]), rsa(StrictJson.parse(key)))) {
            throw new IllegalArgumentException("the ID token is not signed by the key beside it");
        }
        StrictJson claims = StrictJson.parse(LineReader.text(bytes(parts[1])));
        return new LogIn(
                claims.text("sub"),
                claims.optionalText("name"),
                claims.optionalText("preferred_username"),
                claims.optionalText("site").orElse(""),
                claims.has("groups") && claims.says("groups", "steward"),
                claims.has("aud") && claims.says("aud", CLIENT),
                claims.text("nonce"),
                claims.text("iss"),
                Instant.ofEpochSecond(claims.whole("auth_time")));
    }

    /** Returns whether this is a name of the person. */
    boolean isNamed(String printed) {
        return name.filter(one -> !one.isBlank()).or(() -> userName).equals(Optional.of(printed));
    }

    private static PublicKey rsa(StrictJson jwk) {
        if (!jwk.text("kty").equals("RSA") || jwk.has("d")) {
            throw new IllegalArgumentException("the identity provider's key is no public RSA key");
        }
        try {
            RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
            if (key.getModulus().bitLength() < FEWEST_BITS) {
                throw new IllegalArgumentException("the identity provider's key has fewer than 2048 bits");
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the identity provider's key is not readable: " + e.getMessage(), e);
        }
    }

    private static BigInteger number(StrictJson jwk, String member) {
        return new BigInteger(1, bytes(jwk.text(member)));
    }

    private static boolean isSigned(byte[] content, byte[] signature, PublicKey key) {
        try {
            Signature verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(key);
            verifier.update(content);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] bytes(String base64url) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(base64url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a part of the ID token or its key is not base64url", e);
        }
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(base64url)) {
            throw new IllegalArgumentException("a part of the ID token or its key is not written as base64url is");
        }
        return bytes;
    }
}
