package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.consilium.contract.Parameters;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Problem;

/**
 * The HTTP API of one server or site node; every answer that is not 2xx becomes an {@link ApiRefusal}, no answer an
 * {@link Unreachable}. Thread-safe.
 */
final class Api {

    private static final String JSON = "application/json";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String who;
    private final HttpClient client;
    private final URI base;
    private final Supplier<String> token;

    /**
     * @param who its name for people, such as {@code the consortium server}
     * @param client for HTTPS with the right authority
     * @param base its address without a path
     * @param token gives an access token that is valid now
     */
    Api(String who, HttpClient client, URI base, Supplier<String> token) {
        this.who = who;
        this.client = client;
        this.base = base;
        this.token = token;
    }

    /** Returns the JSON object at a path below {@code /api/v1}. */
    JsonObject get(String path) {
        return object(send("GET", path, JSON, HttpRequest.BodyPublishers.noBody(), null), path);
    }

    /** Returns the JSON array at a path below {@code /api/v1}. */
    JsonArray array(String path) {
        byte[] body = send("GET", path, JSON, HttpRequest.BodyPublishers.noBody(), null);
        return json(body, path, "array", JsonReader::readArray);
    }

    /** Posts a JSON object and returns the answered one. */
    JsonObject post(String path, JsonObject body) {
        return object(send("POST", path, JSON, HttpRequest.BodyPublishers.ofString(body.toString()), JSON), path);
    }

    /** Puts a JSON object and returns the answered one. */
    JsonObject put(String path, JsonObject body) {
        return object(send("PUT", path, JSON, HttpRequest.BodyPublishers.ofString(body.toString()), JSON), path);
    }

    /** Deletes what is at a path and returns the answered object. */
    JsonObject delete(String path) {
        return object(send("DELETE", path, JSON, HttpRequest.BodyPublishers.noBody(), null), path);
    }

    /** Posts parameters and returns the answered JSON object. */
    JsonObject post(String path, Parameters body) {
        return object(
                send(
                        "POST",
                        path,
                        JSON,
                        HttpRequest.BodyPublishers.ofByteArray(body.encode()),
                        ParametersHeader.MEDIA_TYPE),
                path);
    }

    /** Returns the parameters at a path. */
    Parameters parameters(String path) {
        return Parameters.decode(
                send("GET", path, ParametersHeader.MEDIA_TYPE, HttpRequest.BodyPublishers.noBody(), null));
    }

    /** Writes what is at a path to a file, however long it is. */
    void download(String path, Path file) {
        URI uri = base.resolve("/api/v1" + path);
        String request = "GET " + uri + " at " + who;
        HttpRequest asked = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token.get())
                .build();
        OutputFile.write(file, target -> {
            try {
                HttpResponse<InputStream> response = client.send(asked, HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream body = response.body()) {
                    if (response.statusCode() / 100 != 2) {
                        throw new ApiRefusal(request, problem(response.statusCode(), body.readAllBytes()));
                    }
                    Files.copy(body, target, StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure(request + " was interrupted; start again.", e);
            }
        });
    }

    private byte[] send(String method, String path, String accept, HttpRequest.BodyPublisher body, String contentType) {
        URI uri = base.resolve("/api/v1" + path);
        String request = method + " " + uri + " at " + who;
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri)
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token.get())
                .header("Accept", accept)
                .method(method, body);
        if (contentType != null) {
            builder.header("Content-Type", contentType);
        }
        try {
            HttpResponse<byte[]> response = client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() / 100 != 2) {
                throw new ApiRefusal(request, problem(response.statusCode(), response.body()));
            }
            return response.body();
        } catch (IOException e) {
            throw new Unreachable(
                    request + " failed: " + (e.getMessage() == null ? e.toString() : e.getMessage())
                            + ". Look into its log, and start again.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(request + " was interrupted; start again.", e);
        }
    }

    private static Problem problem(int answered, byte[] body) {
        int status = Math.max(400, Math.min(599, answered));
        try (JsonReader reader = Json.createReader(new ByteArrayInputStream(body))) {
            return Problem.fromJson(reader.readObject(), status);
        } catch (JsonException | IllegalStateException e) {
            return new Problem(
                    ApiRefusal.NO_DOCUMENT,
                    status,
                    null,
                    "the answer " + answered + " says nothing more;",
                    "look into the log of the part.");
        }
    }

    private JsonObject object(byte[] body, String path) {
        return json(body, path, "object", JsonReader::readObject);
    }

    private <T> T json(byte[] body, String path, String kind, Function<JsonReader, T> read) {
        try (JsonReader reader = Json.createReader(new ByteArrayInputStream(body))) {
            return read.apply(reader);
        } catch (JsonException | IllegalStateException e) {
            throw new CommandFailure(
                    "The answer of " + who + " to " + path + " is not a JSON " + kind + "; look into its log.", e);
        }
    }
}
