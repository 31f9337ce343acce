package org.consilium.site.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.SiteId;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsProducerTest {

    private final Map<String, String> settings = new HashMap<>(Map.ofEntries(
            Map.entry("consilium.site.id", "site-1"),
            Map.entry("consilium.server.url", "https://consortium.test:8443/"),
            Map.entry("consilium.issuer", "https://keycloak.test/realms/consilium"),
            Map.entry("consilium.site.key.dir", "/var/lib/consilium/keys"),
            Map.entry("consilium.public.url", "https://localhost:9443"),
            Map.entry("consilium.db.host", "db.test"),
            Map.entry("consilium.db.port", "5432"),
            Map.entry("consilium.db.name", "site"),
            Map.entry("consilium.db.user", "site"),
            Map.entry("consilium.db.owner.user", "site_owner"),
            Map.entry("consilium.db.owner.password", "secret")));

    @Test
    void good_settings_are_read() {
        SiteSettings site = SettingsProducer.site(new Settings());

        assertThat(site.site()).isEqualTo(new SiteId("site-1"));
        assertThat(site.server()).as("without the slash").hasToString("https://consortium.test:8443");
        assertThat(site.keyFolder()).isEqualTo(Path.of("/var/lib/consilium/keys"));
        assertThat(SettingsProducer.database(new Settings())).hasToString("db.test:5432/site");
    }

    @Test
    void a_node_that_owns_its_tables_does_not_start_since_it_could_rewrite_its_log() {
        settings.put("consilium.db.owner.user", "site");
        assertThatThrownBy(() -> SettingsProducer.database(new Settings()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("consilium.db.owner.user and consilium.db.user are both 'site'")
                .hasMessageContaining("Give each a user of its own");
    }

    @Test
    void the_folder_of_imports_may_be_left_open_or_named() {
        assertThat(SettingsProducer.imports(new Settings()).root()).isEmpty();
        settings.put("consilium.import.dir", " ");
        assertThat(SettingsProducer.imports(new Settings()).root()).isEmpty();
        settings.put("consilium.import.dir", "/data/import");
        assertThat(SettingsProducer.imports(new Settings()).root()).contains(Path.of("/data/import"));
    }

    @Test
    void a_sign_of_life_is_given_each_half_minute_unless_it_is_said_otherwise() {
        assertThat(SettingsProducer.heartbeat(new Settings()).every()).isEqualTo(Duration.ofSeconds(30));
        settings.put("consilium.heartbeat.seconds", " ");
        assertThat(SettingsProducer.heartbeat(new Settings()).every()).isEqualTo(Duration.ofSeconds(30));
        settings.put("consilium.heartbeat.seconds", "5");
        assertThat(SettingsProducer.heartbeat(new Settings()).every()).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "consilium.site.id",
                "consilium.server.url",
                "consilium.issuer",
                "consilium.site.key.dir",
                "consilium.public.url",
                "consilium.db.host",
                "consilium.db.port",
                "consilium.db.name",
                "consilium.db.user",
                "consilium.db.owner.user",
                "consilium.db.owner.password"
            })
    void a_missing_or_empty_setting_is_named_with_the_file_it_belongs_in(String key) {
        settings.remove(key);
        assertThatThrownBy(this::read).hasMessageContaining(key).hasMessageContaining("bootstrap.properties");

        settings.put(key, "  ");
        assertThatThrownBy(this::read).hasMessageContaining(key).hasMessageContaining("bootstrap.properties");
    }

    @ParameterizedTest
    @CsvSource({
        "consilium.site.id, Site 1",
        "consilium.server.url, http://consortium.test",
        "consilium.server.url, https://",
        "consilium.server.url, https://a b",
        "consilium.issuer, keycloak.test/realms/consilium",
        "consilium.public.url, ftp://localhost",
        "consilium.site.key.dir, keys",
        "consilium.import.dir, images",
        "consilium.db.port, five",
        "consilium.db.port, 0",
        "consilium.db.port, 65536",
        "consilium.heartbeat.seconds, half",
        "consilium.heartbeat.seconds, 4",
        "consilium.heartbeat.seconds, 301",
    })
    void a_bad_setting_is_named_with_its_value(String key, String value) {
        settings.put(key, value);

        assertThatThrownBy(this::read)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value)
                .hasMessageContaining("not valid");
    }

    private void read() {
        SettingsProducer.site(new Settings());
        SettingsProducer.database(new Settings());
        SettingsProducer.imports(new Settings());
        SettingsProducer.heartbeat(new Settings());
    }

    /** Settings as strings, as MicroProfile Config gives them. */
    private final class Settings implements Config {

        @Override
        public <T> Optional<T> getOptionalValue(String key, Class<T> type) {
            return Optional.ofNullable(settings.get(key)).map(type::cast);
        }

        @Override
        public <T> T getValue(String key, Class<T> type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ConfigValue getConfigValue(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Iterable<String> getPropertyNames() {
            return settings.keySet();
        }

        @Override
        public Iterable<ConfigSource> getConfigSources() {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> Optional<Converter<T>> getConverter(Class<T> type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }
}
