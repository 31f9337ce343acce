package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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
        return site(ConfigProvider.getConfig());
    }

    static SiteSettings site(Config config) {
        return new SiteSettings(
                siteId(config, "consilium.site.id"),
                uri(config, "consilium.server.url"),
                uri(config, "consilium.issuer"),
                path(config, "consilium.site.key.dir"),
                uri(config, "consilium.public.url"));
    }

    /** Returns which database is used. */
    @Produces
    @Dependent
    DatabaseSettings database() {
        return database(ConfigProvider.getConfig());
    }

    static DatabaseSettings database(Config config) {
        return new DatabaseSettings(
                text(config, "consilium.db.host"),
                integer(config, "consilium.db.port"),
                text(config, "consilium.db.name"),
                text(config, "consilium.db.user"),
                new DatabaseSettings.Owner(
                        text(config, "consilium.db.owner.user"),
                        text(config, "consilium.db.owner.password"),
                        optional(config, "consilium.db.sslmode").orElse("verify-full"),
                        optional(config, "consilium.db.sslrootcert").orElse("")));
    }

    /** Returns what may be imported. */
    @Produces
    @Dependent
    ImportSettings imports() {
        return imports(ConfigProvider.getConfig());
    }

    static ImportSettings imports(Config config) {
        return new ImportSettings(config.getOptionalValue("consilium.import.dir", String.class)
                .filter(text -> !text.isBlank())
                .map(text -> path(config, "consilium.import.dir")));
    }

    /** Returns how often the node gives a sign of life. */
    @Produces
    @Dependent
    HeartbeatSettings heartbeat() {
        return heartbeat(ConfigProvider.getConfig());
    }

    static HeartbeatSettings heartbeat(Config config) {
        String key = "consilium.heartbeat.seconds";
        return new HeartbeatSettings(Duration.ofSeconds(optional(config, key).isEmpty() ? 30 : integer(config, key)));
    }

    private static Optional<String> optional(Config config, String key) {
        return config.getOptionalValue(key, String.class).map(String::trim).filter(value -> !value.isEmpty());
    }

    private static String text(Config config, String key) {
        return optional(config, key)
                .orElseThrow(() -> new IllegalArgumentException(
                        "setting " + key + " is missing: name it in the server's bootstrap.properties"));
    }

    private static SiteId siteId(Config config, String key) {
        String text = text(config, key);
        try {
            return new SiteId(text);
        } catch (IllegalArgumentException e) {
            throw invalid(key, text, e);
        }
    }

    private static int integer(Config config, String key) {
        String text = text(config, key);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw invalid(key, text, e);
        }
    }

    private static URI uri(Config config, String key) {
        String text = text(config, key);
        try {
            return new URI(text.replaceAll("/+$", ""));
        } catch (URISyntaxException e) {
            throw invalid(key, text, e);
        }
    }

    private static Path path(Config config, String key) {
        String text = text(config, key);
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw invalid(key, text, e);
        }
    }

    private static IllegalArgumentException invalid(String key, String value, Exception why) {
        return new IllegalArgumentException(key + " '" + value + "' is not valid: " + why.getMessage(), why);
    }
}
