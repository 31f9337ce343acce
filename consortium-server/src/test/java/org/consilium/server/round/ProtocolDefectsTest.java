package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.PATIENCE;
import static org.consilium.server.round.Samples.STUDY;
import static org.consilium.server.round.Samples.THREE;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.parameters;
import static org.consilium.server.round.Samples.protocol;
import static org.consilium.server.round.Samples.scores;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.Measure;
import org.consilium.contract.protocol.Retention;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.SigningStatement.Decision;
import org.consilium.contract.protocol.StoppingRule;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.platform.Refusal;
import org.consilium.server.site.SiteStatus;
import org.consilium.server.study.SignedStudies;
import org.consilium.server.study.StudyState;
import org.consilium.server.study.VersionState;
import org.junit.jupiter.api.Test;

/** What once went wrong with protocols, signatures and withdrawals, and must not again. */
class ProtocolDefectsTest {

    private static final Retention ERASE = new Retention(1, Retention.OnWithdrawal.ERASE);

    private Consortium consortium = new Consortium();

    /** Runs something once while whoever locks a round waits for it. */
    private final class Hooked extends MemoryRoundStore {
        private Hooked(org.consilium.server.study.StudyStore studies) {
            super(studies);
        }

        @Override
        public Optional<Round> lock(StudyId study, RoundNumber number) {
            if (meanwhile != null) {
                Consumer<Consortium> now = meanwhile;
                meanwhile = null;
                now.accept(consortium);
            }
            return super.lock(study, number);
        }
    }

    private Consumer<Consortium> meanwhile;

    private void hooked() {
        consortium = new Consortium(Hooked::new);
    }

    @Test
    void the_draft_of_an_amendment_cannot_be_edited_into_another_network() {
        consortium.start(protocol(2, 1, ONE));
        consortium.kept.add(parameters(9, 9, 9));
        StudyProtocol other = SignedStudies.protocol(
                STUDY,
                "A study",
                "toy",
                Samples.NETWORK,
                parameters(9, 9, 9).digest(),
                protocol(2, 1, ONE).plan(),
                List.of(ONE),
                protocol(2, 1, ONE).schedule());
        consortium.protocols.amend(STUDY, protocol(3, 1, ONE), "ada");
        assertThatCode(() -> consortium.protocols.edit(STUDY, other, "ada")).isInstanceOf(Refusal.class);
    }

    @Test
    void the_draft_of_an_amendment_cannot_be_edited_to_name_a_site_that_has_left() {
        consortium.start(protocol(2, 1, ONE, TWO));
        consortium.course.leave(STUDY, ONE, "steward", "No more.");
        consortium.protocols.amend(STUDY, protocol(3, 1, TWO), "ada");
        assertThatCode(() -> consortium.protocols.edit(STUDY, protocol(3, 1, ONE, TWO), "ada"))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void a_site_that_an_amendment_has_dropped_can_still_withdraw() throws IOException {
        consortium.start(SignedStudies.with(
                protocol(3, 1, ONE, TWO), List.of(ONE, TWO), new Schedule(3, 1, PATIENCE, true), ERASE));
        consortium.protocols.amend(
                STUDY,
                SignedStudies.with(
                        protocol(3, 1, TWO),
                        List.of(TWO),
                        new Schedule(3, 1, PATIENCE, true),
                        new Retention(3650, Retention.OnWithdrawal.KEEP)),
                "ada");
        consortium.protocols.propose(STUDY);
        consortium.sign(STUDY, TWO);
        round(1, ONE, TWO);
        assertThat(consortium.study().current().number()).isEqualTo(2);
        assertThat(consortium.study().concerns(ONE)).as("its steward may look").isTrue();
        consortium.course.leave(STUDY, ONE, "steward", "Then erase what we sent.");
        assertThat(consortium.study().withdrawals().get(0).erasedUpdates()).isEqualTo(1);
    }

    @Test
    void a_site_that_has_approved_can_leave_before_the_others_have_signed() {
        consortium.protocols.draft(protocol(1, 1, ONE, TWO), "ada");
        consortium.protocols.propose(STUDY);
        consortium.sign(STUDY, ONE);
        String decline = "";
        try {
            consortium.protocols.ask(STUDY, 1, ONE, Decision.DECLINE, Optional.of("We have changed our mind."), "s");
        } catch (Refusal e) {
            decline = e.problem().code() + ": " + e.problem().action();
        }
        assertThatCode(() -> consortium.course.leave(STUDY, ONE, "steward", "We have changed our mind."))
                .as("declining was refused with " + decline)
                .doesNotThrowAnyException();
    }

    @Test
    void a_newcomer_that_has_approved_an_amendment_can_leave_before_it_is_in_force() {
        consortium.start(protocol(3, 1, ONE, TWO));
        consortium.protocols.amend(STUDY, protocol(3, 1, ONE, TWO, THREE), "ada");
        consortium.protocols.propose(STUDY);
        consortium.signAll(STUDY);
        assertThatCode(() -> consortium.course.leave(STUDY, THREE, "steward", "We have changed our mind."))
                .doesNotThrowAnyException();
    }

    @Test
    void an_update_that_waits_for_the_lock_while_its_site_withdraws_is_not_used() throws IOException {
        hooked();
        consortium.start(SignedStudies.with(
                protocol(1, 1, ONE, TWO), List.of(ONE, TWO), new Schedule(1, 1, PATIENCE, true), ERASE));
        meanwhile = null;
        byte[] body = parameters(9, 9, 9).encode();
        Object taken;
        try {
            org.consilium.server.globalmodel.Arrival arrival = consortium.kept.arrival(body);
            consortium.rounds.expect(
                    STUDY, new RoundNumber(1), ONE, arrival.header().payloadDigest());
            var pending = arrival.store();
            meanwhile = c -> c.course.leave(STUDY, ONE, "steward", "No more.");
            taken = consortium.rounds.submit(
                    STUDY, new RoundNumber(1), ONE, pending, Samples.metrics(100), Provenance.none());
        } catch (Refusal e) {
            taken = e.problem().code();
        }
        consortium.send(TWO, 1, 100, parameters(5, 5, 5));
        consortium.settle();
        assertThat(consortium.study().left()).containsExactly(ONE);
        assertThat(consortium.share(1, ONE).state() + ", taken " + taken)
                .isEqualTo("WITHDRAWN, taken not-a-participant");
        assertThat(consortium.round(1).globalModel())
                .contains(parameters(5, 5, 5).digest());
    }

    @Test
    void scores_and_update_of_a_site_that_withdraws_while_its_round_is_scored_are_not_used() throws IOException {
        consortium.start(protocol(2, 1, ONE, TWO));
        consortium.send(ONE, 1, 100, parameters(1, 1, 1));
        consortium.send(TWO, 1, 100, parameters(5, 5, 5));
        consortium.settle();
        consortium.score(ONE, 1, Split.VAL, scores(0, 100));
        consortium.course.leave(STUDY, ONE, "steward", "No more.");
        consortium.settle();
        consortium.score(TWO, 1, Split.VAL, scores(1, 0));
        consortium.settle();
        assertThat(consortium.round(1).result().orElseThrow().accuracy()).hasValue(1.0);
    }

    @Test
    void harm_at_a_site_that_has_left_stops_nobody() throws IOException {
        consortium.start(SignedStudies.with(protocol(9, 1, ONE, TWO), new StoppingRule.Harm(1, 0.1, Map.of(ONE, 0.9))));
        consortium.send(ONE, 1, 100, parameters(1, 1, 1));
        consortium.send(TWO, 1, 100, parameters(5, 5, 5));
        consortium.settle();
        consortium.score(ONE, 1, Split.VAL, scores(0, 100));
        consortium.course.leave(STUDY, ONE, "steward", "No more.");
        consortium.settle();
        consortium.score(TWO, 1, Split.VAL, scores(1, 0));
        consortium.settle();
        assertThat(consortium.study().state()).isEqualTo(StudyState.RUNNING);
    }

    @Test
    void a_version_that_was_declined_never_comes_into_force() throws IOException {
        consortium.start(protocol(3, 1, ONE, TWO));
        consortium.protocols.amend(STUDY, protocol(9, 1, ONE, TWO), "ada");
        consortium.protocols.propose(STUDY);
        SigningStatement no =
                consortium.protocols.ask(STUDY, 2, ONE, Decision.DECLINE, Optional.of("Too many rounds."), "s1");
        consortium.protocols.sign(STUDY, 2, ONE, "s1", consortium.logIn(no), "token");
        consortium.sign(STUDY, TWO);
        consortium.course.leave(STUDY, ONE, "steward", "Then without us.");
        assertThat(consortium.study().newest().isDeclined()).isTrue();
        assertThat(consortium.study().newest().state()).isEqualTo(VersionState.PROPOSED);
    }

    @Test
    void a_version_that_nobody_has_signed_is_not_approved() {
        consortium.start(protocol(3, 1, ONE, TWO));
        consortium.protocols.amend(STUDY, protocol(9, 1, TWO), "ada");
        consortium.protocols.propose(STUDY);
        consortium.course.leave(STUDY, TWO, "steward", "No more.");
        assertThat(consortium.study().newest().signatures()).isEmpty();
        assertThat(consortium.study().newest().state()).isNotEqualTo(VersionState.APPROVED);
    }

    @Test
    void a_proposal_whose_signers_have_all_left_does_not_hold_up_the_study() throws IOException {
        consortium.start(protocol(3, 1, ONE, TWO));
        consortium.protocols.amend(STUDY, protocol(9, 1, TWO), "ada");
        consortium.course.leave(STUDY, TWO, "steward", "No more.");
        assertThatCode(() -> consortium.protocols.propose(STUDY)).isInstanceOf(Refusal.class);
    }

    @Test
    void before_the_start_a_version_with_a_site_that_has_left_is_not_written() {
        consortium.protocols.draft(protocol(1, 1, ONE, TWO), "ada");
        consortium.protocols.propose(STUDY);
        consortium.signAll(STUDY);
        consortium.course.leave(STUDY, ONE, "steward", "No more.");
        assertThatCode(() -> consortium.protocols.amend(STUDY, protocol(2, 1, ONE, TWO), "ada"))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void the_updates_of_a_site_that_has_left_are_kept_no_longer_than_it_has_signed() throws IOException {
        consortium.start(protocol(3, 1, ONE, TWO)); // KEEP, 30 days
        consortium.send(ONE, 1, 10, parameters(1, 1, 1));
        consortium.course.leave(STUDY, ONE, "steward", "No more.");
        consortium.protocols.amend(
                STUDY,
                SignedStudies.with(
                        protocol(1, 1, false, TWO),
                        List.of(TWO),
                        new Schedule(1, 1, PATIENCE, false),
                        new Retention(3650, Retention.OnWithdrawal.KEEP)),
                "ada");
        consortium.protocols.propose(STUDY);
        consortium.sign(STUDY, TWO);
        round(1, TWO);
        assertThat(consortium.study().state()).isEqualTo(StudyState.COMPLETED);
        consortium.clock.advance(Duration.ofDays(31));
        assertThat(consortium.course.eraseExpired(STUDY)).isEqualTo(2);
    }

    @Test
    void a_site_leaves_at_any_time_also_after_the_end() throws IOException {
        consortium.start(SignedStudies.with(
                protocol(1, 1, false, ONE, TWO),
                List.of(ONE, TWO),
                new Schedule(1, 1, PATIENCE, false),
                new Retention(3650, Retention.OnWithdrawal.ERASE)));
        round(1, ONE, TWO);
        assertThat(consortium.study().state()).isEqualTo(StudyState.COMPLETED);
        assertThatCode(() -> consortium.course.leave(STUDY, ONE, "steward", "Erase it."))
                .doesNotThrowAnyException();
    }

    @Test
    void an_update_whose_bytes_are_gone_is_refused_and_does_not_hold_up_the_round_for_ever() throws IOException {
        consortium.start(protocol(1, 1, ONE));
        // As AnswersResource does where it has found the bytes, which are erased while it reads the body.
        Object taken;
        try {
            taken = consortium.rounds.submitKnown(
                    STUDY,
                    new RoundNumber(1),
                    ONE,
                    parameters(7, 7, 7).digest(),
                    12,
                    Samples.metrics(10),
                    Provenance.none());
        } catch (Refusal e) {
            taken = e.problem().code();
        }
        for (int i = 0; i < 100; i++) {
            consortium.clerk.tick();
            consortium.clock.advance(PATIENCE);
        }
        assertThat(consortium.round(1).state() + ", study " + consortium.study().state() + ", taken " + taken)
                .doesNotStartWith("AGGREGATING");
    }

    @Test
    void an_approved_amendment_that_is_taken_back_was_not_superseded() {
        consortium.start(protocol(3, 1, ONE));
        consortium.protocols.amend(STUDY, protocol(9, 1, ONE), "ada");
        consortium.protocols.propose(STUDY);
        consortium.signAll(STUDY);
        consortium.protocols.retract(STUDY);
        assertThat(consortium.studies.view(STUDY).versions().get(1).state()).isEqualTo(VersionState.WITHDRAWN);
    }

    @Test
    void an_update_that_was_under_way_when_its_site_was_suspended_is_refused() {
        consortium.start(protocol(3, 1, ONE, TWO));
        consortium.sites.setStatus(ONE, SiteStatus.SUSPENDED);
        assertThatCode(() -> consortium.send(ONE, 1, 10, parameters(1, 1, 1))).isInstanceOf(Refusal.class);
    }

    @Test
    void a_pause_during_an_aggregation_is_added_once() throws IOException {
        consortium.start(protocol(2, 1, ONE));
        consortium.send(ONE, 1, 100, parameters(1, 1, 1));
        Step step = consortium.course.advance(
                STUDY, new Claim("busy", consortium.clock.instant().plus(Samples.CLAIM)));
        Round busy = ((Step.Aggregate) step).next();
        consortium.course.pause(STUDY);
        consortium.clock.advance(PATIENCE.multipliedBy(9));
        // the slow replica is done now: nine hours into the pause
        var model = consortium.kept.models().write(Samples.NETWORK, 3);
        model.accept(0, new float[] {1, 1, 1});
        consortium.course.aggregated(busy, model.finish(), 1);
        consortium.clock.advance(PATIENCE);
        consortium.course.resume(STUDY);
        assertThat(Duration.between(
                        consortium.clock.instant(), consortium.round(1).deadline()))
                .isLessThanOrEqualTo(PATIENCE);
    }

    @Test
    void labels_and_the_classes_of_the_network_agree() {
        StudyProtocol two = protocol(1, 1, ONE);
        var data = two.data();
        StudyProtocol three = new StudyProtocol(
                two.study(),
                1,
                two.title(),
                two.purpose(),
                two.principalInvestigator(),
                new org.consilium.contract.protocol.DataSpecification(
                        data.dataset(), data.modality(), List.of("a", "b", "c"), data.inclusion(), 1, 0),
                two.architecture(),
                two.initialModel(),
                two.method(),
                two.plan(),
                two.privacy(),
                two.participants(),
                two.schedule(),
                two.endpoint(),
                two.stoppingRules(),
                two.retention());
        assertThatCode(() -> consortium.protocols.draft(three, "ada")).isInstanceOf(Refusal.class);
    }

    @Test
    void a_dropped_site_gets_no_later_models() throws IOException {
        consortium.start(protocol(3, 1, ONE, TWO));
        consortium.protocols.amend(STUDY, protocol(3, 1, TWO), "ada");
        consortium.protocols.propose(STUDY);
        consortium.sign(STUDY, TWO);
        round(1, ONE, TWO);
        assertThat(consortium.study().current().number()).isEqualTo(2);
        round(2, TWO);
        assertThat(consortium.rounds.includes(
                        ONE, consortium.round(2).globalModel().orElseThrow()))
                .isFalse();
        assertThat(consortium.rounds.includes(
                        TWO, consortium.round(2).globalModel().orElseThrow()))
                .isTrue();
    }

    /** In the JSON form a number that is too small for a double is -0.0 when it is read, and 0.0 when it is written. */
    @Test
    void what_was_read_is_what_is_written() {
        StudyProtocol usual =
                SignedStudies.with(protocol(1, 1, ONE), new StoppingRule.NoImprovement(Measure.ACCURACY, 3, 0.5));
        String sent = org.consilium.contract.protocol.ProtocolJson.toJson(usual)
                .toString()
                .replace("\"leastGain\":0.5", "\"leastGain\":-1e-400");
        assertThat(sent).contains("-1e-400");
        StudyProtocol read = org.consilium.server.platform.Requests.read(
                sent, "protocol-invalid", json -> org.consilium.contract.protocol.ProtocolJson.protocol(json, 1));
        StudyProtocol again = org.consilium.contract.protocol.ProtocolJson.protocol(
                org.consilium.server.platform.Requests.json(org.consilium.contract.protocol.ProtocolJson.toJson(read)
                        .toString()));
        assertThat(again.digest()).isEqualTo(read.digest());
    }

    @Test
    void one_log_in_signs_one_statement() {
        StudyId other = new StudyId("other");
        for (StudyId id : List.of(STUDY, other)) {
            consortium.protocols.draft(protocol(id, 1, 1, true, ONE), "ada");
            consortium.protocols.propose(id);
        }
        SigningStatement first = consortium.protocols.ask(STUDY, 1, ONE, Decision.APPROVE, Optional.empty(), "s");
        SigningStatement second = consortium.protocols.ask(other, 1, ONE, Decision.APPROVE, Optional.empty(), "s");
        consortium.clock.advance(Duration.ofSeconds(9));
        java.time.Instant once = consortium.clock.instant();
        consortium.protocols.sign(STUDY, 1, ONE, "s", Consortium.logIn(first, once), "t");
        // Keycloak's session makes a second ID token with another nonce and the same auth_time, without a password.
        consortium.clock.advance(Duration.ofMinutes(8));
        assertThatCode(() -> consortium.protocols.sign(other, 1, ONE, "s", Consortium.logIn(second, once), "t"))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void no_amendment_is_begun_that_could_never_come_into_force() throws IOException {
        consortium.start(protocol(1, 1, ONE));
        round(1, ONE);
        assertThat(consortium.study().isTesting()).isTrue();
        assertThatCode(() -> consortium.protocols.amend(STUDY, protocol(9, 1, ONE), "ada"))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void a_draft_that_was_taken_back_was_laid_before_nobody() {
        consortium.start(protocol(3, 1, ONE));
        consortium.protocols.amend(STUDY, protocol(9, 1, ONE, TWO), "ada");
        var digest = consortium.study().newest().digest();
        assertThatCode(() -> consortium.protocols.protocol(digest, TWO)).isInstanceOf(Refusal.class);
        consortium.protocols.retract(STUDY);
        assertThatCode(() -> consortium.protocols.protocol(digest, TWO)).isInstanceOf(Refusal.class);
    }

    /** What GET studies/{id} answers to the steward of site 1. */
    @Test
    void a_steward_sees_no_draft() {
        consortium.start(protocol(3, 1, ONE));
        consortium.protocols.amend(STUDY, protocol(9, 1, ONE, TWO), "ada");
        assertThat(consortium.study().newest().concerns(ONE)).isFalse();
        assertThat(StudyJson.whole(consortium.studies.view(STUDY).forSteward(ONE))
                        .getJsonArray("versions"))
                .hasSize(1);
    }

    private void evaluated(int number, SiteId... sites) throws IOException {
        for (SiteId site : sites) {
            consortium.send(site, number, 10, parameters(number, site.value().hashCode() % 7, 1));
        }
        consortium.settle();
        for (SiteId site : sites) {
            consortium.score(site, number, Split.VAL, scores(1, 1));
        }
    }

    private void round(int number, SiteId... sites) throws IOException {
        evaluated(number, sites);
        consortium.settle();
    }
}
