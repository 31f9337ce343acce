package org.consilium.site.platform;

import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import org.consilium.contract.SiteId;

/**
 * Who this node is and whom it talks to.
 *
 * @param site this site's name in the consortium and of its Keycloak client, {@code consilium.site.id}
 * @param server the consortium server, https, {@code consilium.server.url}
 * @param issuer the Keycloak realm that issues tokens, https, {@code consilium.issuer}
 * @param keyFolder where the site's keys are kept, {@code consilium.site.key.dir}
 * @param self this node's own address, https, {@code consilium.public.url}
 */
public record SiteSettings(SiteId site, URI server, URI issuer, Path keyFolder, URI self) {

    /** Checks that nothing is missing. */
    public SiteSettings {
        Objects.requireNonNull(site, "consilium.site.id");
        requireHttps(server, "consilium.server.url");
        requireHttps(issuer, "consilium.issuer");
        requireHttps(self, "consilium.public.url");
        if (!keyFolder.isAbsolute()) {
            throw new IllegalArgumentException(
                    "consilium.site.key.dir '" + keyFolder + "' is not valid: use an absolute path");
        }
    }

    /**
     * Returns whether a steward of that site speaks for this hospital: the one rule of the node's API and of its pages.
     *
     * @param claimed the site that a token names
     */
    public boolean isSpokenForBy(String claimed) {
        return site.value().equals(claimed);
    }

    private static void requireHttps(URI uri, String key) {
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    key + " '" + uri + "' is not valid: use an address such as https://host:443");
        }
    }
}
