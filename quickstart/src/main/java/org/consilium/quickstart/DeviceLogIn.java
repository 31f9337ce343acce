package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.consilium.contract.Messages;

/**
 * Logs a person in who has a browser, here or at another machine: the device authorisation grant (RFC 8628). The program
 * never sees a password.
 */
final class DeviceLogIn {

    private static final String CLIENT = "consilium-cli";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** RFC 8628, section 3.2, where the answer names none; and by how much it grows when it was too short (3.5). */
    private static final int PAUSE_SECONDS = 5;

    private final HttpClient client;
    private final Screen screen;

    /**
     * @param client trusts the authorities of the server and of its identity provider
     * @param screen shows the address and the code
     */
    DeviceLogIn(HttpClient client, Screen screen) {
        this.client = client;
        this.screen = screen;
    }

    /**
     * Returns an access token for a consortium server, as soon as somebody has logged in.
     *
     * @throws CommandFailure if nobody did in time, or it was refused
     */
    String token(URI server) {
        String issuer = issuer(server);
        JsonObject device = object(post(
                URI.create(issuer + "/protocol/openid-connect/auth/device"),
                Map.of("client_id", CLIENT, "scope", "openid")));
        if (!device.containsKey("device_code")) {
            throw new CommandFailure("The identity provider " + issuer + " starts no log-in: " + device
                    + ". Have its operator compare the client " + CLIENT
                    + " with consilium-realm.json, or use --token-file.");
        }
        screen.say("Log in with a browser, on this machine or another, at");
        screen.say("    " + Messages.text(device, "verification_uri"));
        screen.say("and enter the code " + Messages.text(device, "user_code"));
        if (device.containsKey("verification_uri_complete")) {
            screen.say("or open " + Messages.text(device, "verification_uri_complete"));
        }
        return awaited(issuer, device);
    }

    private String awaited(String issuer, JsonObject device) {
        long end = System.nanoTime()
                + Duration.ofSeconds(Messages.integer(device, "expires_in")).toNanos();
        int pause = device.getInt("interval", PAUSE_SECONDS);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofSeconds(pause).toNanos());
            if (Thread.interrupted()) {
                throw new CommandFailure("The log-in was interrupted; start again.");
            }
            JsonObject answer = object(post(
                    URI.create(issuer + "/protocol/openid-connect/token"),
                    Map.of(
                            "grant_type",
                            "urn:ietf:params:oauth:grant-type:device_code",
                            "client_id",
                            CLIENT,
                            "device_code",
                            Messages.text(device, "device_code"))));
            if (answer.containsKey("access_token")) {
                return Messages.text(answer, "access_token");
            }
            switch (answer.getString("error", "")) {
                case "authorization_pending" -> {
                    // Nobody has logged in yet.
                }
                case "slow_down" -> pause += PAUSE_SECONDS;
                case "access_denied" ->
                    throw new CommandFailure("The log-in was refused in the browser; start again to try once more.");
                case "expired_token" -> throw late();
                default -> throw new CommandFailure("The identity provider " + issuer + " gives no token: " + answer);
            }
        }
        throw late();
    }

    private static CommandFailure late() {
        return new CommandFailure("Nobody has logged in while the code was good; start again.");
    }

    private String issuer(URI server) {
        JsonObject ping = object(send(HttpRequest.newBuilder(server.resolve("/api/v1/ping"))));
        String issuer = ping.getString("issuer", "");
        if (!issuer.startsWith("https://")) {
            throw new CommandFailure("The server at " + server
                    + " does not say where to log in; it may be an older one. Use --token-file.");
        }
        return issuer;
    }

    private String post(URI address, Map<String, String> fields) {
        String form = new TreeMap<>(fields)
                .entrySet().stream()
                        .map(field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    /** Returns the body whatever the status: what is refused says why in JSON as well. */
    private String send(HttpRequest.Builder request) {
        HttpRequest built =
                request.timeout(LIMIT).header("Accept", "application/json").build();
        try {
            return client.send(built, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new CommandFailure(
                    built.uri() + " cannot be reached (" + e + "). Compare the address and --ca, and start again.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("The log-in was interrupted; start again.", e);
        }
    }

    private static JsonObject object(String body) {
        try (JsonReader reader = Json.createReader(new StringReader(body))) {
            return reader.readObject();
        } catch (JsonException | IllegalStateException e) {
            throw new CommandFailure(
                    "The answer is not a JSON object: "
                            + body.lines().findFirst().orElse("nothing")
                            + ". Compare --server with the address of the consortium server.",
                    e);
        }
    }
}
