package org.consilium.server.site;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.consilium.contract.Es256Key;
import org.consilium.contract.SiteId;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.KeycloakRealm;
import org.consilium.server.platform.Refusal;

/** Sites as clients of Keycloak, which prove themselves by their key (RFC 7523) and have no secret. */
@ApplicationScoped
class KeycloakSiteClients implements SiteClients {

    private final KeycloakRealm realm;

    @Inject
    KeycloakSiteClients(KeycloakRealm realm) {
        this.realm = realm;
    }

    /** For the container's proxy. */
    KeycloakSiteClients() {
        this(null);
    }

    @Override
    public void admit(SiteId site, String organisation, Es256Key key) {
        realm.ensureClient(site.value(), organisation, key.jwks(), Caller.SITE_NODE);
    }

    @Override
    public SiteKeys keys(SiteId site) {
        String jwks = realm.keys(site.value());
        try {
            return SiteKeys.fromJwks(jwks);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(
                    409,
                    "client-keys-changed",
                    "Keycloak's client '" + site + "' has keys that this server did not give it: " + e.getMessage()
                            + ".",
                    "Have the coordinator of the consortium invite the site again.");
        }
    }

    @Override
    public void give(SiteId site, SiteKeys keys) {
        realm.giveKeys(site.value(), keys.jwks());
    }

    @Override
    public void shut(SiteId site) {
        realm.disableClient(site.value());
    }
}
