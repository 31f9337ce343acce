package org.consilium.server.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StoppingRule;
import org.consilium.contract.protocol.StudyProtocol;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link StudyStore} promises. */
abstract class StudyStoreContract {

    static final Instant NOW = Instant.parse("2026-01-05T08:00:00.123456Z");
    static final List<SiteId> SITES =
            Stream.of("sitea", "site-b", "site-10", "site1").map(SiteId::new).toList();
    static final Sha256 MODEL = new Sha256("ab".repeat(32));

    StudyStore store;

    /** Returns a store without studies, where those sites and those parameters are known. */
    abstract StudyStore empty(List<SiteId> sites, List<Sha256> vectors);

    /** Runs the work in a transaction of its own. */
    abstract <T> T committed(Supplier<T> work);

    @BeforeEach
    void open() {
        store = empty(SITES, List.of(MODEL));
    }

    @Test
    void a_study_comes_back_as_it_was_added() {
        Study study = study("study", NOW);
        assertThat(committed(() -> store.add(study))).isTrue();
        assertThat(committed(() -> store.find(study.id()))).contains(study);
        assertThat(committed(() -> store.find(new StudyId("other")))).isEmpty();
    }

    @Test
    void an_id_is_taken_once() {
        Study first = study("study", NOW);
        committed(() -> store.add(first));
        assertThat(committed(() -> store.add(study("study", NOW.plusSeconds(1)))))
                .isFalse();
        assertThat(committed(store::all)).containsExactly(first);
    }

    @Test
    void the_course_of_a_study_is_kept_step_by_step() {
        Study started = study("study", NOW);
        committed(() -> store.add(started));
        Study testing = started.testing(new RoundNumber(2), NOW.plusSeconds(9));
        save(testing);
        assertThat(committed(() -> store.find(started.id()))).contains(testing);
        Study completed = testing.completed(new RoundNumber(2), NOW.plusSeconds(99));
        save(completed);
        assertThat(committed(() -> store.find(started.id()))).contains(completed);
    }

    @Test
    void a_study_with_a_long_reason_keeps_its_reason() {
        Study failed = study("study", NOW).stopped("Die Gründe: " + "x".repeat(5_000), NOW.plusSeconds(1));
        committed(() -> store.add(study("study", NOW)));
        save(failed);
        assertThat(committed(() -> store.find(failed.id()))).contains(failed);
    }

    @Test
    void a_stopped_study_keeps_its_reason_and_runs_no_more() {
        committed(() -> store.add(study("study", NOW)));
        Study stopped = study("study", NOW).stopped("enough", NOW.plusSeconds(1));
        save(stopped);
        assertThat(committed(() -> store.find(stopped.id()))).contains(stopped);
        assertThat(committed(store::running)).isEmpty();
    }

    @Test
    void what_was_saved_is_seen_within_the_same_transaction() {
        Study started = study("study", NOW);
        committed(() -> store.add(started));
        Study failed = started.stopped("why", NOW);
        assertThat(committed(() -> {
                    store.find(started.id());
                    store.save(failed, NOW);
                    return store.find(started.id());
                }))
                .contains(failed);
    }

    @Test
    void studies_are_listed_the_youngest_first_and_by_id_where_they_are_equally_old() {
        for (String id : List.of("sb", "s-c", "s-a")) {
            committed(() -> store.add(study(id, NOW)));
        }
        committed(() -> store.add(study("young", NOW.plusSeconds(1))));
        assertThat(committed(store::all))
                .extracting(study -> study.id().value())
                .containsExactly("young", "s-a", "s-c", "sb");
        assertThat(committed(store::all).get(0).protocol().participants()).hasSize(4);
    }

    @Test
    void those_that_run_are_named_in_the_order_of_their_ids() {
        for (String id : List.of("sb", "s-c", "s-a", "ended")) {
            committed(() -> store.add(study(id, NOW)));
        }
        save(study("ended", NOW).stopped("why", NOW));
        save(study("sb", NOW).testing(new RoundNumber(1), NOW));
        assertThat(committed(store::running)).extracting(StudyId::value).containsExactly("s-a", "s-c", "sb");
    }

    @Test
    void the_versions_of_a_protocol_are_kept_with_their_signatures() {
        Study draft = Study.drafted(protocol("study"), "ada", NOW);
        committed(() -> store.add(draft));
        assertThat(committed(() -> store.find(draft.id()))).contains(draft);

        Study proposed = draft.edited(SignedStudies.with(protocol("study"), RULE), "grace")
                .proposed(NOW);
        save(proposed);
        Study declined =
                proposed.signed(SignedStudies.refusal(proposed.newest(), SITES.get(0), NOW), NOW.plusSeconds(1));
        save(declined);
        assertThat(committed(() -> store.find(draft.id()))).contains(declined);

        Study second = declined.amended(protocol("study"), "ada", NOW.plusSeconds(2));
        save(second);
        Study approved = SignedStudies.signed(second.proposed(NOW.plusSeconds(3)), NOW.plusSeconds(4));
        save(approved);
        assertThat(committed(() -> store.find(draft.id()))).contains(approved);
        assertThat(approved.state()).isEqualTo(StudyState.APPROVED);

        assertThat(committed(() -> store.versions(draft.id())))
                .extracting(version -> version.number() + " " + version.state() + " "
                        + version.signatures().size())
                .containsExactly("1 WITHDRAWN 1", "2 APPROVED 4");
    }

    @Test
    void an_amendment_takes_the_place_of_the_version_before_which_is_kept() {
        Study running = study("study", NOW);
        committed(() -> store.add(running));
        Study amended = running.amended(SignedStudies.with(protocol("study"), RULE), "ada", NOW)
                .proposed(NOW);
        save(amended);
        assertThat(committed(() -> store.find(running.id()))).contains(amended);
        Study signed = SignedStudies.signed(amended, NOW);
        save(signed);
        assertThat(committed(() -> store.find(running.id()))).contains(signed);
        save(signed.atNextRound());
        assertThat(committed(() -> store.find(running.id()))).contains(signed.atNextRound());
        assertThat(committed(() -> store.versions(running.id())))
                .extracting(version -> version.number() + " " + version.state())
                .containsExactly("1 SUPERSEDED", "2 APPROVED");

        Study third = signed.atNextRound().amended(protocol("study"), "ada", NOW);
        save(third);
        save(third.withoutAmendment());
        assertThat(committed(() -> store.find(running.id()))).contains(third.withoutAmendment());
        assertThat(committed(() -> store.versions(running.id())))
                .hasSize(3)
                .last()
                .satisfies(version -> assertThat(version.state()).isEqualTo(VersionState.WITHDRAWN));
    }

    @Test
    void a_site_that_has_left_is_remembered_with_its_reason() {
        Study running = study("study", NOW);
        committed(() -> store.add(running));
        Study without = running.left(new Withdrawal(SITES.get(1), "steward", NOW.plusSeconds(1), "No more time.", 3));
        save(without);
        assertThat(committed(() -> store.find(running.id()))).contains(without);
        assertThat(without.active()).hasSize(3);
        Study paused = without.paused(NOW.plusSeconds(2));
        save(paused);
        assertThat(committed(() -> store.find(running.id()))).contains(paused);
        assertThat(committed(store::running)).isEmpty();
        save(paused.resumed(NOW.plusSeconds(9)));
        assertThat(committed(() -> store.find(running.id()))).contains(paused.resumed(NOW.plusSeconds(9)));
    }

    @Test
    void a_protocol_is_given_by_its_digest_to_those_who_were_asked_to_sign_it() {
        Study draft = Study.drafted(protocol("study"), "ada", NOW);
        committed(() -> store.add(draft));
        assertThat(committed(() -> store.protocol(draft.current().digest(), SITES.get(0))))
                .as("a draft is nobody's business")
                .isEmpty();
        save(draft.proposed(NOW));
        assertThat(committed(() -> store.protocol(draft.current().digest(), SITES.get(0))))
                .contains(draft.protocol());
        assertThat(committed(() -> store.protocol(draft.current().digest(), new SiteId("stranger"))))
                .isEmpty();
        assertThat(committed(() -> store.protocol(MODEL, SITES.get(0)))).isEmpty();
    }

    @Test
    void a_statement_is_kept_until_it_is_signed_or_old() {
        ProtocolVersion version =
                Study.drafted(protocol("study"), "ada", NOW).proposed(NOW).newest();
        SigningStatement one =
                SignedStudies.signature(version, SITES.get(0), NOW).statement();
        SigningStatement two = SignedStudies.refusal(version, SITES.get(1), NOW.plusSeconds(60))
                .statement();
        run(() -> store.ask(one));
        run(() -> store.ask(one));
        run(() -> store.ask(two));
        assertThat(committed(() -> store.asked(two.nonce()))).contains(two);
        run(() -> store.forget(two));
        assertThat(committed(() -> store.asked(two.nonce()))).isEmpty();
        run(() -> store.forgetAskedBefore(NOW.plusSeconds(1)));
        assertThat(committed(() -> store.asked(one.nonce()))).isEmpty();
    }

    static final StoppingRule RULE = new StoppingRule.ByteBudget(1_000);

    static StudyProtocol protocol(String id) {
        return SignedStudies.protocol(
                new StudyId(id),
                "Étude",
                "toy",
                new ArchitectureId("toy.1x1x1.2"),
                MODEL,
                new TrainingPlan(new Effort.Steps(3), 8, new Optimiser.Adam(1e-3), Long.MIN_VALUE),
                SITES,
                new Schedule(3, 2, Duration.ofSeconds(90), false));
    }

    static Study study(String id, Instant createdAt) {
        return SignedStudies.running(protocol(id), createdAt);
    }

    private void run(Runnable work) {
        committed(() -> {
            work.run();
            return null;
        });
    }

    private void save(Study study) {
        committed(() -> {
            store.save(study, NOW);
            return null;
        });
    }
}
