package org.consilium.server.platform;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Issues tokens as Keycloak does, good ones and bad ones that no Keycloak would issue, and publishes the key that the
 * good ones are signed with.
 */
public final class IssuerForTests {

    private static final String KEY_ID = "key-1";

    private static final class Holder {
        private static final IssuerForTests ONLY = new IssuerForTests();
    }

    private final KeyPair key = newKey();
    private final String issuer;

    private IssuerForTests() {
        try {
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(KeysForTests.context()));
            issuer = "https://localhost:" + server.getAddress().getPort() + "/realms/consilium";
            byte[] keys = keys().toString().getBytes(StandardCharsets.UTF_8);
            server.createContext("/realms/consilium/protocol/openid-connect/certs", exchange -> {
                try (exchange) {
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, keys.length);
                    exchange.getResponseBody().write(keys);
                }
            });
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the issuer, started at the first call and ended with the JVM. */
    public static IssuerForTests running() {
        return Holder.ONLY;
    }

    /** Returns its address. */
    public String address() {
        return issuer;
    }

    /** Returns a valid token of a client with those roles. */
    public String token(String client, String... roles) {
        return token(client, claims -> claims, roles);
    }

    /** Returns a token whose claims are changed before it is signed. */
    public String token(String client, UnaryOperator<JsonObjectBuilder> change, String... roles) {
        return signed(claims(client, change, roles), KEY_ID, key.getPrivate());
    }

    /** Returns a token that is signed with another key under the name of the published one. */
    public String forged(String client, String... roles) {
        return signed(claims(client, claims -> claims, roles), KEY_ID, newKey().getPrivate());
    }

    /** Returns a token that says that it needs no signature. */
    public String unsigned(String client, String... roles) {
        return encoded("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + encoded(claims(client, c -> c, roles)) + ".";
    }

    /** Returns the ID token of a log-in just now, with that nonce, whose claims are changed before it is signed. */
    public String idToken(String person, String nonce, UnaryOperator<JsonObjectBuilder> change) {
        return signed(idClaims(person, nonce, change), KEY_ID, key.getPrivate());
    }

    /** Returns such an ID token that is signed with another key under the name of the published one. */
    public String forgedIdToken(String person, String nonce) {
        return signed(idClaims(person, nonce, claims -> claims), KEY_ID, newKey().getPrivate());
    }

    private String idClaims(String person, String nonce, UnaryOperator<JsonObjectBuilder> change) {
        long now = Instant.now().getEpochSecond();
        return change.apply(Json.createObjectBuilder()
                        .add("iss", issuer)
                        .add("sub", "subject-of-" + person)
                        .add("typ", "ID")
                        .add("azp", "consilium-steward")
                        .add("aud", "consilium-steward")
                        .add("name", "Dr. " + person)
                        .add("site", person.replaceFirst("^steward-", ""))
                        .add("groups", Json.createArrayBuilder(List.of("steward")))
                        .add("nonce", nonce)
                        .add("auth_time", now)
                        .add("iat", now)
                        .add("exp", now + 300))
                .build()
                .toString();
    }

    private String claims(String client, UnaryOperator<JsonObjectBuilder> change, String... roles) {
        long now = Instant.now().getEpochSecond();
        JsonObjectBuilder claims = Json.createObjectBuilder()
                .add("iss", issuer)
                .add("sub", "subject-of-" + client)
                .add("upn", "service-account-" + client)
                .add("azp", client)
                .add("aud", "consilium-api")
                .add("jti", java.util.UUID.randomUUID().toString())
                .add("iat", now)
                .add("exp", now + 300)
                .add("groups", Json.createArrayBuilder(List.of(roles)));
        return change.apply(claims).build().toString();
    }

    private static String signed(String claims, String keyId, PrivateKey key) {
        String text = encoded("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"" + keyId + "\"}") + "." + encoded(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonObject keys() {
        RSAPublicKey published = (RSAPublicKey) key.getPublic();
        return Json.createObjectBuilder()
                .add(
                        "keys",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("kty", "RSA")
                                        .add("use", "sig")
                                        .add("alg", "RS256")
                                        .add("kid", KEY_ID)
                                        .add("n", encoded(unsigned(published.getModulus())))
                                        .add("e", encoded(unsigned(published.getPublicExponent())))))
                .build();
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static String encoded(String text) {
        return encoded(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
