package org.consilium.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.consilium.auditlog.Records;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.server.platform.FailedLogIn;
import org.consilium.server.platform.PostgresForTests;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Failed log-ins on a real PostgreSQL. */
class RecordedLogInsIT {

    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private final PostgresForTests postgres = PostgresForTests.running();
    private final AuditStore store = new AuditStore(postgres.entityManager(), CLOCK);
    private final RecordedLogIns logIns = new RecordedLogIns(store, new AuditTrail(store, null, null, null, CLOCK));

    @BeforeEach
    void empty() {
        postgres.emptied();
    }

    @Test
    void each_is_recorded_once_however_often_it_is_fetched_and_equal_ones_together() {
        List<FailedLogIn> first = List.of(one("a", -30, "ada"), one("b", -20, "ada"), one("c", -10, "bo"));
        add(first);
        add(first);
        add(List.of(one("c", -10, "bo"), one("d", 0, "bo")));

        List<AuditRecord> records = records();
        assertThat(records).extracting(AuditRecord::code).containsOnly("access.log-in-failed");
        assertThat(records).extracting(record -> record.entity().id()).containsExactly("ada", "bo", "bo");
        assertThat(records).extracting(record -> record.details().get("times")).containsExactly("2", "1", "1");
        AuditRecord ada = records.get(0);
        assertThat(ada.occurred()).isEqualTo(NOW.minusSeconds(30));
        assertThat(ada.details())
                .containsEntry("last", NOW.minusSeconds(20).toString())
                .containsEntry("problem", "invalid_user_credentials")
                .containsEntry("client", "consilium-portal");
        assertThat(ada.actor().subject()).isEqualTo("unknown");
        assertThat(ada.actor().address()).contains("192.0.2.7");
        assertThat(ada.outcome().code()).isEqualTo(8);
        assertThat(postgres.committed(logIns::last)).contains(NOW);
    }

    @Test
    void a_flood_of_different_ones_is_no_flood_of_records() {
        add(IntStream.range(0, 500)
                .mapToObj(i -> one("id-" + i, i, "user-" + i))
                .toList());
        List<AuditRecord> records = records();
        assertThat(records).hasSize(101);
        assertThat(records.stream()
                        .mapToLong(record -> Long.parseLong(record.details().get("times")))
                        .sum())
                .isEqualTo(500);
        assertThat(records.get(100).details())
                .containsEntry("problem", "several")
                .containsEntry("times", "400");
    }

    @Test
    void what_is_fetched_no_more_is_forgotten_and_the_youngest_is_not() {
        add(List.of(one("old", -7200, "ada"), one("young", -60, "ada")));
        forget();
        assertThat(postgres.committed(logIns::last)).contains(NOW.minusSeconds(60));
        add(List.of(one("young", -60, "ada")));
        assertThat(records()).hasSize(1);
        assertThat(postgres.committed(() -> store.addFailedLogIn("old", NOW))).isTrue();
    }

    private static FailedLogIn one(String id, long seconds, String user) {
        return new FailedLogIn(
                id,
                NOW.plusSeconds(seconds),
                Optional.of("consilium-portal"),
                Optional.of(user),
                Optional.of("192.0.2.7"),
                "invalid_user_credentials");
    }

    private void add(List<FailedLogIn> fetched) {
        postgres.committed(() -> {
            logIns.add(fetched);
            return null;
        });
    }

    private void forget() {
        postgres.committed(() -> {
            logIns.forget();
            return null;
        });
    }

    private List<AuditRecord> records() {
        List<AuditRecord> records = new ArrayList<>();
        postgres.committed(() -> store.read(Records.Filter.all(), 10_000, records::add));
        return records;
    }
}
