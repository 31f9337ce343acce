package org.consilium.server.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.platform.PostgresForTests;
import org.junit.jupiter.api.Test;

/** Who waits for the lock on a study acts on what was committed meanwhile. */
class StudyLockIT {

    private static final Instant NOW = Instant.parse("2026-01-05T08:00:00Z");
    private static final StudyId ID = new StudyId("study");
    private static final SiteId ONE = new SiteId("site-1");
    private static final SiteId TWO = new SiteId("site-2");
    private static final Sha256 MODEL = Sha256.of(new byte[] {1});

    private final PostgresForTests postgres = PostgresForTests.running();

    private StudyProtocol protocol(int rounds) {
        return SignedStudies.protocol(
                ID,
                "A study",
                "toy",
                new ArchitectureId("toy.1x1x1.2"),
                MODEL,
                new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0), 7),
                List.of(ONE, TWO),
                new Schedule(rounds, 1, java.time.Duration.ofHours(1), true));
    }

    private StudyStore running() {
        postgres.emptied().refer(List.of(ONE, TWO), List.of(MODEL));
        StudyStore store = PostgresStudies.store(postgres);
        postgres.committed(() -> store.add(Study.drafted(protocol(2), "ada", NOW)));
        postgres.committed(() -> {
            store.lock(ID).orElseThrow();
            store.save(SignedStudies.running(protocol(2), NOW), NOW);
            return null;
        });
        return store;
    }

    @Test
    void who_waited_for_the_lock_sees_who_has_left_meanwhile() {
        StudyStore store = running();
        Set<SiteId> left = postgres.waiting(
                () -> store.save(
                        store.lock(ID).orElseThrow().left(new Withdrawal(ONE, "steward", NOW, "No more.", 0)), NOW),
                () -> store.lock(ID).orElseThrow().left(),
                () -> {});
        assertThat(postgres.committed(() -> store.find(ID)).orElseThrow().left())
                .containsExactly(ONE);
        assertThat(left).containsExactly(ONE);
    }

    @Test
    void who_waited_for_the_lock_sees_the_state_of_now() {
        StudyStore store = running();
        Study seen = postgres.waiting(
                () -> store.save(store.lock(ID).orElseThrow().stopped("Enough.", NOW), NOW),
                () -> store.lock(ID).orElseThrow(),
                () -> {});
        assertThat(seen.state()).isEqualTo(StudyState.STOPPED);
    }

    /** As Protocols.amend does while Course.stop commits. */
    @Test
    void a_study_that_was_stopped_stays_stopped() {
        StudyStore store = running();
        try {
            postgres.waiting(
                    () -> store.save(store.lock(ID).orElseThrow().stopped("Enough.", NOW), NOW),
                    () -> {
                        Study study = store.lock(ID).orElseThrow();
                        store.save(study.amended(protocol(9), "ada", NOW), NOW);
                        return null;
                    },
                    () -> {});
        } catch (AssertionError refused) {
            // As it should be.
        }
        Study after = postgres.committed(() -> store.find(ID)).orElseThrow();
        assertThat(after.state() + " " + after.reason()).isEqualTo("STOPPED Optional[Enough.]");
    }

    /** As Protocols.amend does while Course.start commits. */
    @Test
    void a_study_that_was_started_is_no_draft_again() {
        postgres.emptied().refer(List.of(ONE, TWO), List.of(MODEL));
        StudyStore store = PostgresStudies.store(postgres);
        postgres.committed(() -> store.add(Study.drafted(protocol(2), "ada", NOW)));
        postgres.committed(() -> {
            store.lock(ID).orElseThrow();
            store.save(SignedStudies.approved(protocol(2), NOW), NOW);
            return null;
        });
        try {
            postgres.waiting(
                    () -> store.save(store.lock(ID).orElseThrow().started(NOW), NOW),
                    () -> {
                        Study study = store.lock(ID).orElseThrow();
                        store.save(study.amended(protocol(9), "ada", NOW), NOW);
                        return null;
                    },
                    () -> {});
        } catch (AssertionError refused) {
            // As it should be.
        }
        Study after = postgres.committed(() -> store.find(ID)).orElseThrow();
        assertThat(after.state()).isEqualTo(StudyState.RUNNING);
    }

    @Test
    void a_protocol_with_a_number_too_small_for_a_double_does_not_hide_all_studies() {
        StudyStore store = running();
        StudyProtocol usual = SignedStudies.with(
                protocol(1),
                new org.consilium.contract.protocol.StoppingRule.NoImprovement(
                        org.consilium.contract.protocol.Measure.ACCURACY, 3, 0.5));
        String sent = org.consilium.contract.protocol.ProtocolJson.toJson(usual)
                .toString()
                .replace("\"leastGain\":0.5", "\"leastGain\":-1e-400")
                .replace("\"study\":\"study\"", "\"study\":\"poison\"");
        StudyProtocol read = org.consilium.server.platform.Requests.read(
                sent, "protocol-invalid", json -> org.consilium.contract.protocol.ProtocolJson.protocol(json, 1));
        postgres.committed(() -> store.add(Study.drafted(read, "mallory", NOW)));
        assertThat(postgres.committed(store::all)).hasSize(2);
    }

    /** Site 1 leaves while site 2's signature, the last but that of site 1, waits for the lock. */
    @Test
    void an_amendment_is_approved_by_a_signature_that_waited_for_a_withdrawal() {
        StudyStore store = running();
        postgres.committed(() -> {
            Study study = store.lock(ID).orElseThrow();
            store.save(study.amended(protocol(9), "ada", NOW).proposed(NOW), NOW);
            return null;
        });
        postgres.waiting(
                () -> store.save(
                        store.lock(ID).orElseThrow().left(new Withdrawal(ONE, "steward", NOW, "No more.", 0)), NOW),
                () -> {
                    Study study = store.lock(ID).orElseThrow();
                    store.save(study.signed(SignedStudies.signature(study.newest(), TWO, NOW), NOW), NOW);
                    return null;
                },
                () -> {});
        Study after = postgres.committed(() -> store.find(ID)).orElseThrow();
        assertThat(after.newest().awaited(after.left())).isEmpty();
        assertThat(after.newest().state()).isEqualTo(VersionState.APPROVED);
    }

    @Test
    void the_same_statement_asked_for_twice_at_once_changes_nothing() {
        StudyStore store = running();
        var statement = SignedStudies.signature(
                        postgres.committed(() -> store.find(ID)).orElseThrow().current(), ONE, NOW)
                .statement();
        postgres.waiting(
                () -> store.ask(statement),
                () -> {
                    store.ask(statement);
                    return null;
                },
                () -> {});
        assertThat(postgres.committed(() -> store.asked(statement.nonce()))).isEqualTo(Optional.of(statement));
    }
}
