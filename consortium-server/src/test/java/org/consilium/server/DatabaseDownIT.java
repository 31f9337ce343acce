package org.consilium.server;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.consilium.server.platform.Await;
import org.consilium.server.platform.IssuerForTests;
import org.consilium.server.platform.LibertyForTests;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The packaged application on a real Open Liberty whose database is out of reach, at its start and later. */
@ExtendWith(ArquillianExtension.class)
class DatabaseDownIT {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String token = IssuerForTests.running().token("reader", "auditor");

    @ArquillianResource
    URI address;

    @Deployment(testable = false)
    static WebArchive application() {
        LibertyForTests.line().cut();
        return LibertyForTests.application();
    }

    @AfterEach
    void mend() {
        LibertyForTests.line().mend();
    }

    @Test
    void the_server_starts_without_its_database_says_so_and_goes_on_as_soon_as_it_is_there() {
        HttpResponse<String> refused = get("api/v1/studies");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.body()).contains("database-unavailable", "Start it or correct consilium.db.*");
        assertThat(get("api/v1/ping").statusCode()).as("needs no database").isEqualTo(200);
        HttpResponse<String> unready = ready();
        assertThat(unready.statusCode()).as(unready.body()).isEqualTo(503);
        assertThat(unready.body()).contains("does not answer");

        LibertyForTests.line().mend();
        Await.until("the API works", () -> get("api/v1/studies").statusCode() == 200);
        assertThat(database()).isEqualTo("UP");
        assertThat(ready().statusCode()).as(ready().body()).isEqualTo(200);

        LibertyForTests.line().cut();
        HttpResponse<String> cut = get("api/v1/studies");
        assertThat(cut.statusCode()).isEqualTo(503);
        assertThat(cut.body()).contains("database-unavailable").doesNotContain("Exception");
        assertThat(database()).isEqualTo("DOWN");

        LibertyForTests.line().mend();
        Await.until("the API works again", () -> get("api/v1/studies").statusCode() == 200);
        assertThat(database()).isEqualTo("UP");
        assertThat(ready().statusCode()).as(ready().body()).isEqualTo(200);
    }

    /** Returns what the readiness check says of the database. */
    private String database() {
        try (JsonReader reader = Json.createReader(new StringReader(ready().body()))) {
            return reader.readObject().getJsonArray("checks").getValuesAs(JsonObject.class).stream()
                    .filter(check -> check.getString("name").equals("database"))
                    .map(check -> check.getString("status"))
                    .findFirst()
                    .orElse("not checked");
        }
    }

    private HttpResponse<String> get(String path) {
        return send(request(path).header("Authorization", "Bearer " + token).build());
    }

    /** Asks whether the server is ready, as a load balancer does: without a token, at the root of the server. */
    private HttpResponse<String> ready() {
        return send(request("../health/ready").build());
    }

    private HttpRequest.Builder request(String path) {
        URI base = URI.create(address.toString().replaceAll("/*$", "/"));
        return HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(60));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(request + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(request + " was interrupted", e);
        }
    }
}
