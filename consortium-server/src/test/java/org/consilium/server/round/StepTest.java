package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.PATIENCE;
import static org.consilium.server.round.Samples.START;
import static org.consilium.server.round.Samples.parameters;
import static org.consilium.server.round.Samples.protocol;

import java.util.List;
import java.util.Set;
import org.consilium.contract.RoundNumber;
import org.consilium.server.study.Study;
import org.junit.jupiter.api.Test;

/** Which steps count as the good end of a round: each round counts once. */
class StepTest {

    private static final Claim CLAIM = new Claim("claim", START.plusSeconds(30));
    private static final Round SCORED = Round.open(
                    study(1, true), new RoundNumber(1), parameters(0, 0, 0).digest(), START)
            .with(
                    ONE,
                    share -> share.answered(new Update(parameters(1, 1, 1).digest(), Samples.metrics(10)), 100, START))
            .claimed(CLAIM, START)
            .aggregated(parameters(1, 1, 1).digest(), 1, START.plus(PATIENCE), START)
            .with(ONE, share -> share.validated(SiteScores.of(Samples.scores(3, 1)), 10, START));

    @Test
    void the_scores_of_a_round_complete_it_whether_more_rounds_a_test_or_the_end_follow() {
        assertThat(step(study(2, true), SCORED).completesRound()).isTrue();
        assertThat(step(study(1, true), SCORED).completesRound()).isTrue();
        assertThat(step(study(1, false), SCORED).completesRound()).isTrue();
    }

    @Test
    void the_end_of_the_test_completes_no_round_again() {
        Study testing = study(1, true).testing(new RoundNumber(1), START);
        Round tested =
                SCORED.completed(START).with(ONE, share -> share.tested(SiteScores.of(Samples.scores(3, 1)), 10));

        Step.Move move = step(testing, tested);

        assertThat(move.study().isRunning()).isFalse();
        assertThat(move.completesRound()).isFalse();
    }

    @Test
    void a_failure_completes_no_round() {
        assertThat(Progress.stopped(study(1, true), SCORED, "why", START).completesRound())
                .isFalse();
    }

    private static Study study(int rounds, boolean test) {
        return Samples.study(protocol(rounds, 1, test, ONE));
    }

    private static Step.Move step(Study study, Round round) {
        return (Step.Move) Progress.next(study, round, new Progress.Knowledge(List.of(), Set.of()), CLAIM, START);
    }
}
