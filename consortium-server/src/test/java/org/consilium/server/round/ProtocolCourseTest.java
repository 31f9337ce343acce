package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.PATIENCE;
import static org.consilium.server.round.Samples.START;
import static org.consilium.server.round.Samples.STUDY;
import static org.consilium.server.round.Samples.THREE;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.parameters;
import static org.consilium.server.round.Samples.protocol;
import static org.consilium.server.round.Samples.scores;
import static org.consilium.server.round.StudyCourseTest.assertRefused;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.Measure;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.Retention;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.SigningStatement.Decision;
import org.consilium.contract.protocol.StoppingRule;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.platform.LogIns.LogIn;
import org.consilium.server.platform.Refusal;
import org.consilium.server.site.SiteStatus;
import org.consilium.server.study.SignedStudies;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyState;
import org.consilium.server.study.VersionState;
import org.junit.jupiter.api.Test;

/** A protocol from its draft through signatures, amendments and withdrawals, by the use cases that the resources call. */
class ProtocolCourseTest {

    private static final String TOKEN = "token";

    private final Consortium consortium = new Consortium();

    @Test
    void a_study_starts_when_the_last_steward_has_signed_and_not_before() {
        consortium.protocols.draft(protocol(1, 2, ONE, TWO), "ada");
        assertRefused(() -> consortium.sign(STUDY, ONE), 409, "version-draft");
        consortium.protocols.propose(STUDY);
        assertRefused(() -> consortium.course.start(STUDY), 409, "study-not-approved");
        consortium.sign(STUDY, ONE);
        assertThat(consortium.study().state()).isEqualTo(StudyState.PROPOSED);
        assertRefused(() -> consortium.course.start(STUDY), 409, "study-not-approved");
        assertThat(consortium.poll(ONE)).isEmpty();
        consortium.sign(STUDY, TWO);
        assertThat(consortium.study().state()).isEqualTo(StudyState.APPROVED);
        assertThat(consortium.poll(ONE)).isEmpty();
        consortium.course.start(STUDY);
        assertThat(consortium.poll(ONE))
                .get()
                .isInstanceOfSatisfying(
                        WorkOffer.Train.class,
                        offer -> assertThat(offer.protocol())
                                .isEqualTo(consortium.study().protocol().digest()));
        assertRefused(() -> consortium.course.start(STUDY), 409, "study-not-approved");
    }

    @Test
    void what_a_method_is_not_told_is_written_out_before_anybody_signs() {
        StudyProtocol brief = protocol(1, 1, ONE).with(new MethodSettings("fedprox", Map.of("mu", "1e-1")));
        consortium.protocols.draft(brief, "ada");
        assertThat(consortium.study().protocol().method())
                .isEqualTo(new MethodSettings("fedprox", Map.of("mu", "0.1", "weights", "examples")));
        consortium.protocols.edit(STUDY, brief.with(new MethodSettings("fedavg", Map.of())), "ada");
        assertThat(consortium.study().protocol().method())
                .isEqualTo(new MethodSettings("fedavg", Map.of("weights", "examples")));
    }

    @Test
    void a_setting_that_a_method_does_not_know_is_refused_by_its_name() {
        StudyProtocol wrong = protocol(1, 1, ONE).with(new MethodSettings("fedprox", Map.of("nu", "1")));
        assertThatThrownBy(() -> consortium.protocols.draft(wrong, "ada"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().detail()).contains("has no setting 'nu'"));
    }

    @Test
    void a_method_with_impressions_needs_a_protocol_that_allows_them() {
        MethodSettings method = new MethodSettings("fedimpression", Map.of());
        assertThatThrownBy(() -> consortium.protocols.draft(protocol(1, 1, ONE).with(method), "ada"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().detail()).contains("set it to true"));
        consortium.protocols.draft(SignedStudies.with(protocol(1, 1, ONE), method), "ada");
        assertThat(consortium.study().protocol().method().settings()).containsEntry("data_size", "160");
        StudyProtocol phantoms = SignedStudies.with(
                protocol(1, 1, ONE), new MethodSettings("fedimpression", Map.of("init", "phantoms")));
        assertRefused(() -> consortium.protocols.edit(STUDY, phantoms, "ada"), 422, "protocol-invalid");
    }

    @Test
    void what_is_proposed_is_not_changed_any_more_and_another_version_needs_other_signatures() {
        consortium.protocols.draft(protocol(1, 1, ONE, TWO), "ada");
        consortium.protocols.edit(STUDY, protocol(2, 1, ONE, TWO), "grace");
        assertThat(consortium.study().protocol().schedule().rounds()).isEqualTo(2);
        consortium.protocols.propose(STUDY);
        assertRefused(() -> consortium.protocols.edit(STUDY, protocol(3, 1, ONE, TWO), "ada"), 409, "version-proposed");
        consortium.sign(STUDY, ONE);

        consortium.protocols.amend(STUDY, protocol(3, 1, ONE, TWO), "ada");
        assertThat(consortium.study().state()).isEqualTo(StudyState.DRAFT);
        consortium.protocols.propose(STUDY);
        assertThat(consortium.study().newest().number()).isEqualTo(2);
        assertThat(consortium.study().newest().awaited(java.util.Set.of())).containsExactly(ONE, TWO);
        assertThat(consortium.studies.view(STUDY).versions())
                .extracting(version -> version.state())
                .containsExactly(VersionState.WITHDRAWN, VersionState.PROPOSED);
    }

    @Test
    void a_version_that_a_site_declines_never_becomes_one_that_is_started() {
        consortium.protocols.draft(protocol(1, 1, ONE, TWO), "ada");
        consortium.protocols.propose(STUDY);
        SigningStatement no = ask(1, ONE, Decision.DECLINE, Optional.of("Too many rounds."));
        consortium.protocols.sign(STUDY, 1, ONE, no.signer(), consortium.logIn(no), TOKEN);
        consortium.sign(STUDY, TWO);
        assertThat(consortium.study().state()).isEqualTo(StudyState.PROPOSED);
        assertThat(consortium.study().newest().isDeclined()).isTrue();
        assertRefused(() -> consortium.sign(STUDY, ONE), 409, "already-signed");
        assertRefused(() -> ask(1, ONE, Decision.DECLINE, Optional.empty()), 422, "signing-invalid");
    }

    /** What was signed is one version, by one person for one site, once, by a log-in for it alone. */
    @Test
    void a_log_in_signs_what_it_was_made_for_and_nothing_else() {
        consortium.protocols.draft(protocol(1, 1, ONE, TWO), "ada");
        consortium.protocols.propose(STUDY);
        SigningStatement first = ask(1, ONE, Decision.APPROVE, Optional.empty());
        LogIn logIn = consortium.logIn(first);

        assertRefused(() -> sign(1, TWO, "steward-site-2", logIn), 403, "signer-differs");
        assertRefused(() -> sign(1, ONE, "another-steward", logIn), 403, "signer-differs");
        assertRefused(
                () -> sign(1, ONE, first.signer(), with(logIn, "another", first.nonce(), logIn.at())),
                403,
                "signer-differs");
        assertRefused(
                () -> sign(
                        1,
                        ONE,
                        first.signer(),
                        with(
                                logIn,
                                first.signer(),
                                first.nonce(),
                                first.askedAt().minusSeconds(1))),
                403,
                "log-in-too-old");
        assertRefused(
                () -> sign(1, ONE, first.signer(), with(logIn, first.signer(), "made-up", logIn.at())),
                409,
                "statement-unknown");
        LogIn ofAnother =
                new LogIn(first.signer(), "A", "site-2", true, first.nonce(), logIn.at(), Duration.ofSeconds(1), "{}");
        assertRefused(() -> sign(1, ONE, first.signer(), ofAnother), 403, "signer-differs");
        LogIn ofNone =
                new LogIn(first.signer(), "A", "site-1", false, first.nonce(), logIn.at(), Duration.ofSeconds(1), "{}");
        assertRefused(() -> sign(1, ONE, first.signer(), ofNone), 403, "signer-differs");
        LogIn silent =
                new LogIn(first.signer(), "A", "site-1", true, first.nonce(), logIn.at(), Duration.ofSeconds(61), "{}");
        assertRefused(() -> sign(1, ONE, first.signer(), silent), 403, "log-in-too-old");
    }

    private static LogIn with(LogIn logIn, String subject, String nonce, java.time.Instant at) {
        return new LogIn(subject, logIn.name(), logIn.site(), logIn.isSteward(), nonce, at, logIn.age(), logIn.key());
    }

    @Test
    void a_signature_replayed_for_another_version_is_refused() {
        consortium.protocols.draft(protocol(1, 1, ONE, TWO), "ada");
        consortium.protocols.propose(STUDY);
        SigningStatement first = ask(1, ONE, Decision.APPROVE, Optional.empty());
        LogIn logIn = consortium.logIn(first);
        consortium.protocols.amend(STUDY, protocol(50, 1, ONE, TWO), "ada");
        consortium.protocols.propose(STUDY);

        assertRefused(() -> sign(2, ONE, first.signer(), logIn), 409, "version-differs");
        assertThat(consortium.study().newest().signatures()).isEmpty();

        SigningStatement second = ask(2, ONE, Decision.APPROVE, Optional.empty());
        LogIn again = consortium.logIn(second);
        sign(2, ONE, second.signer(), again);
        assertRefused(() -> sign(2, ONE, second.signer(), again), 409, "statement-unknown");
    }

    @Test
    void a_statement_waits_ten_minutes_for_its_log_in() {
        consortium.protocols.draft(protocol(1, 1, ONE, TWO), "ada");
        consortium.protocols.propose(STUDY);
        SigningStatement statement = ask(1, ONE, Decision.APPROVE, Optional.empty());
        consortium.clock.advance(Protocols.PATIENCE.plusSeconds(1));
        assertRefused(() -> sign(1, ONE, statement.signer(), consortium.logIn(statement)), 409, "statement-unknown");
    }

    @Test
    void a_running_round_ends_under_the_old_version_and_the_next_waits_for_the_signatures() throws IOException {
        consortium.start(protocol(2, 2, ONE, TWO));
        consortium.protocols.amend(
                STUDY,
                SignedStudies.with(
                        protocol(2, 2, ONE, TWO),
                        List.of(ONE, TWO, THREE),
                        new Schedule(3, 3, PATIENCE, true),
                        new Retention(1, Retention.OnWithdrawal.KEEP)),
                "ada");
        assertRefused(() -> consortium.protocols.amend(STUDY, protocol(9, 1, ONE), "ada"), 409, "amendment-open");
        consortium.protocols.propose(STUDY);
        assertThat(consortium.study().protocol().schedule().quorum()).isEqualTo(2);

        round(1, ONE, TWO);
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.COMPLETED);
        assertThat(consortium.round(1).protocolVersion()).isEqualTo(1);
        assertThat(consortium.study().isRunning()).isTrue();
        assertThat(consortium.study().awaitsSignatures()).isTrue();
        consortium.clock.advance(PATIENCE.multipliedBy(3));
        consortium.clerk.tick();
        assertThat(consortium.roundStore.of(STUDY)).hasSize(1);

        consortium.signAll(STUDY);
        consortium.settle();
        assertThat(consortium.round(2).protocolVersion()).isEqualTo(2);
        assertThat(consortium.round(2).shares()).hasSize(3);
        assertThat(consortium.poll(THREE)).containsInstanceOf(WorkOffer.Train.class);
        assertThat(consortium.study().current().number()).isEqualTo(2);
        assertThat(consortium.study().amendment()).isEmpty();
    }

    @Test
    void an_amendment_that_is_taken_back_lets_the_study_go_on_as_before() throws IOException {
        consortium.start(protocol(2, 2, ONE, TWO));
        assertRefused(() -> consortium.protocols.retract(STUDY), 409, "no-amendment");
        consortium.protocols.amend(STUDY, protocol(9, 2, ONE, TWO), "ada");
        consortium.protocols.propose(STUDY);
        round(1, ONE, TWO);
        assertThat(consortium.roundStore.of(STUDY)).hasSize(1);
        consortium.protocols.retract(STUDY);
        consortium.settle();
        assertThat(consortium.round(2).protocolVersion()).isEqualTo(1);
        consortium.protocols.amend(STUDY, protocol(9, 2, ONE, TWO), "ada");
        assertThat(consortium.study().newest().number())
                .as("2 was taken back and stays so")
                .isEqualTo(3);
    }

    @Test
    void an_amendment_that_plans_more_rounds_is_waited_for_at_the_end() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        consortium.protocols.amend(STUDY, protocol(2, 2, ONE, TWO), "ada");
        consortium.protocols.propose(STUDY);
        round(1, ONE, TWO);
        assertThat(consortium.study().isTesting()).isFalse();
        consortium.signAll(STUDY);
        consortium.settle();
        round(2, ONE, TWO);
        assertThat(consortium.study().isTesting()).isTrue();
    }

    @Test
    void an_amendment_cannot_change_the_network_of_a_model_that_goes_on() {
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
        assertRefused(() -> consortium.protocols.amend(STUDY, other, "ada"), 422, "protocol-invalid");
    }

    @Test
    void a_site_that_withdraws_is_not_awaited_and_what_it_sent_in_this_round_is_not_used() throws IOException {
        consortium.start(protocol(2, 1, ONE, TWO, THREE));
        consortium.send(ONE, 1, 100, parameters(9, 9, 9));
        consortium.send(TWO, 1, 300, parameters(5, 5, 5));
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.TRAINING);
        consortium.course.leave(STUDY, ONE, "steward", "The board has changed its mind.");
        consortium.course.leave(STUDY, THREE, "steward", "No more time.");
        consortium.settle();
        assertThat(consortium.round(1).globalModel())
                .as("the update of site 2 alone")
                .contains(parameters(5, 5, 5).digest());
        assertThat(consortium.share(1, ONE).state()).isEqualTo(ShareState.WITHDRAWN);
        assertThat(consortium.poll(ONE)).isEmpty();
        assertRefused(() -> consortium.send(THREE, 1, 10, parameters(1, 1, 1)), 403, "not-a-participant");
        assertRefused(() -> consortium.course.leave(STUDY, ONE, "steward", "Again."), 409, "site-left");
        assertThat(consortium.rounds.includes(ONE, Samples.INITIAL.digest())).isFalse();

        consortium.score(TWO, 1, Split.VAL, scores(1, 1));
        consortium.settle();
        assertThat(consortium.round(2).shares()).extracting(Share::site).containsExactly(TWO);
        assertThat(consortium.study().withdrawals())
                .extracting(one -> one.site() + " " + one.reason() + " " + one.erasedUpdates())
                .containsExactly("site-1 The board has changed its mind. 0", "site-3 No more time. 0");
    }

    @Test
    void the_updates_of_a_site_that_withdraws_are_erased_where_the_protocol_says_so() throws IOException {
        consortium.start(SignedStudies.with(
                protocol(3, 1, ONE, TWO),
                List.of(ONE, TWO),
                new Schedule(3, 1, PATIENCE, true),
                new Retention(1, Retention.OnWithdrawal.ERASE)));
        round(1, ONE, TWO);
        consortium.send(ONE, 2, 10, parameters(3, 3, 3));
        consortium.course.leave(STUDY, ONE, "steward", "No more.");
        assertThat(consortium.study().withdrawals().get(0).erasedUpdates()).isEqualTo(2);
        assertThat(consortium.round(1).globalModel()).as("stays").isPresent();
    }

    /** A replica may be adding up the round at that very time. */
    @Test
    void a_round_that_is_aggregated_while_a_site_withdraws_is_aggregated_anew_without_it() throws IOException {
        consortium.start(protocol(1, 1, ONE, TWO));
        consortium.send(ONE, 1, 100, parameters(1, 1, 1));
        consortium.send(TWO, 1, 100, parameters(5, 5, 5));
        Step step = consortium.course.advance(
                STUDY, new Claim("busy", consortium.clock.instant().plus(Samples.CLAIM)));
        Round busy = ((Step.Aggregate) step).next();
        consortium.course.leave(STUDY, ONE, "steward", "No more.");
        assertThat(consortium.course.aggregated(busy, null, 1)).isFalse();
        consortium.settle();
        assertThat(consortium.round(1).globalModel())
                .contains(parameters(5, 5, 5).digest());
    }

    @Test
    void withdrawals_below_the_quorum_stop_the_study() throws IOException {
        consortium.start(protocol(3, 2, ONE, TWO));
        consortium.course.leave(STUDY, ONE, "steward", "No more.");
        consortium.settle();
        assertThat(consortium.study().state()).isEqualTo(StudyState.STOPPED);
        assertThat(consortium.study().reason()).get().asString().contains("quorum of 2", "site-left");
    }

    @Test
    void a_paused_study_takes_what_it_has_asked_for_asks_nothing_new_and_puts_its_deadline_off() throws IOException {
        consortium.start(protocol(2, 2, ONE, TWO));
        consortium.course.pause(STUDY);
        consortium.course.pause(STUDY);
        assertThat(consortium.poll(ONE)).isEmpty();
        assertThat(consortium.send(ONE, 1, 10, parameters(1, 1, 1))).isTrue();
        consortium.clock.advance(PATIENCE.multipliedBy(2));
        consortium.clerk.tick();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.TRAINING);
        assertRefused(() -> consortium.course.start(STUDY), 409, "study-not-approved");

        consortium.course.resume(STUDY);
        consortium.settle();
        assertThat(consortium.round(1).deadline()).isEqualTo(START.plus(PATIENCE.multipliedBy(3)));
        assertThat(consortium.poll(TWO)).containsInstanceOf(WorkOffer.Train.class);
        consortium.course.resume(STUDY);
        assertThat(consortium.round(1).deadline()).isEqualTo(START.plus(PATIENCE.multipliedBy(3)));
    }

    @Test
    void a_study_that_is_paused_during_its_test_still_takes_scores() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        round(1, ONE, TWO);
        assertThat(consortium.study().isTesting()).isTrue();
        consortium.course.pause(STUDY);
        assertThat(consortium.poll(ONE)).isEmpty();
        assertThat(consortium.score(ONE, 1, Split.TEST, scores(1, 0))).isTrue();
        consortium.course.resume(STUDY);
        assertThat(consortium.score(TWO, 1, Split.TEST, scores(1, 0))).isTrue();
        consortium.settle();
        assertThat(consortium.study().state()).isEqualTo(StudyState.COMPLETED);
    }

    @Test
    void a_study_is_given_up_before_it_starts_and_stopped_afterwards() {
        consortium.protocols.draft(protocol(1, 1, ONE), "ada");
        assertRefused(() -> consortium.course.stop(STUDY, "why"), 409, "study-not-started");
        assertRefused(() -> consortium.course.pause(STUDY), 409, "study-not-running");
        consortium.protocols.withdraw(STUDY, "no funds");
        assertThat(consortium.study().state()).isEqualTo(StudyState.WITHDRAWN);
        assertRefused(() -> consortium.protocols.propose(STUDY), 409, "study-ended");
        assertRefused(() -> consortium.course.start(STUDY), 409, "study-not-approved");
    }

    @Test
    void a_rule_that_is_reached_ends_the_rounds_and_the_best_model_is_tested() throws IOException {
        consortium.start(
                SignedStudies.with(protocol(9, 2, ONE, TWO), new StoppingRule.TargetReached(Measure.ACCURACY, 0.5)));
        round(1, ONE, TWO);
        assertThat(consortium.study().isTesting()).isTrue();
        assertThat(consortium.study().selectedRound()).contains(new RoundNumber(1));
        assertThat(consortium.study().reason()).get().asString().contains("target-reached (accuracy 0.5, target 0.5)");
        assertThat(consortium.studies.view(STUDY).decisions())
                .extracting(one -> one.rule() + " " + one.fires())
                .containsExactly("target-reached true", "rounds false");
    }

    @Test
    void harm_stops_the_study_at_once() throws IOException {
        consortium.start(SignedStudies.with(protocol(9, 2, ONE, TWO), new StoppingRule.Harm(1, 0.1, Map.of(ONE, 0.9))));
        round(1, ONE, TWO);
        assertThat(consortium.study().state()).isEqualTo(StudyState.STOPPED);
        assertThat(consortium.study().reason()).get().asString().contains("harm", "0.5 over its own 0.9");
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.COMPLETED);
    }

    @Test
    void a_site_that_is_suspended_in_the_middle_of_a_round_does_not_hold_up_the_others() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO, THREE));
        consortium.send(ONE, 1, 10, parameters(1, 1, 1));
        consortium.send(TWO, 1, 10, parameters(3, 3, 3));
        consortium.settle();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.TRAINING);
        consortium.sites.setStatus(THREE, SiteStatus.SUSPENDED);
        consortium.course.statusChanged(THREE);
        consortium.settle();
        assertThat(consortium.round(1).globalModel())
                .contains(parameters(2, 2, 2).digest());
    }

    @Test
    void figures_over_fewer_images_than_the_protocol_allows_are_refused() throws IOException {
        StudyProtocol usual = protocol(1, 1, ONE);
        StudyProtocol strict = new StudyProtocol(
                usual.study(),
                1,
                usual.title(),
                usual.purpose(),
                usual.principalInvestigator(),
                usual.data(),
                usual.architecture(),
                usual.initialModel(),
                usual.method(),
                usual.plan(),
                new org.consilium.contract.protocol.PrivacySettings(10, false),
                usual.participants(),
                usual.schedule(),
                usual.endpoint(),
                usual.stoppingRules(),
                usual.retention());
        consortium.start(strict);
        consortium.send(ONE, 1, 10, parameters(1, 1, 1));
        consortium.settle();
        assertRefused(() -> consortium.score(ONE, 1, Split.VAL, scores(9, 0)), 422, "evaluation-too-small");
        ClassificationScores ofOnePatient =
                new ClassificationScores(1, new long[][] {{20, 0}, {0, 1}}, Samples.emptyHistograms(2));
        assertRefused(() -> consortium.score(ONE, 1, Split.VAL, ofOnePatient), 422, "evaluation-too-small");
        assertThat(consortium.score(ONE, 1, Split.VAL, scores(9, 1))).isTrue();
    }

    @Test
    void updates_are_erased_some_days_after_the_end_and_not_before() throws IOException {
        consortium.start(protocol(1, 2, false, ONE, TWO));
        round(1, ONE, TWO);
        Study ended = consortium.study();
        assertThat(ended.state()).isEqualTo(StudyState.COMPLETED);
        consortium.clock.advance(
                Duration.ofDays(ended.protocol().retention().updateDays()).minusSeconds(1));
        assertThat(consortium.course.ended()).containsExactly(STUDY);
        assertThat(consortium.course.eraseExpired(STUDY)).isZero();
        consortium.clock.advance(Duration.ofSeconds(1));
        assertThat(consortium.course.eraseExpired(STUDY)).isEqualTo(2);
        assertThat(consortium.course.eraseExpired(STUDY)).isZero();
    }

    private void round(int number, SiteId... sites) throws IOException {
        for (SiteId site : sites) {
            consortium.send(site, number, 10, parameters(number, site.value().hashCode() % 7, 1));
        }
        consortium.settle();
        for (SiteId site : sites) {
            consortium.score(site, number, Split.VAL, scores(1, 1));
        }
        consortium.settle();
    }

    private SigningStatement ask(int version, SiteId site, Decision decision, Optional<String> reason) {
        return consortium.protocols.ask(STUDY, version, site, decision, reason, "steward-" + site);
    }

    private void sign(int version, SiteId site, String signer, LogIn logIn) {
        consortium.protocols.sign(STUDY, version, site, signer, logIn, TOKEN);
    }
}
