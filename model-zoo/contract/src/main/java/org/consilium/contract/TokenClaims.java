package org.consilium.contract;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Reads what a JSON Web Token says (RFC 7519), whose signature is somebody else's to check. */
public final class TokenClaims {

    private TokenClaims() {}

    /**
     * Returns the claims of a token, unverified.
     *
     * @param token in compact form
     * @throws IllegalArgumentException if it has no three parts, or the second is not Base64
     * @throws jakarta.json.JsonException if that is no JSON object
     */
    public static JsonObject unverified(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a token has three parts");
        }
        String text = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
