package org.consilium.quickstart.platform;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import org.consilium.contract.SiteId;
import org.keycloak.representations.idm.ClientRepresentation;

/**
 * A site of the consortium without a node: a client with a key of its own whose requests a test sends itself.
 *
 * @param site its id
 * @param tokens its access tokens
 */
public record ScriptedSite(SiteId site, TokenSource tokens) {

    /**
     * Makes the client in Keycloak; the consortium server does not know the site yet.
     *
     * @param folder where its key is kept
     */
    public static ScriptedSite client(Platform platform, String id, Path folder) {
        SigningKey key = new SigningKey(folder);
        SiteId site = new SiteId(id);
        try (Realm realm = platform.realm()) {
            realm.ensureSite(site, key.jwks());
        }
        return new ScriptedSite(site, platform.tokens(id, key));
    }

    /** From now on its tokens last a second; ask for one by {@link #token()} only once. */
    public void shortenTokens(Platform platform) {
        try (Realm realm = platform.realm()) {
            ClientRepresentation client =
                    realm.realm().clients().findByClientId(site.value()).get(0);
            client.getAttributes().put("access.token.lifespan", "1");
            realm.realm().clients().get(client.getId()).update(client);
        }
    }

    /** From now on its tokens are not for the consortium server. */
    public void dropAudience(Platform platform) {
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

    /** Returns an access token that lasts 30 s at least. */
    public String token() {
        return tokens.token();
    }

    /** Returns what registers the site at the consortium server. */
    public JsonObject registration() {
        return Json.createObjectBuilder()
                .add("id", site.value())
                .add("name", "Scripted " + site)
                .build();
    }
}
