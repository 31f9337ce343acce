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

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.WorkOffer;
import org.consilium.server.platform.Refusal;
import org.consilium.server.site.SiteStatus;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyState;
import org.junit.jupiter.api.Test;

/** The course of a study from its first offer to its end, through the use cases that the resources call. */
class StudyCourseTest {

    private final Consortium consortium = new Consortium();

    @Test
    void a_study_runs_to_its_end_and_keeps_the_best_round() throws IOException {
        consortium.start(protocol(2, 2, ONE, TWO));
        assertThat(consortium.poll(ONE)).containsInstanceOf(WorkOffer.Train.class);

        trainBoth(1, parameters(1, 1, 1), parameters(5, 5, 5));
        assertThat(consortium.round(1).globalModel())
                .as("100 of 400 examples at 1, 300 at 5")
                .contains(parameters(4, 4, 4).digest());
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.EVALUATING);
        assertThat(consortium.poll(TWO)).get().isInstanceOfSatisfying(WorkOffer.Evaluate.class, offer -> {
            assertThat(offer.split()).isEqualTo(Split.VAL);
            assertThat(offer.model()).isEqualTo(parameters(4, 4, 4).digest());
        });
        scoreBoth(1, Split.VAL, scores(9, 1), scores(30, 0));

        assertThat(consortium.round(1).state()).isEqualTo(RoundState.COMPLETED);
        assertThat(consortium.round(1).result().orElseThrow().accuracy()).hasValue(39.0 / 40);
        assertThat(consortium.round(1).result().orElseThrow().worst()).contains(ONE);
        assertThat(consortium.round(2).startModel())
                .isEqualTo(parameters(4, 4, 4).digest());

        trainBoth(2, parameters(2, 2, 2), parameters(2, 2, 2));
        scoreBoth(2, Split.VAL, scores(5, 5), scores(5, 5));

        assertThat(consortium.study().isTesting()).isTrue();
        assertThat(consortium.study().selectedRound()).contains(new RoundNumber(1));
        assertThat(consortium.poll(ONE)).get().isInstanceOfSatisfying(WorkOffer.Evaluate.class, offer -> {
            assertThat(offer.split()).isEqualTo(Split.TEST);
            assertThat(offer.round()).isEqualTo(new RoundNumber(1));
        });
        scoreBoth(1, Split.TEST, scores(8, 2), scores(9, 1));

        assertThat(consortium.study().state()).isEqualTo(StudyState.COMPLETED);
        assertThat(consortium.study().endedAt()).contains(consortium.clock.instant());
        assertThat(consortium.poll(ONE)).isEmpty();
    }

    @Test
    void of_equally_good_rounds_the_earliest_is_kept() throws IOException {
        consortium.start(protocol(3, 1, false, ONE));
        for (int round = 1; round <= 3; round++) {
            consortium.send(ONE, round, 10, parameters(round, 0, 0));
            consortium.settle();
            consortium.score(ONE, round, Split.VAL, round == 1 ? scores(1, 9) : scores(7, 3));
            consortium.settle();
        }
        assertThat(consortium.study().state()).isEqualTo(StudyState.COMPLETED);
        assertThat(consortium.study().selectedRound()).contains(new RoundNumber(2));
    }

    @Test
    void a_round_without_a_single_validation_image_still_comes_to_an_end() throws IOException {
        consortium.start(protocol(1, 1, ONE));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.settle();
        consortium.score(ONE, 1, Split.VAL, scores(0, 0));
        consortium.settle();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.COMPLETED);
        assertThat(consortium.study().selectedRound()).contains(new RoundNumber(1));
    }

    @Test
    void a_round_waits_for_every_site_until_its_deadline_though_the_quorum_is_there() throws IOException {
        consortium.start(protocol(1, 1, ONE, TWO));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.settle();
        consortium.clock.advanceTo(START.plus(PATIENCE).minusNanos(1_000));
        consortium.clerk.tick();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.TRAINING);
    }

    @Test
    void at_its_deadline_a_round_goes_on_with_its_quorum() throws IOException {
        consortium.start(protocol(1, 1, ONE, TWO));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.settle();
        consortium.clock.advanceTo(START.plus(PATIENCE));
        consortium.clerk.tick();
        assertThat(consortium.round(1).globalModel())
                .contains(parameters(1, 0, 0).digest());
        assertThat(consortium.share(1, TWO).state()).isEqualTo(ShareState.MISSED);
        assertThat(consortium.poll(TWO)).isEmpty();
        assertRefused(() -> consortium.send(TWO, 1, 10, parameters(9, 9, 9)), 409, "round-closed");
    }

    @Test
    void at_its_deadline_a_round_without_its_quorum_ends_the_study_naming_the_missing_sites() throws IOException {
        consortium.start(protocol(2, 2, ONE, TWO, THREE));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.settle();
        consortium.clock.advanceTo(START.plus(PATIENCE));
        consortium.clerk.tick();
        assertThat(consortium.study().state()).isEqualTo(StudyState.STOPPED);
        assertThat(consortium.study().reason())
                .get()
                .asString()
                .contains("with 1 of the 2 updates", "missing: site-2, site-3", "start a new study");
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.FAILED);
        assertThat(consortium.poll(TWO)).isEmpty();
    }

    @Test
    void scores_that_do_not_come_hold_a_round_up_until_its_deadline_only() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        trainBoth(1, parameters(1, 0, 0), parameters(1, 0, 0));
        consortium.score(ONE, 1, Split.VAL, scores(6, 4));
        consortium.settle();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.EVALUATING);
        consortium.clock.advance(PATIENCE);
        consortium.clerk.tick();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.COMPLETED);
        assertThat(consortium.round(1).result().orElseThrow().accuracy()).hasValue(0.6);

        consortium.clock.advance(PATIENCE);
        consortium.clerk.tick();
        assertThat(consortium.study().state())
                .as("no test scores within the patience")
                .isEqualTo(StudyState.COMPLETED);
    }

    @Test
    void a_refusal_lets_the_round_go_on_while_the_quorum_can_be_met() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO, THREE));
        assertThat(consortium.refuse(THREE, 1, "no-images", "There are no images."))
                .isTrue();
        assertThat(consortium.refuse(THREE, 1, "no-images", "There are no images."))
                .as("said again")
                .isFalse();
        assertThat(consortium.share(1, THREE).reason()).contains("no-images: There are no images.");
        assertThat(consortium.poll(THREE)).isEmpty();

        trainBoth(1, parameters(1, 1, 1), parameters(5, 5, 5));
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.EVALUATING);
    }

    @Test
    void refusals_end_the_study_at_once_when_the_quorum_cannot_be_met_any_more() {
        consortium.start(protocol(3, 2, ONE, TWO));
        consortium.refuse(TWO, 1, "no-images", "There are no images.");
        consortium.settle();
        assertThat(consortium.study().state()).isEqualTo(StudyState.STOPPED);
        assertThat(consortium.study().reason()).get().asString().contains("site-2 (no-images: There are no images.)");
    }

    @Test
    void a_site_that_refused_may_still_send_its_update() throws IOException {
        consortium.start(protocol(1, 1, ONE, TWO));
        consortium.refuse(ONE, 1, "busy", "Later.");
        assertThat(consortium.send(ONE, 1, 10, parameters(1, 0, 0))).isTrue();
        assertThat(consortium.share(1, ONE).state()).isEqualTo(ShareState.ANSWERED);
        assertThat(consortium.share(1, ONE).reason()).isEmpty();
    }

    @Test
    void a_site_that_cannot_score_is_not_awaited_and_its_update_counts() throws IOException {
        consortium.start(protocol(1, 2, false, ONE, TWO));
        trainBoth(1, parameters(1, 1, 1), parameters(5, 5, 5));
        consortium.refuse(TWO, 1, "no-images", "There are no validation images.");
        consortium.score(ONE, 1, Split.VAL, scores(6, 4));
        consortium.settle();
        assertThat(consortium.study().state()).isEqualTo(StudyState.COMPLETED);
        assertThat(consortium.round(1).globalModel())
                .contains(parameters(4, 4, 4).digest());
    }

    @Test
    void a_suspended_site_gets_no_work_and_the_round_goes_on_without_it_at_the_deadline() throws IOException {
        consortium.start(protocol(1, 1, ONE, TWO));
        var held = consortium.polls.hold(THREE, work -> {}, Supplier::get);
        consortium.sites.setStatus(TWO, SiteStatus.SUSPENDED);
        assertThat(consortium.changes.told()).hasSize(1);
        var suspended = consortium.polls.hold(TWO, work -> {}, Supplier::get);
        assertThat(suspended.isAnswered()).isFalse();
        assertThat(consortium.share(1, TWO).state())
                .as("nothing was offered to it")
                .isEqualTo(ShareState.AWAITED);
        assertThatThrownBy(() -> consortium.sites.admit(TWO, consortium.clock.instant()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("suspended");

        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.clock.advance(PATIENCE);
        consortium.clerk.tick();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.EVALUATING);
        assertThat(consortium.share(1, TWO).state()).isEqualTo(ShareState.MISSED);
        assertThat(held.isAnswered()).isFalse();
    }

    @Test
    void updates_are_added_up_from_memory_and_give_up_their_room() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        consortium.send(ONE, 1, 100, parameters(1, 1, 1));
        consortium.send(TWO, 1, 300, parameters(5, 5, 5));
        consortium.clerk.tick();
        assertThat(consortium.round(1).globalModel())
                .contains(parameters(4, 4, 4).digest());
        assertThat(consortium.kept.reads()).as("chunks read back").isZero();
        assertThat(consortium.kept.cached()).as("chunks of the new model").isEqualTo(1);
    }

    @Test
    void an_update_that_is_the_start_itself_stays_in_memory_for_the_next_round() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        consortium.send(ONE, 1, 100, Samples.INITIAL);
        consortium.send(TWO, 1, 300, Samples.INITIAL);
        consortium.clerk.tick();
        assertThat(consortium.round(1).globalModel()).contains(Samples.INITIAL.digest());
        assertThat(consortium.kept.reads()).isZero();
        assertThat(consortium.kept.cached()).isEqualTo(1);
    }

    @Test
    void another_replica_takes_over_a_round_whose_aggregation_died_and_computes_the_same_model() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        consortium.send(ONE, 1, 100, parameters(1, 1, 1));
        consortium.send(TWO, 1, 300, parameters(5, 5, 5));
        Claim dead = claim("dead", consortium.clock.instant().plus(Samples.CLAIM));
        assertThat(consortium.course.advance(STUDY, dead)).isInstanceOf(Step.Aggregate.class);

        RoundClerk other = consortium.clerk();
        other.tick();
        assertThat(consortium.round(1).claim())
                .as("the claim has not expired")
                .map(Claim::holder)
                .contains("dead");

        consortium.clock.advance(Samples.CLAIM);
        other.tick();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.EVALUATING);
        assertThat(consortium.round(1).globalModel())
                .contains(parameters(4, 4, 4).digest());
    }

    @Test
    void a_replica_that_lost_its_claim_changes_nothing_when_it_comes_back() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        consortium.send(ONE, 1, 100, parameters(1, 1, 1));
        consortium.send(TWO, 1, 300, parameters(5, 5, 5));
        Step step = consortium.course.advance(
                STUDY, claim("slow", consortium.clock.instant().plus(Samples.CLAIM)));
        Round slow = ((Step.Aggregate) step).next();
        consortium.clock.advance(Samples.CLAIM);
        consortium.clerk.tick();
        Round taken = consortium.round(1);

        assertThat(consortium.course.renew(slow, claim("slow", consortium.clock.instant())))
                .isFalse();
        assertThat(consortium.course.aggregated(slow, null, 1)).isFalse();
        consortium.course.failed(slow, "too late");
        assertThat(consortium.round(1)).isEqualTo(taken);
        assertThat(consortium.study().isRunning()).isTrue();
    }

    @Test
    void a_claim_that_is_renewed_stays_with_its_holder() throws IOException {
        consortium.start(protocol(1, 1, ONE));
        consortium.send(ONE, 1, 100, parameters(1, 1, 1));
        Instant first = consortium.clock.instant().plus(Samples.CLAIM);
        Round claimed = ((Step.Aggregate) consortium.course.advance(STUDY, claim("busy", first))).next();
        consortium.clock.advance(Samples.CLAIM.minusSeconds(1));
        assertThat(consortium.course.renew(claimed, claim("busy", first.plusSeconds(29))))
                .isTrue();
        consortium.clock.advance(Duration.ofSeconds(10));
        consortium.clerk().tick();
        assertThat(consortium.round(1).claim()).map(Claim::holder).contains("busy");
    }

    @Test
    void a_replica_keeps_its_claim_alive_while_it_computes() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        consortium.send(ONE, 1, 100, parameters(1, 1, 1));
        consortium.send(TWO, 1, 300, parameters(5, 5, 5));
        restless(consortium).advance(STUDY);
        assertThat(consortium.round(1).globalModel())
                .contains(parameters(4, 4, 4).digest());
    }

    @Test
    void a_replica_that_loses_its_claim_while_it_computes_drops_its_model() throws IOException {
        AtomicBoolean armed = new AtomicBoolean();
        Consortium busy = new Consortium(studies -> new MemoryRoundStore(studies) {
            @Override
            public Optional<Round> lock(StudyId study, RoundNumber number) {
                Round round = super.lock(study, number).orElseThrow();
                if (armed.get() && round.state() == RoundState.AGGREGATING) {
                    save(round.claimed(claim("other", START.plusSeconds(90)), START));
                }
                return super.lock(study, number);
            }
        });
        busy.start(protocol(1, 1, ONE));
        busy.send(ONE, 1, 100, parameters(1, 1, 1));
        int kept = busy.kept.kept();
        armed.set(true);
        restless(busy).advance(STUDY);
        assertThat(busy.round(1).state()).isEqualTo(RoundState.AGGREGATING);
        assertThat(busy.round(1).claim()).map(Claim::holder).contains("other");
        assertThat(busy.kept.kept()).isEqualTo(kept);
    }

    /** Returns a clerk that renews its claim at every chunk. */
    private static RoundClerk restless(Consortium consortium) {
        RoundSettings settings = new RoundSettings(Duration.ZERO, Duration.ofSeconds(2));
        return new RoundClerk(
                consortium.course,
                consortium.kept.models(),
                new Refiner(consortium.course, consortium.kept.models(), consortium.zoo),
                settings,
                consortium.clock);
    }

    @Test
    void a_study_that_is_stopped_asks_for_nothing_and_takes_nothing_any_more() throws IOException {
        consortium.start(protocol(2, 2, ONE, TWO));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.course.stop(STUDY, "the wrong data set");
        assertThat(consortium.study().state()).isEqualTo(StudyState.STOPPED);
        assertThat(consortium.study().reason()).contains("the wrong data set");
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.FAILED);
        assertThat(consortium.poll(TWO)).isEmpty();
        assertRefused(() -> consortium.send(TWO, 1, 10, parameters(2, 0, 0)), 409, "round-closed");
        assertRefused(() -> consortium.refuse(TWO, 1, "busy", "Later."), 409, "round-closed");

        Instant end = consortium.study().endedAt().orElseThrow();
        consortium.clock.advance(PATIENCE.multipliedBy(2));
        consortium.course.stop(STUDY, "said again");
        consortium.clerk.tick();
        assertThat(consortium.study().reason()).contains("the wrong data set");
        assertThat(consortium.study().endedAt()).contains(end);
    }

    @Test
    void a_study_that_is_stopped_while_it_is_aggregated_gets_no_model() throws IOException {
        consortium.start(protocol(1, 1, ONE));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        Instant until = consortium.clock.instant().plus(Samples.CLAIM);
        Round claimed = ((Step.Aggregate) consortium.course.advance(STUDY, claim("busy", until))).next();
        consortium.course.stop(STUDY, "enough");
        assertThat(consortium.course.renew(claimed, claim("busy", until))).isFalse();
        assertThat(consortium.course.aggregated(claimed, null, 1)).isFalse();
        consortium.course.failed(claimed, "too late");
        assertThat(consortium.round(1).globalModel()).isEmpty();
        assertThat(consortium.study().reason()).contains("enough");
    }

    @Test
    void a_study_that_is_stopped_while_it_is_tested_keeps_its_rounds_and_takes_no_more_scores() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        trainBoth(1, parameters(1, 0, 0), parameters(1, 0, 0));
        scoreBoth(1, Split.VAL, scores(6, 4), scores(6, 4));
        assertThat(consortium.study().isTesting()).isTrue();
        consortium.course.stop(STUDY, "enough");
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.COMPLETED);
        assertThat(consortium.poll(ONE)).isEmpty();
        assertRefused(() -> consortium.score(ONE, 1, Split.TEST, scores(6, 4)), 409, "round-closed");
    }

    @Test
    void a_study_that_has_ended_by_itself_or_is_not_there_cannot_be_stopped() throws IOException {
        assertRefused(() -> consortium.course.stop(STUDY, "why"), 404, "study-unknown");
        consortium.start(protocol(1, 1, false, ONE));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.settle();
        consortium.score(ONE, 1, Split.VAL, scores(1, 1));
        consortium.settle();
        assertRefused(() -> consortium.course.stop(STUDY, "why"), 409, "study-ended");
        assertThat(consortium.study().state()).isEqualTo(StudyState.COMPLETED);
    }

    @Test
    void a_study_without_local_training_ends_with_the_model_that_it_started_from() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        trainBoth(1, Samples.INITIAL, Samples.INITIAL);
        assertThat(consortium.round(1).globalModel()).contains(Samples.INITIAL.digest());
        assertThat(consortium.kept.kept()).as("equal bytes are kept once").isEqualTo(1);
    }

    @Test
    void a_study_that_cannot_be_moved_does_not_hold_up_the_others() throws IOException {
        consortium.start(protocol(1, 1, ONE));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        // Its round names parameters that are not there.
        StudyId other = new StudyId("a-broken-one");
        Study broken = Samples.study(protocol(other, 1, 1, true, ONE));
        consortium.studyStore.add(broken);
        Round lost = Round.open(broken, new RoundNumber(1), Samples.INITIAL.digest(), START)
                .with(
                        ONE,
                        share ->
                                share.answered(new Update(parameters(7, 7, 7).digest(), Samples.metrics(1)), 1, START));
        consortium.roundStore.add(lost);

        consortium.clerk.tick();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.EVALUATING);
        assertThat(consortium.studyStore.find(other).orElseThrow().reason())
                .get()
                .asString()
                .contains("An update of round 1 is missing");
        assertThat(consortium
                        .roundStore
                        .lock(other, new RoundNumber(1))
                        .orElseThrow()
                        .state())
                .isEqualTo(RoundState.FAILED);
    }

    @Test
    void fetching_its_work_is_noted_once_and_asking_again_gives_the_same() {
        consortium.start(protocol(1, 1, ONE));
        Optional<WorkOffer> first = consortium.poll(ONE);
        Instant since = consortium.share(1, ONE).since();
        assertThat(consortium.share(1, ONE).state()).isEqualTo(ShareState.OFFERED);
        consortium.clock.advance(Duration.ofMinutes(1));
        assertThat(consortium.poll(ONE)).isEqualTo(first);
        assertThat(consortium.share(1, ONE).since()).isEqualTo(since);
    }

    @Test
    void each_site_trains_with_a_seed_of_its_own_and_a_stranger_gets_nothing() {
        consortium.start(protocol(1, 1, ONE, TWO));
        WorkOffer.Train first = (WorkOffer.Train) consortium.poll(ONE).orElseThrow();
        WorkOffer.Train second = (WorkOffer.Train) consortium.poll(TWO).orElseThrow();
        assertThat(first.plan().seed()).isNotEqualTo(second.plan().seed());
        assertThat(first.plan().withSeed(0)).isEqualTo(second.plan().withSeed(0));
        assertThat(consortium.poll(THREE)).isEmpty();
    }

    @Test
    void only_participants_may_fetch_the_models_and_only_those_of_the_study() throws IOException {
        consortium.start(protocol(1, 1, ONE));
        consortium.send(ONE, 1, 10, parameters(3, 0, 0));
        assertThat(consortium.rounds.includes(ONE, Samples.INITIAL.digest())).isTrue();
        assertThat(consortium.rounds.includes(TWO, Samples.INITIAL.digest())).isFalse();
        assertThat(consortium.rounds.includes(ONE, parameters(3, 0, 0).digest()))
                .as("an update is nobody's to fetch")
                .isFalse();
        consortium.settle();
        assertThat(consortium.rounds.includes(ONE, parameters(3, 0, 0).digest()))
                .as("it has become the global model")
                .isTrue();
    }

    @Test
    void bytes_are_counted_for_the_round_that_asks_for_them() throws IOException {
        consortium.start(protocol(1, 1, ONE, TWO));
        consortium.rounds.fetched(ONE, Samples.INITIAL.digest(), 140);
        consortium.rounds.fetched(ONE, parameters(9, 9, 9).digest(), 1_000);
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        assertThat(consortium.share(1, ONE).bytesDown()).isEqualTo(140);
        assertThat(consortium.share(1, ONE).bytesUp()).isEqualTo(128 + 3 * 4);
        assertThat(consortium.share(1, TWO).bytesDown()).isZero();
    }

    private void trainBoth(int round, Parameters one, Parameters two) throws IOException {
        assertThat(consortium.send(ONE, round, 100, one)).isTrue();
        consortium.settle();
        assertThat(consortium.send(TWO, round, 300, two)).isTrue();
        consortium.settle();
    }

    private void scoreBoth(int round, Split split, ClassificationScores one, ClassificationScores two) {
        assertThat(consortium.score(ONE, round, split, one)).isTrue();
        consortium.settle();
        assertThat(consortium.score(TWO, round, split, two)).isTrue();
        consortium.settle();
    }

    private static Claim claim(String holder, Instant until) {
        return new Claim(holder, until);
    }

    static void assertRefused(ThrowingCallable call, int status, String code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.problem().code()).isEqualTo(code);
            assertThat(refusal.problem().status()).isEqualTo(status);
            assertThat(refusal.problem().action()).isNotBlank();
        });
    }
}
