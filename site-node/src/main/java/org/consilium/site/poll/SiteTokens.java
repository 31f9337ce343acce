package org.consilium.site.poll;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.core.Form;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.consilium.contract.Messages;
import org.consilium.contract.Problem;
import org.consilium.site.platform.OutboundListing;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * The site's access token, got by {@code private_key_jwt} (RFC 7523) and kept until shortly before it expires.
 * Thread-safe: the poller and the heartbeats share one token.
 */
@ApplicationScoped
class SiteTokens {

    private static final Duration ASSERTION_LIFE = Duration.ofSeconds(30);
    private static final Duration MARGIN = Duration.ofSeconds(30);
    /** Code of the problem that Keycloak does not know the site, or not by that key. */
    static final String REFUSED = "token-refused";

    /** What Keycloak said to the site's present key when it was asked last. */
    enum Answer {
        /** It was not asked, or did not answer, since the node was started. */
        NONE,
        /** It gave a token. */
        GIVEN,
        /** It does not know the site, or not by this key. */
        REFUSED
    }

    private TokensApi keycloak;
    private SiteKey key;
    private SiteSettings settings;
    private Clock clock;
    private volatile Answer lastAnswer = Answer.NONE;
    private String token;
    private Instant renewAt = Instant.MIN;

    /** For the container's proxy. */
    SiteTokens() {}

    @Inject
    SiteTokens(@RestClient TokensApi keycloak, SiteKey key, SiteSettings settings, Clock clock) {
        this.keycloak = keycloak;
        this.key = key;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Returns the value of the Authorization header.
     *
     * @throws ProblemException if Keycloak refuses the site
     */
    synchronized String bearer() {
        Instant now = clock.instant();
        if (now.isBefore(renewAt)) {
            return "Bearer " + token;
        }
        try {
            fetch(now, key::sign);
        } catch (ProblemException e) {
            if (e.problem().code().equals(REFUSED)) {
                lastAnswer = Answer.REFUSED;
            }
            throw e;
        }
        return "Bearer " + token;
    }

    /** Returns what Keycloak said when it was asked last; asks nobody. */
    Answer lastAnswer() {
        return lastAnswer;
    }

    /**
     * Gets a token by another key and uses it from now on; the one in hand stays if there is none.
     *
     * @param signer signs claims with that key
     * @throws ProblemException if Keycloak refuses the key
     */
    synchronized void renew(Function<JsonObject, String> signer) {
        fetch(clock.instant(), signer);
    }

    private void fetch(Instant now, Function<JsonObject, String> signer) {
        Form form = form(now, signer);
        try (Response response = OutboundListing.sent(() -> keycloak.token(form))) {
            String body = Responses.answer(response);
            if (response.getStatus() != 200) {
                throw refused(response.getStatus(), body);
            }
            try {
                JsonObject json = Responses.object(body);
                String got = Messages.text(json, "access_token");
                renewAt = now.plusSeconds(Messages.integer(json, "expires_in")).minus(MARGIN);
                token = got;
                lastAnswer = Answer.GIVEN;
            } catch (ProblemException | IllegalArgumentException e) {
                throw unreadable(e);
            }
        }
    }

    /**
     * Forgets a token that the consortium refused. One that another thread has got since then stays: it was not refused.
     *
     * @param refused as {@link #bearer()} returned it
     */
    synchronized void forget(String refused) {
        if (refused.equals("Bearer " + token)) {
            renewAt = Instant.MIN;
        }
    }

    private Form form(Instant now, Function<JsonObject, String> signer) {
        String site = settings.site().value();
        String assertion = signer.apply(Json.createObjectBuilder()
                .add("iss", site)
                .add("sub", site)
                .add("aud", settings.issuer().toString())
                .add("jti", UUID.randomUUID().toString())
                .add("iat", now.getEpochSecond())
                .add("exp", now.plus(ASSERTION_LIFE).getEpochSecond())
                .build());
        return new Form()
                .param("grant_type", "client_credentials")
                .param("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                .param("client_assertion", assertion);
    }

    private ProblemException unreadable(RuntimeException why) {
        return new ProblemException(
                new Problem(
                        "token-unreadable",
                        502,
                        "Keycloak's answer holds no token",
                        settings.issuer() + " does not answer as Keycloak does.",
                        "Check consilium.issuer, and that no proxy answers in its place."),
                why);
    }

    private ProblemException refused(int status, String body) {
        String said = body == null ? "" : body.strip();
        return new ProblemException(
                new Problem(
                        status < 500 ? REFUSED : "token-failed",
                        502,
                        "Keycloak gives this site no token",
                        settings.issuer() + " answers HTTP status " + status + " to site "
                                + settings.site().value() + ": " + said.substring(0, Math.min(300, said.length())),
                        "Have the site's public key (GET /api/v1/identity) registered with the consortium, and check both clocks."));
    }
}
