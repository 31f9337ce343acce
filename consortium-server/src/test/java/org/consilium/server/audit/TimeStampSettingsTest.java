package org.consilium.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.consilium.server.platform.MapConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bad setting of the time-stamping authority is refused when the server starts, naming its key. */
class TimeStampSettingsTest {

    private final Map<String, String> values = new HashMap<>();

    @TempDir
    Path folder;

    @BeforeEach
    void good_settings() throws IOException {
        Path file = folder.resolve("root.pem");
        Files.write(file, CertificatesForTests.root("Root").pem());
        values.put(TimeStampSettings.URL, "http://tsa.example/tsr/");
        values.put(TimeStampSettings.CA, file.toString());
    }

    @Test
    void without_an_address_time_stamps_are_off() {
        values.put(TimeStampSettings.URL, "");
        assertThat(TimeStampSettings.from(new MapConfig(values))).isEmpty();
        assertThat(TimeStampSettings.from(new MapConfig(Map.of()))).isEmpty();
    }

    @Test
    void an_address_is_taken_as_it_stands_with_ten_seconds_for_an_answer() {
        TimeStampSettings read = TimeStampSettings.from(new MapConfig(values)).orElseThrow();
        assertThat(read.authority()).isEqualTo(URI.create("http://tsa.example/tsr/"));
        assertThat(read.patience()).isEqualTo(Duration.ofSeconds(10));
        values.put(TimeStampSettings.TIMEOUT, "3");
        assertThat(TimeStampSettings.from(new MapConfig(values)).orElseThrow().patience())
                .isEqualTo(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tsa.example", "ftp://tsa.example/", "http://", "http://a b/", "mailto:a@b", "/tsr"})
    void an_address_that_is_none_of_the_web_is_refused(String address) {
        values.put(TimeStampSettings.URL, address);
        assertRefused(TimeStampSettings.URL, "'" + address + "'", "http://tsa.example/tsr");
    }

    @Test
    void an_address_with_a_password_is_refused_without_repeating_it() {
        values.put(TimeStampSettings.URL, "https://user:geheim@tsa.example/tsr");
        assertRefused(TimeStampSettings.URL, "password");
        assertThatThrownBy(() -> TimeStampSettings.from(new MapConfig(values))).hasMessageNotContaining("geheim");
    }

    @Test
    void an_authority_without_a_certificate_to_trust_is_refused() throws IOException {
        values.remove(TimeStampSettings.CA);
        assertRefused(TimeStampSettings.CA, "is missing");
        values.put(TimeStampSettings.CA, folder.resolve("none.pem").toString());
        assertRefused(TimeStampSettings.CA, "none.pem", "cannot be read");
        values.put(
                TimeStampSettings.CA,
                Files.writeString(folder.resolve("empty.pem"), "").toString());
        assertRefused(TimeStampSettings.CA, "empty.pem", "has no certificate");
        values.put(
                TimeStampSettings.CA,
                Files.writeString(
                                folder.resolve("key.pem"),
                                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
                        .toString());
        assertRefused(TimeStampSettings.CA, "key.pem", "no certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "61", "soon"})
    void a_time_to_wait_that_is_none_is_refused(String seconds) {
        values.put(TimeStampSettings.TIMEOUT, seconds);
        assertRefused(TimeStampSettings.TIMEOUT, "1 to 60");
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(() -> TimeStampSettings.from(new MapConfig(values)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(words);
    }
}
