package org.consilium.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.inject.Inject;
import java.time.Duration;
import org.consilium.server.platform.LibertyForTests;
import org.consilium.server.platform.Migration;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The packaged application on a real Open Liberty with its real configuration and a real PostgreSQL; each test runs
 * within the application.
 */
@ExtendWith(ArquillianExtension.class)
class ApplicationIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Inject
    Migration migration;

    @Inject
    Deeds deeds;

    @Deployment
    static WebArchive application() {
        return LibertyForTests.application(ApplicationIT.class, Deeds.class);
    }

    @BeforeEach
    void the_schema_is_brought_up_to_date_by_the_application_itself() throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!migration.isDone()) {
            assertThat(System.nanoTime())
                    .as("the schema is there within %s", LIMIT)
                    .isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void what_jpa_and_jdbc_do_in_one_transaction_is_committed_together() {
        deeds.addBoth("together", false);
        assertThat(sites("together")).isEqualTo(1);
        assertThat(vectors("together")).isEqualTo(1);
    }

    @Test
    void an_exception_after_both_have_written_leaves_neither() {
        assertThatThrownBy(() -> deeds.addBoth("neither", true)).hasMessage("on purpose");
        assertThat(sites("neither")).isZero();
        assertThat(vectors("neither")).isZero();
    }

    @Test
    void a_transaction_sees_what_others_have_committed_meanwhile() {
        assertThat(deeds.isolation())
                .as("whoever waited for a lock reads what its holder committed")
                .isEqualTo("read committed/read committed");
    }

    private long sites(String name) {
        return deeds.count("SELECT count(*) FROM site WHERE id = '" + name + "'");
    }

    private long vectors(String name) {
        return deeds.count("SELECT count(*) FROM parameter_vector WHERE architecture = '" + name + "'");
    }
}
