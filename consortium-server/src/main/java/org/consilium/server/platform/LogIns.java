package org.consilium.server.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.keycloak.TokenVerifier;
import org.keycloak.common.VerificationException;
import org.keycloak.crypto.Algorithm;
import org.keycloak.crypto.AsymmetricSignatureVerifierContext;
import org.keycloak.crypto.KeyWrapper;
import org.keycloak.jose.jwk.JSONWebKeySet;
import org.keycloak.jose.jwk.JWK;
import org.keycloak.jose.jwk.JWKParser;
import org.keycloak.representations.IDToken;
import org.keycloak.util.JsonSerialization;

/** Reads ID tokens, by which the identity provider says that a person has logged in (OpenID Connect Core 1.0, section 2). */
@ApplicationScoped
public class LogIns {

    /** The client of the log-ins by which protocols are signed; other clients' ID tokens sign nothing. */
    public static final String CLIENT = "consilium-steward";

    private final String issuer;
    private final Outside outside;

    @Inject
    LogIns(Config config, Outside outside) {
        this.issuer = new Settings(config).https("consilium.issuer").toString();
        this.outside = outside;
    }

    /** For the container's proxy. */
    LogIns() {
        this.issuer = null;
        this.outside = null;
    }

    /**
     * What an ID token says.
     *
     * @param subject the identity provider's name of the person
     * @param name as it prints it; the user name where it has none
     * @param site the site that the person speaks for, empty if none
     * @param isSteward whether the person has the role of a steward
     * @param nonce what the log-in was for
     * @param at when the person logged in
     * @param age how long after that the token was made
     * @param key the public key that it is signed with, as JSON (RFC 7517)
     */
    public record LogIn(
            String subject,
            String name,
            String site,
            boolean isSteward,
            String nonce,
            Instant at,
            Duration age,
            String key) {}

    /**
     * Returns what an ID token says, after its signature, issuer, audience and times have been checked.
     *
     * @throws Refusal if it is none of this realm for the client {@value #CLIENT}, or has expired
     */
    public LogIn read(String idToken) {
        try {
            TokenVerifier<IDToken> verifier = TokenVerifier.create(idToken, IDToken.class)
                    .withChecks(
                            new TokenVerifier.RealmUrlCheck(issuer),
                            new TokenVerifier.AudienceCheck(CLIENT),
                            new TokenVerifier.TokenTypeCheck(java.util.List.of("ID")),
                            TokenVerifier.SUBJECT_EXISTS_CHECK,
                            TokenVerifier.IS_ACTIVE);
            String algorithm = verifier.getHeader().getRawAlgorithm();
            if (!Algorithm.RS256.equals(algorithm)) {
                throw refused("it is signed by " + algorithm + ", not by " + Algorithm.RS256);
            }
            JWK key = key(verifier.getHeader().getKeyId());
            IDToken token = verifier.verifierContext(new AsymmetricSignatureVerifierContext(verifying(key)))
                    .verify()
                    .getToken();
            String name = Stream.of(token.getName(), token.getPreferredUsername())
                    .filter(one -> one != null && !one.isBlank())
                    .findFirst()
                    .orElseThrow(() -> refused("it has no name of the person"));
            if (token.getNonce() == null || token.getAuth_time() == null || token.getIat() == null) {
                throw refused("it has no nonce, or does not say when the person logged in");
            }
            return new LogIn(
                    token.getSubject(),
                    name,
                    String.valueOf(token.getOtherClaims().getOrDefault("site", "")),
                    token.getOtherClaims().get("groups") instanceof Collection<?> groups
                            && groups.contains(Caller.STEWARD),
                    token.getNonce(),
                    Instant.ofEpochSecond(token.getAuth_time()),
                    Duration.ofSeconds(token.getIat() - token.getAuth_time()),
                    JsonSerialization.writeValueAsString(key));
        } catch (VerificationException | IllegalArgumentException | IOException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private JWK key(String kid) {
        JSONWebKeySet keys;
        try {
            keys = JsonSerialization.readValue(outside.fetch(outside.settings().keys()), JSONWebKeySet.class);
        } catch (IOException e) {
            throw unreachable(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted");
        }
        return Arrays.stream(keys.getKeys())
                .filter(one -> kid != null && kid.equals(one.getKeyId()) && "RSA".equals(one.getKeyType()))
                .findFirst()
                .orElseThrow(() -> refused("its key " + kid + " is none of this realm's"));
    }

    private static KeyWrapper verifying(JWK key) {
        KeyWrapper wrapper = new KeyWrapper();
        wrapper.setKid(key.getKeyId());
        wrapper.setAlgorithm(Algorithm.RS256);
        wrapper.setPublicKey(JWKParser.create(key).toPublicKey());
        return wrapper;
    }

    private Refusal unreachable(String why) {
        return Refusal.of(
                503,
                "keycloak-unreachable",
                "Keycloak's keys at " + outside.settings().keys() + " cannot be fetched: " + why + ".",
                "Send the same ID token again within a few minutes; nothing is lost.");
    }

    private static Refusal refused(String why) {
        return Refusal.of(
                422,
                "log-in-invalid",
                "The ID token does not show a log-in for this signature: " + why + ".",
                "Log in again with the nonce of the statement, as client " + CLIENT + ".");
    }
}
