package org.consilium.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A bad setting is refused when the server starts, naming its key and what to write instead. */
class SettingsTest {

    private static final Map<String, String> DATABASE = Map.of(
            "consilium.db.host", "db.example",
            "consilium.db.port", "5432",
            "consilium.db.name", "consilium",
            "consilium.db.user", "server",
            "consilium.db.password", "secret",
            "consilium.db.owner.user", "owner",
            "consilium.db.owner.password", "secret");

    @Test
    void a_setting_that_is_missing_is_named() {
        Settings settings = settings("consilium.empty", "");
        assertRefused(() -> settings.text("consilium.some"), "consilium.some is missing");
        assertRefused(() -> settings.text("consilium.empty"), "consilium.empty is missing");
        assertThat(settings.text("consilium.some", "otherwise")).isEqualTo("otherwise");
    }

    @ParameterizedTest
    @CsvSource({"0", "61", "1.5", "many", "99999999999999999999"})
    void a_number_that_is_none_or_out_of_range_is_named_with_its_range(String value) {
        assertRefused(
                () -> settings("consilium.tick.seconds", value).seconds("consilium.tick.seconds", 2, 1, 60),
                "consilium.tick.seconds is '" + value + "'; use a whole number of 1 to 60");
    }

    @Test
    void a_number_is_taken_with_blanks_around_it() {
        assertThat(settings("consilium.tick.seconds", " 60 ").seconds("consilium.tick.seconds", 2, 1, 60))
                .isEqualTo(Duration.ofSeconds(60));
        assertThat(settings("other", "1").seconds("consilium.tick.seconds", 2, 1, 60))
                .isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource({"http://localhost:9443", "localhost", "https://", "https://a b"})
    void an_address_that_is_not_https_is_named_with_an_example(String value) {
        assertRefused(
                () -> settings("consilium.public.url", value).https("consilium.public.url"), "https://localhost:9443");
    }

    @Test
    void an_address_loses_the_slashes_at_its_end() {
        assertThat(settings("consilium.public.url", "https://localhost:9443//").https("consilium.public.url"))
                .isEqualTo(URI.create("https://localhost:9443"));
    }

    @Test
    void the_database_is_reached_with_a_checked_certificate_unless_something_else_is_said() {
        DatabaseSettings settings = DatabaseSettings.from(new MapConfig(DATABASE));
        assertThat(settings.where()).isEqualTo("db.example:5432/consilium");
        PGSimpleDataSource source = (PGSimpleDataSource) settings.plain();
        assertThat(source.getSslMode()).isEqualTo("verify-full");
        assertThat(source.getServerNames()).containsExactly("db.example");
        assertThat(source.getUser()).as("who migrates").isEqualTo("owner");
        assertThat(settings.toString()).as("no password in any log").doesNotContain("secret");
    }

    @Test
    void the_application_must_not_be_the_owner_of_its_tables() {
        Map<String, String> values = new HashMap<>(DATABASE);
        values.put("consilium.db.owner.user", "server");
        assertRefused(() -> DatabaseSettings.from(new MapConfig(values)), "could rewrite the audit log");
    }

    @Test
    void a_trust_store_that_cannot_be_read_is_named(@TempDir Path folder) throws IOException {
        Map<String, String> values = new HashMap<>(Map.of(
                "consilium.public.url", "https://localhost:9443",
                "consilium.issuer", "https://localhost:9444/realms/consilium",
                "consilium.tls.truststore", folder.resolve("none.p12").toString(),
                "consilium.tls.truststore.password", "secret"));
        assertRefused(() -> ServerSettings.from(new MapConfig(values)), "none.p12, which cannot be read");
        values.put(
                "consilium.tls.truststore",
                Files.createFile(folder.resolve("some.p12")).toString());
        ServerSettings settings = ServerSettings.from(new MapConfig(values));
        assertThat(settings.loopback()).isEqualTo(URI.create("https://localhost:9443"));
        assertThat(settings.keys())
                .isEqualTo(URI.create("https://localhost:9444/realms/consilium/protocol/openid-connect/certs"));
        assertThat(settings.toString()).doesNotContain("secret");
    }

    private static Settings settings(String key, String value) {
        return new Settings(new MapConfig(Map.of(key, value)));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String words) {
        assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessageContaining(words);
    }
}
