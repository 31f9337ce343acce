package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.round.Samples.INITIAL;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.STUDY;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.protocol;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.server.platform.PostgresForTests;
import org.consilium.server.study.PostgresStudies;
import org.consilium.server.study.SignedStudies;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyStore;
import org.junit.jupiter.api.Test;

/** What is left of updates that were erased. */
class ErasureIT {
    private static final Instant NOW = Instant.parse("2026-01-05T08:00:00Z");
    private static final Sha256 UPDATE = Sha256.of(new byte[] {7});

    private final PostgresForTests postgres = PostgresForTests.running();
    private StudyStore studies;
    private JpaRoundStore store;

    private void running() {
        postgres.emptied().refer(List.of(ONE, TWO), List.of(INITIAL.digest(), UPDATE));
        studies = PostgresStudies.store(postgres);
        store = new JpaRoundStore(postgres.entityManager());
        postgres.committed(() -> studies.add(Study.drafted(protocol(3, 1, ONE, TWO), "ada", NOW)));
        postgres.committed(() -> {
            Study study = SignedStudies.running(protocol(3, 1, ONE, TWO), NOW);
            studies.lock(STUDY).orElseThrow();
            studies.save(study, NOW);
            store.add(Round.open(study, new RoundNumber(1), INITIAL.digest(), NOW));
            return null;
        });
    }

    @Test
    void a_long_study_is_erased() throws Exception {
        running();
        try (Connection c = postgres.pool().getConnection();
                Statement s = c.createStatement()) {
            s.execute("INSERT INTO round (study, round, state, start_model, opened_at, deadline, protocol_version)"
                    + " SELECT 'study', n, 'COMPLETED', '" + INITIAL.digest() + "', now(), now(), 1"
                    + " FROM generate_series(2, 40001) n");
            s.execute("INSERT INTO round_site (study, round, site, state, since, update_sha256)"
                    + " SELECT 'study', n, x, 'EVALUATED', now(), md5(n || x) FROM generate_series(2, 40001) n,"
                    + " (VALUES ('site-1'), ('site-2')) v(x)");
        }
        assertThat(postgres.committed(() -> store.erase(STUDY, Optional.empty())))
                .isEqualTo(80_000);
    }
}
