package org.consilium.quickstart.platform;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import org.consilium.contract.Enrolment;
import org.consilium.contract.KeyRotation;
import org.consilium.contract.NodeVersion;
import org.consilium.contract.SiteId;
import org.keycloak.representations.idm.ClientRepresentation;

/** A site of the consortium without a node: a client with a key of its own whose requests a test sends itself. */
public final class ScriptedSite {

    private final Platform platform;
    private final SiteId site;
    private final SigningKey key;
    private TokenSource tokens;

    /**
     * Makes the key; the consortium does not know the site yet.
     *
     * @param folder where its key is kept
     */
    public ScriptedSite(Platform platform, String id, Path folder) {
        this.platform = platform;
        this.site = new SiteId(id);
        this.key = new SigningKey(PrivateFiles.folder(folder).resolve(SiteEnrolment.KEY_FILE));
        renewToken();
    }

    /** Joins the consortium as every site does. */
    public void join() {
        platform.registration().join(site, "Scripted " + site, key.publicKey().kid(), code -> {
            HttpResponse<String> answer = platform.https()
                    .send(
                            "consortium-server",
                            HttpRequest.newBuilder(URI.create(platform.serverUrl() + "/api/v1/enrolments"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            enrolment(code).toString())));
            if (answer.statusCode() != 202) {
                throw new IllegalStateException(answer.body());
            }
            return JsonObject.EMPTY_JSON_OBJECT;
        });
    }

    /** Returns a request to be let in. */
    public JsonObject enrolment(String code) {
        return new Enrolment(code, key.publicKey(), NodeVersion.CURRENT.toString()).toJson(key::signed);
    }

    /**
     * Returns the offer of its key as the next one of the site.
     *
     * @param present has the site's present key
     */
    public JsonObject offer(ScriptedSite present) {
        return rotation(KeyRotation.Step.OFFER).toJson(key::signed, present.key::signed);
    }

    /** Returns the confirmation of its key as the only one of the site. */
    public JsonObject confirmation() {
        return rotation(KeyRotation.Step.CONFIRMATION).toJson(key::signed);
    }

    /**
     * Returns what takes the offer of its key back.
     *
     * @param present has the site's present key
     */
    public JsonObject withdrawal(ScriptedSite present) {
        return rotation(KeyRotation.Step.WITHDRAWAL).toJson(key::signed, present.key::signed);
    }

    private KeyRotation rotation(KeyRotation.Step step) {
        return new KeyRotation(step, site, platform.issuer().toString(), Instant.now(), key.publicKey());
    }

    /** Returns what people compare. */
    public String fingerprint() {
        return key.publicKey().kid();
    }

    /** Returns its id. */
    public SiteId id() {
        return site;
    }

    /** Returns an access token that lasts 30 s at least. */
    public String token() {
        return tokens.token();
    }

    /** From now on it uses a token that it has not used before. */
    public void renewToken() {
        tokens = platform.tokens(site.value(), key);
    }

    /** From now on its tokens last a second; ask for one by {@link #token()} only once. */
    public void shortenTokens() {
        try (Realm realm = platform.realm()) {
            ClientRepresentation client =
                    realm.realm().clients().findByClientId(site.value()).get(0);
            client.getAttributes().put("access.token.lifespan", "1");
            realm.realm().clients().get(client.getId()).update(client);
        }
    }

    /** From now on its client is one that the server did not make. */
    public void disown() {
        try (Realm realm = platform.realm()) {
            ClientRepresentation client =
                    realm.realm().clients().findByClientId(site.value()).get(0);
            client.getAttributes().put("consilium.made.by", "somebody");
            realm.realm().clients().get(client.getId()).update(client);
        }
    }

    /** From now on its tokens are not for the consortium server. */
    public void dropAudience() {
        try (Realm realm = platform.realm()) {
            String client =
                    realm.realm().clients().findByClientId(site.value()).get(0).getId();
            String scope = realm.realm().clientScopes().findAll().stream()
                    .filter(one -> one.getName().equals("consilium-api"))
                    .findFirst()
                    .orElseThrow()
                    .getId();
            realm.realm().clients().get(client).removeDefaultClientScope(scope);
        }
    }
}
