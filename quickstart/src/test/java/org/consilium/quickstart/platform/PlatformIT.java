package org.consilium.quickstart.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real PostgreSQL and the real Keycloak, without the servers. */
class PlatformIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void postgresql_takes_only_tls_and_keycloak_gives_a_token_with_the_right_claims(@TempDir Path folder)
            throws SQLException {
        try (StateFolder state = StateFolder.open(folder)) {
            ProcessRegistry processes = new ProcessRegistry(state.path("processes.json"));
            try {
                Ground ground = Ground.in(ROOT, state, processes);
                SigningKey key = new SigningKey(state.folder("keys").resolve("quickstart.pem"));
                Startup startup = new Startup(ground, PlatformOptions.of(ROOT, folder, 1), Progress.SILENT, key);

                Startup.Databases databases = startup.databases();
                encryptedOnly(databases.server());
                startup.identity(databases, startup.unpackKeycloak());
                claims(
                        new TokenSource(
                                        ground.https(),
                                        startup.issuer(),
                                        "consilium-quickstart",
                                        key,
                                        Clock.systemUTC())
                                .token(),
                        startup);
            } finally {
                Shutdown.all(processes);
            }
            assertThat(processes.living()).isEmpty();
        }
    }

    private static void encryptedOnly(DatabaseServer server) throws SQLException {
        try (var connection = DriverManager.getConnection(server.jdbcUrl("postgres"), server.login());
                var row = connection
                        .createStatement()
                        .executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getBoolean(1)).isTrue();
        }
        String plain = "jdbc:postgresql://localhost:" + server.port() + "/postgres?sslmode=disable";
        assertThatThrownBy(
                        () -> DriverManager.getConnection(plain, server.login()).close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("no encryption");
    }

    private static void claims(String token, Startup startup) {
        JsonObject claims;
        try (var reader = Json.createReader(
                new ByteArrayInputStream(Base64.getUrlDecoder().decode(token.split("\\.")[1])))) {
            claims = reader.readObject();
        }
        assertThat(claims.getString("iss")).isEqualTo(startup.issuer().toString());
        assertThat(claims.getString("azp")).isEqualTo("consilium-quickstart");
        assertThat(claims.getString("upn")).isEqualTo("service-account-consilium-quickstart");
        assertThat(claims.getJsonArray("groups").getValuesAs(JsonString::getString))
                .as("a hospital's steward is a person")
                .containsExactlyInAnyOrder("coordinator", "administrator");
        assertThat(claims.get("aud")).hasToString("\"consilium-api\"");
        assertThat(claims.getInt("exp") - claims.getInt("iat")).isEqualTo(300);
    }
}
