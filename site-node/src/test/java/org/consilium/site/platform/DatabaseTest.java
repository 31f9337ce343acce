package org.consilium.site.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

public class DatabaseTest {

    /** Of a database that is never asked. */
    public static final DatabaseSettings SETTINGS = settings("db.test", 5432);

    private static DatabaseSettings settings(String host, int port) {
        return new DatabaseSettings(
                host, port, "site", "site", new DatabaseSettings.Owner("site_owner", "secret", "disable", ""));
    }

    @Test
    void a_database_that_is_down_is_named_with_the_next_action_and_may_be_tried_again() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"localhost"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName("site");
        Database database = new Database(source, settings("localhost", port));

        assertThat(database.migrate()).isFalse();
        assertThat(database.migrate()).isFalse();

        assertThat(database.trouble())
                .hasValueSatisfying(trouble -> assertThat(trouble)
                        .contains("localhost:" + port + "/site")
                        .contains("refused")
                        .doesNotContain("\n"));
        assertThatThrownBy(database::require).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(503);
            assertThat(refused.problem().code()).isEqualTo("database-unavailable");
            assertThat(refused.problem().detail()).contains("localhost:" + port + "/site");
            assertThat(refused.problem().action()).contains("consilium.db.");
        });
    }
}
