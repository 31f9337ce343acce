package org.consilium.server.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
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
     * @param nonce what the log-in was for
     * @param at when the person logged in
     */
    public record LogIn(String subject, String name, String nonce, Instant at) {}

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
            IDToken token = verifier.verifierContext(new AsymmetricSignatureVerifierContext(
                            key(verifier.getHeader().getKeyId())))
                    .verify()
                    .getToken();
            if (token.getNonce() == null || token.getAuth_time() == null) {
                throw refused("it has no nonce, or does not say when the person logged in");
            }
            return new LogIn(
                    token.getSubject(),
                    Optional.ofNullable(token.getName())
                            .filter(name -> !name.isBlank())
                            .orElse(String.valueOf(token.getPreferredUsername())),
                    token.getNonce(),
                    Instant.ofEpochSecond(token.getAuth_time()));
        } catch (VerificationException | IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private KeyWrapper key(String kid) {
        JSONWebKeySet keys;
        try {
            keys = JsonSerialization.readValue(outside.fetch(outside.settings().keys()), JSONWebKeySet.class);
        } catch (IOException e) {
            throw unreachable(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted");
        }
        JWK found = Arrays.stream(keys.getKeys())
                .filter(one -> kid != null && kid.equals(one.getKeyId()) && "RSA".equals(one.getKeyType()))
                .findFirst()
                .orElseThrow(() -> refused("its key " + kid + " is none of this realm's"));
        PublicKey key = JWKParser.create(found).toPublicKey();
        KeyWrapper wrapper = new KeyWrapper();
        wrapper.setKid(kid);
        wrapper.setAlgorithm(Algorithm.RS256);
        wrapper.setPublicKey(key);
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
