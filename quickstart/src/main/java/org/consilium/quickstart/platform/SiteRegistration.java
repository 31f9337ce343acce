package org.consilium.quickstart.platform;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.function.Function;
import org.consilium.contract.Messages;
import org.consilium.contract.SiteId;

/**
 * Has a site join the consortium as every site does: a coordinator invites it, its node asks to be let in with a key of its
 * own, an administrator compares the fingerprint that the node shows and approves.
 */
record SiteRegistration(Https https, TokenSource tokens, URI server) {

    private static final String SERVER = "consortium-server";

    /** Returns the name of a hospital of the demo. */
    static String hospital(SiteId site) {
        return "Hospital " + site.value().replaceFirst("^site-", "");
    }

    /** Has the steward's node join; nothing if its key is a member's already. */
    void join(Steward steward, URI node) {
        SiteId site = steward.site();
        JsonObject identity =
                json(https.send(site.value(), authorised(steward.token(), node, "/identity")), site.value());
        if (!Messages.text(identity, "site").equals(site.value())) {
            throw new PlatformException("the node at " + node + " says that it is " + Messages.text(identity, "site")
                    + ", not " + site + ". Remove target/consilium and try again.");
        }
        join(
                site,
                hospital(site),
                Messages.text(identity, "fingerprint"),
                code -> json(
                        https.send(
                                site.value(),
                                post(
                                        steward.token(),
                                        node,
                                        "/enrolment",
                                        Json.createObjectBuilder()
                                                .add("code", code)
                                                .build())),
                        site.value()));
    }

    /**
     * Has a site join.
     *
     * @param name of the hospital
     * @param fingerprint of the site's key, as the site itself has shown it
     * @param asking sends the site's key with the code that it is given
     */
    void join(SiteId site, String name, String fingerprint, Function<String, JsonObject> asking) {
        if (isMember(site, fingerprint)) {
            return;
        }
        JsonObject invited = json(
                https.send(
                        SERVER,
                        post(
                                tokens.token(),
                                server,
                                "/invitations",
                                Json.createObjectBuilder()
                                        .add("site", site.value())
                                        .add("organisation", name)
                                        .add("contact", "data steward of " + name)
                                        .add("expectedData", "images that the demo imports")
                                        .add("validDays", 1)
                                        .build())),
                SERVER);
        asking.apply(Messages.text(invited, "code"));
        json(
                https.send(
                        SERVER,
                        authorised(
                                        tokens.token(),
                                        server,
                                        "/invitations/" + Messages.integer(invited, "id") + "/approval")
                                .PUT(BodyPublishers.ofString(Json.createObjectBuilder()
                                        .add("fingerprint", fingerprint)
                                        .build()
                                        .toString()))),
                SERVER);
    }

    /** Returns whether the site's youngest approved invitation was claimed by that key. */
    private boolean isMember(SiteId site, String fingerprint) {
        HttpResponse<String> answer = https.send(SERVER, authorised(tokens.token(), server, "/invitations"));
        JsonArray invitations = read(answer, SERVER, JsonReader::readArray);
        return invitations.getValuesAs(JsonObject.class).stream()
                .filter(one -> Messages.text(one, "site").equals(site.value()))
                .filter(one -> Messages.text(one, "state").equals("APPROVED"))
                .findFirst()
                .filter(one -> Messages.text(one, "fingerprint").equals(fingerprint))
                .isPresent();
    }

    private static HttpRequest.Builder post(String token, URI part, String path, JsonObject body) {
        return authorised(token, part, path).POST(BodyPublishers.ofString(body.toString()));
    }

    private static HttpRequest.Builder authorised(String token, URI part, String path) {
        return HttpRequest.newBuilder(URI.create(part + "/api/v1" + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json");
    }

    private static JsonObject json(HttpResponse<String> answer, String part) {
        return read(answer, part, JsonReader::readObject);
    }

    private static <T> T read(HttpResponse<String> answer, String part, Function<JsonReader, T> reader) {
        if (answer.statusCode() >= 300) {
            throw new PlatformException(part + " answered " + answer.uri() + " with status " + answer.statusCode()
                    + ": " + answer.body() + " See its log in target/consilium/logs.");
        }
        try (JsonReader json = Json.createReader(new StringReader(answer.body()))) {
            return reader.apply(json);
        } catch (JsonException e) {
            throw new PlatformException(part + " answered " + answer.uri() + " with something that is not JSON.", e);
        }
    }
}
