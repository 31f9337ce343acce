package org.consilium.quickstart.platform;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.consilium.contract.Messages;
import org.consilium.contract.SiteId;

/** Makes a site known to the consortium: its public key to Keycloak, its name to the server. */
record SiteRegistration(Https https, TokenSource tokens, Realm realm, URI server) {

    /** Registers a site; a second time changes nothing but the key, if the node has another one. */
    void register(SiteId site, URI node) {
        HttpResponse<String> answer = https.send(site.value(), authorised(URI.create(node + "/api/v1/identity")));
        JsonObject identity = body(site.value(), answer, 200);
        if (!Messages.text(identity, "site").equals(site.value())) {
            throw new PlatformException("the node at " + node + " says that it is " + Messages.text(identity, "site")
                    + ", not " + site + ". Remove target/consilium and try again.");
        }
        realm.ensureSite(site, Messages.object(identity, "jwks"));
        JsonObject registration = Json.createObjectBuilder()
                .add("id", site.value())
                .add("name", "Hospital " + site.value().replaceAll("\\D", ""))
                .build();
        HttpResponse<String> registered = https.send(
                "consortium-server",
                authorised(URI.create(server + "/api/v1/sites"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(registration.toString())));
        // 409: it is registered already, from an earlier start.
        if (registered.statusCode() != 409) {
            body("consortium-server", registered, 201);
        }
    }

    private HttpRequest.Builder authorised(URI address) {
        return HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + tokens.token())
                .header("Accept", "application/json");
    }

    private static JsonObject body(String part, HttpResponse<String> answer, int wanted) {
        if (answer.statusCode() == wanted) {
            try (var reader = Json.createReader(new StringReader(answer.body()))) {
                return reader.readObject();
            } catch (JsonException e) {
                throw new PlatformException(
                        part + " answered " + answer.uri() + " with something that is not JSON.", e);
            }
        }
        throw new PlatformException(part + " answered " + answer.uri() + " with status " + answer.statusCode() + ": "
                + answer.body() + " See its log in target/consilium/logs.");
    }
}
