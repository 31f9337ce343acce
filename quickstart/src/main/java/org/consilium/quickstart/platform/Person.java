package org.consilium.quickstart.platform;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.consilium.contract.Messages;
import org.consilium.contract.Sha256;

/** Logs in to Keycloak as a person does: by the authorisation code flow with PKCE (RFC 7636) and the login form. Thread-safe. */
public class Person {

    /** The client of stewards' log-ins; its tokens are for the consortium server too. */
    private static final String CLIENT = "consilium-steward";

    /** Nobody listens there: the code is read off the answer that would lead a browser to it (RFC 8252, section 7.3). */
    private static final String REDIRECT = "http://127.0.0.1/signed";

    private static final Pattern FORM = Pattern.compile("action=\"([^\"]+)\"");
    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final Https https;
    private final URI issuer;
    private final String user;
    private final String password;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private String token;
    private Instant renewAt = Instant.MIN;
    private Instant lastSigned = Instant.EPOCH;

    Person(Https https, URI issuer, String user, String password, Clock clock) {
        this.https = https;
        this.issuer = issuer;
        this.user = user;
        this.password = password;
        this.clock = clock;
    }

    /** Returns an access token for the consortium server, and a hospital's node, that lasts 30 s at least. */
    public synchronized String token() {
        Instant now = clock.instant();
        if (!now.isBefore(renewAt)) {
            JsonObject answer = logIn(Optional.empty());
            token = Messages.text(answer, "access_token");
            renewAt = now.plusSeconds(Messages.integer(answer, "expires_in")).minus(MARGIN);
        }
        return token;
    }

    /**
     * Logs in anew for one statement and returns the ID token that says so. Log-ins are dated to the second, and one signs
     * one statement: a person needs longer, this waits.
     */
    public synchronized String idToken(String nonce) {
        Instant next = lastSigned.plusSeconds(1);
        while (clock.instant().isBefore(next)) {
            LockSupport.parkNanos(Duration.between(clock.instant(), next).toNanos());
        }
        String idToken = Messages.text(logIn(Optional.of(nonce)), "id_token");
        lastSigned = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return idToken;
    }

    private JsonObject logIn(Optional<String> nonce) {
        String verifier = random();
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", CLIENT);
        query.put("response_type", "code");
        query.put("scope", "openid");
        query.put("redirect_uri", REDIRECT);
        query.put("state", random());
        query.put("code_challenge_method", "S256");
        query.put(
                "code_challenge",
                encoded(Sha256.of(verifier.getBytes(StandardCharsets.US_ASCII)).bytes()));
        nonce.ifPresent(value -> {
            query.put("nonce", value);
            query.put("max_age", "0");
        });
        HttpResponse<String> page =
                https.send("Keycloak", HttpRequest.newBuilder(URI.create(endpoint("auth") + "?" + form(query))));
        Matcher form = FORM.matcher(page.body());
        if (page.statusCode() != 200 || !form.find()) {
            throw refused("shows no login form", page);
        }
        HttpResponse<String> answer = https.send(
                "Keycloak",
                post(URI.create(form.group(1).replace("&amp;", "&")), Map.of("username", user, "password", password))
                        .header("Cookie", cookies(page)));
        String location = answer.headers().firstValue("Location").orElse("");
        Matcher code = Pattern.compile("[?&]code=([^&]+)").matcher(location);
        if (!location.startsWith(REDIRECT) || !location.contains("state=" + query.get("state")) || !code.find()) {
            throw refused("does not accept the log-in", answer);
        }
        HttpResponse<String> tokens = https.send(
                "Keycloak",
                post(
                        URI.create(endpoint("token")),
                        Map.of(
                                "grant_type", "authorization_code",
                                "client_id", CLIENT,
                                "redirect_uri", REDIRECT,
                                "code_verifier", verifier,
                                "code", code.group(1))));
        if (tokens.statusCode() != 200) {
            throw refused("gives no token", tokens);
        }
        try (JsonReader json = Json.createReader(new StringReader(tokens.body()))) {
            return json.readObject();
        }
    }

    private PlatformException refused(String what, HttpResponse<String> answer) {
        return new PlatformException("Keycloak " + what + " for " + user + " (status " + answer.statusCode()
                + "): see target/consilium/logs/keycloak.log; remove target/consilium to set everything up anew.");
    }

    private String endpoint(String name) {
        return issuer + "/protocol/openid-connect/" + name;
    }

    private static HttpRequest.Builder post(URI address, Map<String, String> fields) {
        return HttpRequest.newBuilder(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(fields)));
    }

    private static String cookies(HttpResponse<String> page) {
        return page.headers().allValues("Set-Cookie").stream()
                .map(cookie -> cookie.split(";", 2)[0])
                .collect(Collectors.joining("; "));
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private String random() {
        byte[] bytes = new byte[Sha256.BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
