package org.consilium.quickstart.platform;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.consilium.contract.Messages;

/** Gives access tokens of one client, one as long as it lasts; thread-safe. */
final class TokenSource {

    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final Https https;
    private final URI issuer;
    private final String client;
    private final SigningKey key;
    private final Clock clock;
    private String token;
    private Instant renewAt = Instant.MIN;

    TokenSource(Https https, URI issuer, String client, SigningKey key, Clock clock) {
        this.client = client;
        this.https = https;
        this.issuer = issuer;
        this.key = key;
        this.clock = clock;
    }

    /** Returns a token that lasts 30 s at least. */
    synchronized String token() {
        Instant now = clock.instant();
        if (now.isBefore(renewAt)) {
            return token;
        }
        String form = "grant_type=client_credentials"
                + "&client_assertion_type="
                + URLEncoder.encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", StandardCharsets.UTF_8)
                + "&client_assertion=" + key.assertion(client, issuer, now);
        HttpResponse<String> answer = https.send(
                "Keycloak",
                HttpRequest.newBuilder(URI.create(issuer + "/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form)));
        if (answer.statusCode() != 200) {
            throw new PlatformException("Keycloak refused a token to " + client + " (status " + answer.statusCode()
                    + "): " + answer.body() + ". Remove target/consilium to set everything up anew.");
        }
        JsonObject json;
        try (var reader = Json.createReader(new StringReader(answer.body()))) {
            json = reader.readObject();
        }
        token = Messages.text(json, "access_token");
        renewAt = now.plusSeconds(Messages.integer(json, "expires_in")).minus(MARGIN);
        return token;
    }
}
