package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.consilium.contract.SiteId;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Reads the settings once; what is wrong is refused with the setting's name. */
@ApplicationScoped
class SettingsProducer {

    /** Returns who this node is. */
    @Produces
    @Dependent
    SiteSettings site() {
        Config config = ConfigProvider.getConfig();
        return new SiteSettings(
                new SiteId(text(config, "consilium.site.id")),
                uri(config, "consilium.server.url"),
                uri(config, "consilium.issuer"),
                path(config, "consilium.site.key.dir"),
                uri(config, "consilium.public.url"));
    }

    /** Returns which database is used. */
    @Produces
    @Dependent
    DatabaseSettings database() {
        Config config = ConfigProvider.getConfig();
        return new DatabaseSettings(
                text(config, "consilium.db.host"),
                config.getValue("consilium.db.port", Integer.class),
                text(config, "consilium.db.name"));
    }

    private static String text(Config config, String key) {
        return config.getOptionalValue(key, String.class)
                .map(String::trim)
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException(
                        "setting " + key + " is missing: name it in the server's bootstrap.properties"));
    }

    private static URI uri(Config config, String key) {
        try {
            return new URI(text(config, key).replaceAll("/+$", ""));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(key + " is not valid: " + e.getMessage(), e);
        }
    }

    private static Path path(Config config, String key) {
        try {
            return Path.of(text(config, key));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(key + " is not valid: " + e.getMessage(), e);
        }
    }
}
