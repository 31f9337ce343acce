package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.START;
import static org.consilium.server.round.Samples.STUDY;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.parameters;
import static org.consilium.server.round.Samples.protocol;

import java.util.List;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.server.study.Study;
import org.junit.jupiter.api.Test;

/** What comes next where two replicas meet, which no single course shows. */
class ProgressTest {

    private static final Claim CLAIM = new Claim("claim", START.plusSeconds(30));

    @Test
    void a_study_that_has_ended_is_left_alone() {
        Study ended = Study.started(protocol(1, 1, ONE), START).failed("why", START);
        assertThat(Progress.next(ended, open(1, ONE), List.of(), CLAIM, START)).isInstanceOf(Step.Nothing.class);
    }

    @Test
    void a_round_whose_study_went_on_to_the_next_one_is_left_alone() {
        Study study = Study.started(protocol(2, 1, ONE), START);
        Round over = answered(open(1, ONE), ONE)
                .claimed(CLAIM, START)
                .aggregated(parameters(1, 1, 1).digest(), 1, START, START)
                .completed(START);
        assertThat(Progress.next(study, over, List.of(over), CLAIM, START.plusSeconds(1_000_000)))
                .isInstanceOf(Step.Nothing.class);
    }

    /** A replica may lock the last round while another one chooses an earlier one for the test. */
    @Test
    void the_test_ends_by_the_selected_round_and_by_no_other() {
        Study testing = Study.started(protocol(2, 1, ONE), START).testing(new RoundNumber(1), START);
        Round last = answered(open(2, ONE), ONE)
                .claimed(CLAIM, START)
                .aggregated(parameters(1, 1, 1).digest(), 1, START, START)
                .with(ONE, share -> share.refused("no validation images", START))
                .completed(START);
        assertThat(Progress.next(testing, last, List.of(last), CLAIM, START)).isInstanceOf(Step.Nothing.class);
    }

    @Test
    void a_claim_is_respected_until_the_instant_at_which_it_ends() {
        Study study = Study.started(protocol(1, 1, ONE), START);
        Round claimed = answered(open(1, ONE), ONE).claimed(CLAIM, START);
        Claim other = new Claim("other", START.plusSeconds(90));
        assertThat(Progress.next(study, claimed, List.of(), other, START.plusSeconds(29)))
                .isInstanceOf(Step.Nothing.class);
        assertThat(Progress.next(study, claimed, List.of(), other, START.plusSeconds(30)))
                .isInstanceOfSatisfying(
                        Step.Aggregate.class,
                        step -> assertThat(step.next().claim()).contains(other));
    }

    @Test
    void an_update_that_came_before_a_refusal_of_another_site_counts() {
        Study study = Study.started(protocol(1, 1, ONE, TWO), START);
        Round round = answered(open(1, ONE, TWO), ONE).with(TWO, share -> share.refused("busy", START));
        assertThat(Progress.next(study, round, List.of(), CLAIM, START)).isInstanceOf(Step.Aggregate.class);
    }

    private static Round open(int number, SiteId... sites) {
        return Round.open(
                STUDY, new RoundNumber(number), Samples.INITIAL.digest(), List.of(sites), Samples.PATIENCE, START);
    }

    private static Round answered(Round round, SiteId site) {
        Update update = new Update(parameters(1, 1, 1).digest(), Samples.metrics(10));
        return round.with(site, share -> share.answered(update, 1, START));
    }
}
