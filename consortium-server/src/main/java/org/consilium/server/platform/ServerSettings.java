package org.consilium.server.platform;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.Config;

/**
 * What the platform needs to know of its surroundings.
 *
 * @param loopback address by which the server calls itself, {@code consilium.loopback.url}, by default its public one
 * @param issuer Keycloak's realm, {@code consilium.issuer}
 * @param trustStore PKCS12 file with the authorities to trust, {@code consilium.tls.truststore}
 * @param trustStorePassword its password
 */
record ServerSettings(URI loopback, URI issuer, Path trustStore, String trustStorePassword) {

    static ServerSettings from(Config config) {
        Settings settings = new Settings(config);
        URI publicUrl = settings.https("consilium.public.url");
        Path trustStore = Path.of(settings.text("consilium.tls.truststore"));
        if (!Files.isReadable(trustStore)) {
            throw new IllegalStateException("setting consilium.tls.truststore names " + trustStore
                    + ", which cannot be read; create it or correct the path");
        }
        return new ServerSettings(
                settings.text("consilium.loopback.url", "").isEmpty()
                        ? publicUrl
                        : settings.https("consilium.loopback.url"),
                settings.https("consilium.issuer"),
                trustStore,
                settings.text("consilium.tls.truststore.password"));
    }

    /** Returns where Keycloak publishes the keys that it signs tokens with. */
    URI keys() {
        return URI.create(issuer + "/protocol/openid-connect/certs");
    }

    @Override
    public String toString() {
        return "ServerSettings[" + loopback + ", " + issuer + "]";
    }
}
