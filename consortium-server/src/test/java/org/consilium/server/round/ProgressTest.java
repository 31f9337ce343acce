package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.START;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.parameters;
import static org.consilium.server.round.Samples.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.server.study.SignedStudies;
import org.consilium.server.study.Study;
import org.junit.jupiter.api.Test;

/** What comes next where two replicas meet, which no single course shows. */
class ProgressTest {

    private static final Sha256 MODEL = parameters(1, 1, 1).digest();
    private static final Claim CLAIM = new Claim("claim", START.plusSeconds(30));

    @Test
    void a_study_that_has_ended_is_left_alone() {
        Study ended = Samples.study(protocol(1, 1, ONE)).stopped("why", START);
        assertThat(Progress.next(ended, open(1, ONE), known(), CLAIM, START)).isInstanceOf(Step.Nothing.class);
    }

    /** An amendment may be signed while no round is open; then the next one follows the last, whoever notices. */
    @Test
    void a_round_that_is_over_is_followed_by_the_next_only_when_no_signature_is_awaited() {
        Study study = Samples.study(protocol(2, 1, ONE));
        Round over = answered(open(1, ONE), ONE)
                .claimed(CLAIM, START)
                .aggregated(parameters(1, 1, 1).digest(), 1, START, START)
                .completed(START);
        Study amended = study.amended(protocol(3, 1, ONE), "ada", START).proposed(START);
        assertThat(Progress.next(amended, over, known(), CLAIM, START.plusSeconds(1_000_000)))
                .isInstanceOf(Step.Nothing.class);
        Study signed = SignedStudies.signed(amended, START);
        assertThat(Progress.next(signed, over, known(), CLAIM, START)).isInstanceOfSatisfying(Step.Move.class, move -> {
            assertThat(move.study().current().number()).isEqualTo(2);
            assertThat(move.opened().orElseThrow().protocolVersion()).isEqualTo(2);
            assertThat(move.completesRound()).as("a second time").isFalse();
        });
    }

    @Test
    void a_suspended_site_is_waited_for_only_while_the_quorum_needs_it() {
        Round round = answered(open(1, ONE, TWO), ONE);
        Progress.Knowledge suspended = new Progress.Knowledge(List.of(), Set.of(TWO));
        assertThat(Progress.next(Samples.study(protocol(1, 1, ONE, TWO)), round, suspended, CLAIM, START))
                .isInstanceOf(Step.Aggregate.class);
        assertThat(Progress.next(Samples.study(protocol(1, 2, ONE, TWO)), round, suspended, CLAIM, START))
                .as("it may be let in again")
                .isInstanceOf(Step.Nothing.class);
        assertThat(Progress.next(Samples.study(protocol(1, 1, ONE, TWO)), round, known(), CLAIM, START))
                .isInstanceOf(Step.Nothing.class);
    }

    /** A replica may lock the last round while another one chooses an earlier one for the test. */
    @Test
    void the_test_ends_by_the_selected_round_and_by_no_other() {
        Study testing = Samples.study(protocol(2, 1, ONE)).testing(new RoundNumber(1), START);
        Round last = answered(open(2, ONE), ONE)
                .claimed(CLAIM, START)
                .aggregated(parameters(1, 1, 1).digest(), 1, START, START)
                .with(ONE, share -> share.refused("no validation images", START))
                .completed(START);
        assertThat(Progress.next(testing, last, known(last), CLAIM, START)).isInstanceOf(Step.Nothing.class);
    }

    @Test
    void a_claim_is_respected_until_the_instant_at_which_it_ends() {
        Study study = Samples.study(protocol(1, 1, ONE));
        Round claimed = answered(open(1, ONE), ONE).claimed(CLAIM, START);
        Claim other = new Claim("other", START.plusSeconds(90));
        assertThat(Progress.next(study, claimed, known(), other, START.plusSeconds(29)))
                .isInstanceOf(Step.Nothing.class);
        assertThat(Progress.next(study, claimed, known(), other, START.plusSeconds(30)))
                .isInstanceOfSatisfying(
                        Step.Aggregate.class,
                        step -> assertThat(step.next().claim()).contains(other));
    }

    @Test
    void an_update_that_came_before_a_refusal_of_another_site_counts() {
        Study study = Samples.study(protocol(1, 1, ONE, TWO));
        Round round = answered(open(1, ONE, TWO), ONE).with(TWO, share -> share.refused("busy", START));
        assertThat(Progress.next(study, round, known(), CLAIM, START)).isInstanceOf(Step.Aggregate.class);
    }

    @Test
    void features_are_waited_for_until_the_deadline_and_not_of_a_suspended_site() {
        Round round = describing().with(ONE, share -> share.described(MODEL, 1));
        assertThat(Progress.next(refining(), round, known(), CLAIM, START)).isInstanceOf(Step.Nothing.class);
        assertThat(Progress.next(refining(), round, known(), CLAIM, START.plusSeconds(60)))
                .isInstanceOfSatisfying(
                        Step.Refine.class,
                        step -> assertThat(step.next().claim()).contains(CLAIM));
        Progress.Knowledge suspended = new Progress.Knowledge(List.of(), Set.of(TWO));
        assertThat(Progress.next(refining(), round, suspended, CLAIM, START)).isInstanceOf(Step.Refine.class);
    }

    @Test
    void a_claim_to_refine_is_taken_over_when_it_ends_or_a_site_has_left() {
        Round claimed = describing().refining(CLAIM);
        Claim other = new Claim("other", START.plusSeconds(90));
        assertThat(Progress.next(refining(), claimed, known(), other, START.plusSeconds(29)))
                .isInstanceOf(Step.Nothing.class);
        assertThat(Progress.next(refining(), claimed, known(), other, START.plusSeconds(30)))
                .isInstanceOf(Step.Refine.class);
        assertThat(Progress.next(refining(), claimed.left(TWO, START), known(), other, START))
                .isInstanceOfSatisfying(
                        Step.Refine.class,
                        step -> assertThat(step.next().claim()).contains(other));
    }

    @Test
    void impressions_are_decided_on_before_the_round_is_completed() {
        Round round = describing()
                .refining(CLAIM)
                .refined(MODEL, Refinement.NONE.over(START).made(MODEL, 1), START.plusSeconds(60))
                .with(ONE, share -> share.validated(SiteScores.of(Samples.scores(1, 1)), 1, START))
                .with(TWO, share -> share.validated(SiteScores.of(Samples.scores(1, 1)), 1, START));
        assertThat(Progress.next(refining(), round, known(), CLAIM, START))
                .as("verdicts are awaited")
                .isInstanceOf(Step.Nothing.class);
        assertThat(Progress.next(refining(), round, known(), CLAIM, START.plusSeconds(60)))
                .isInstanceOfSatisfying(
                        Step.Gate.class,
                        gate -> assertThat(gate.decision().isReleased()).isFalse());
        Round decided = round.with(round.refinement().decided(Optional.empty(), "withheld"));
        assertThat(Progress.next(refining(), decided, known(), CLAIM, START)).isInstanceOf(Step.Move.class);
    }

    private static Study refining() {
        return Samples.study(SignedStudies.with(
                protocol(9, 1, ONE, TWO), new MethodSettings("fedimpression-plus", Map.of("impressions", "yes"))));
    }

    private static Round describing() {
        return answered(answered(open(1, ONE, TWO), ONE), TWO)
                .claimed(CLAIM, START)
                .describing(MODEL, 1, START.plusSeconds(60), START);
    }

    private static Round open(int number, SiteId... sites) {
        return Round.open(
                Samples.study(protocol(9, 1, sites)), new RoundNumber(number), Samples.INITIAL.digest(), START);
    }

    private static Progress.Knowledge known(Round... earlier) {
        return new Progress.Knowledge(Stream.of(earlier).map(Outcome::of).toList(), Set.of());
    }

    private static Round answered(Round round, SiteId site) {
        Update update = new Update(parameters(1, 1, 1).digest(), Samples.metrics(10));
        return round.with(site, share -> share.answered(update, 1, START));
    }
}
