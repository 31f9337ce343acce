package org.consilium.quickstart.platform;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** Requests to the parts, trusting the platform's authority alone; thread-safe. */
final class Https {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final HttpClient client;

    Https(SSLContext trust) {
        client = HttpClient.newBuilder()
                .sslContext(trust)
                .connectTimeout(CONNECT_LIMIT)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    HttpClient client() {
        return client;
    }

    SSLContext context() {
        return client.sslContext();
    }

    /** Returns whether a GET is answered with 200 now. */
    boolean answers(URI address) {
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(PROBE_LIMIT).build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Sends a request and returns the answer, whatever its status.
     *
     * @param part named in the message when there is no answer
     */
    HttpResponse<String> send(String part, HttpRequest.Builder request) {
        HttpRequest built = request.timeout(ANSWER_LIMIT).build();
        try {
            return client.send(built, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new PlatformException(
                    part + " does not answer at " + built.uri() + " (" + e + "). See its log in target/consilium/logs.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException("the request to " + part + " was interrupted.", e);
        }
    }
}
