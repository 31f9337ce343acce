package org.consilium.site.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.consilium.site.images.SiteDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two users of a hospital's database, on a real PostgreSQL. */
class DatabaseUsersIT {

    private static SiteDatabase database;

    @BeforeAll
    static void start() throws IOException {
        database = new SiteDatabase();
    }

    @AfterAll
    static void stop() throws IOException {
        database.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        database.empty();
    }

    @Test
    void the_node_can_neither_change_nor_delete_what_is_recorded() throws SQLException {
        executed("INSERT INTO imaging.audit_record (seq, id, code, outcome, recorded, line, leaf) VALUES"
                + " (0, gen_random_uuid(), 'system.started', 0, now(), '{}', sha256(''))");
        for (String statement : List.of(
                "UPDATE imaging.audit_record SET line = 'x'",
                "DELETE FROM imaging.audit_record",
                "TRUNCATE imaging.audit_record",
                "UPDATE imaging.audit_node SET hash = hash",
                "DELETE FROM imaging.audit_node",
                "UPDATE imaging.audit_checkpoint SET note = 'x'",
                "DELETE FROM imaging.audit_checkpoint",
                "DELETE FROM imaging.consortium_key",
                "UPDATE imaging.consortium_key SET key = 'x'",
                "DELETE FROM imaging.consortium_checkpoint",
                "UPDATE imaging.consortium_checkpoint SET note = 'x'",
                "DELETE FROM imaging.outbound",
                "DELETE FROM imaging.policy",
                "DELETE FROM imaging.flyway_schema_history",
                "DROP TABLE imaging.audit_record",
                "ALTER TABLE imaging.audit_record DISABLE TRIGGER ALL",
                "CREATE RULE r AS ON INSERT TO imaging.audit_record DO INSTEAD NOTHING",
                "CREATE TABLE imaging.other (id int)",
                "SET ROLE " + SiteDatabase.OWNER)) {
            assertThatThrownBy(() -> executed(statement))
                    .as(statement)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refusal -> assertThat(refusal.getSQLState()).isEqualTo("42501"));
        }
        assertThat(database.column("SELECT line FROM imaging.audit_record")).containsExactly("{}");
    }

    @Test
    void a_node_whose_user_is_allowed_everything_does_not_work() throws SQLException {
        database.run("CREATE ROLE mighty LOGIN SUPERUSER");
        Database mighty = database.as("mighty", database.pool("mighty"));

        assertThat(mighty.migrate()).isFalse();

        assertThat(mighty.trouble())
                .hasValueSatisfying(trouble -> assertThat(trouble)
                        .contains("'mighty' may change the audit log")
                        .contains("make it a plain user"));
        assertThatThrownBy(mighty::require).isInstanceOf(ProblemException.class);
    }

    private static void executed(String sql) throws SQLException {
        try (Connection connection = database.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
