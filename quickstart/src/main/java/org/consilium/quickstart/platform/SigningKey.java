package org.consilium.quickstart.platform;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.consilium.contract.Es256Key;
import org.consilium.contract.Es256KeyPair;

/** A key with which a client proves itself to Keycloak: ES256, RFC 7523. */
final class SigningKey {

    private static final Duration ASSERTION_LIFE = Duration.ofSeconds(30);

    private final Es256KeyPair pair;

    /**
     * Reads the key, making it when it is not there.
     *
     * @param file private and public half, both PEM: as a site's node keeps its own
     */
    SigningKey(Path file) {
        if (!Files.exists(file)) {
            PrivateFiles.write(file, Es256KeyPair.generate().toPem());
        }
        try {
            pair = Es256KeyPair.fromPem(PrivateFiles.read(file));
        } catch (IllegalArgumentException e) {
            throw PrivateFiles.cannot("use the key", file, e);
        }
    }

    /** Returns the public half. */
    Es256Key publicKey() {
        return pair.publicKey();
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
        return pair.sign(claims);
    }
}
