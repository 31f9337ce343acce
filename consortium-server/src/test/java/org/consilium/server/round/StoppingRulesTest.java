package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.START;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.parameters;
import static org.consilium.server.round.Samples.protocol;
import static org.consilium.server.round.Samples.scores;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.protocol.Measure;
import org.consilium.contract.protocol.StoppingRule;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.study.SignedStudies;
import org.junit.jupiter.api.Test;

/** What each rule looks at and says, after a round of two sites. */
class StoppingRulesTest {

    @Test
    void a_target_is_reached_at_its_very_value() {
        StoppingRule rule = new StoppingRule.TargetReached(Measure.ACCURACY, 0.75);
        assertThat(only(rule, round(1, scores(2, 1), scores(0, 1))).fires()).isFalse();
        StoppingDecision reached = only(rule, round(1, scores(2, 1), scores(1, 0)));
        assertThat(reached.fires()).isTrue();
        assertThat(reached.inputs()).isEqualTo(Map.of("target", "0.75", "accuracy", "0.75"));
    }

    @Test
    void of_a_loss_less_is_better() {
        StoppingRule rule = new StoppingRule.TargetReached(Measure.LOSS, 1);
        // The samples have a loss of 1 an image.
        assertThat(only(rule, round(1, scores(2, 1), scores(1, 0))).fires()).isTrue();
        assertThat(only(new StoppingRule.TargetReached(Measure.LOSS, 0.99), round(1, scores(2, 1), scores(1, 0)))
                        .fires())
                .isFalse();
    }

    @Test
    void a_figure_that_nobody_sent_reaches_nothing() {
        StoppingDecision none = only(new StoppingRule.TargetReached(Measure.ACCURACY, 0), round(1, null, null));
        assertThat(none.fires()).isFalse();
        assertThat(none.inputs()).containsEntry("accuracy", "unknown");
    }

    @Test
    void a_study_that_gets_no_better_ends_after_its_patience() {
        StoppingRule rule = new StoppingRule.NoImprovement(Measure.ACCURACY, 2, 0.01);
        assertThat(after(rule, 0.5, 0.6, 0.605).fires()).as("one round without").isFalse();
        StoppingDecision stalled = after(rule, 0.5, 0.6, 0.605, 0.609);
        assertThat(stalled.fires()).isTrue();
        assertThat(stalled.inputs())
                .isEqualTo(Map.of(
                        "best accuracy", "0.6",
                        "in round", "2",
                        "rounds since", "2",
                        "patience", "2",
                        "least gain", "0.01"));
        assertThat(after(rule, 0.5, 0.6, 0.605, 0.62).fires())
                .as("better again")
                .isFalse();
        assertThat(after(rule, 0.5, Double.NaN, Double.NaN).fires())
                .as("unknown is no better")
                .isTrue();
    }

    @Test
    void a_site_that_is_served_worse_than_by_its_own_model_stops_the_study_from_the_named_round_on() {
        StoppingRule rule = new StoppingRule.Harm(2, 0.05, Map.of(ONE, 0.9, TWO, 0.5));
        Round harmful = round(2, scores(8, 2), scores(9, 1));
        StoppingDecision said = only(rule, harmful);
        assertThat(said.fires()).isTrue();
        assertThat(said.inputs())
                .containsEntry("site-1", "0.8 over its own 0.9")
                .containsEntry("site-2", "0.9 over its own 0.5")
                .containsEntry("margin", "0.05")
                .containsEntry("from round", "2");
        assertThat(only(rule, round(1, scores(8, 2), scores(9, 1))).fires())
                .as("too early to say")
                .isFalse();
        assertThat(only(rule, round(2, scores(17, 3), scores(9, 1))).fires())
                .as("within the margin")
                .isFalse();
        assertThat(only(rule, round(2, null, scores(9, 1))).fires())
                .as("not scored")
                .isFalse();
    }

    @Test
    void a_budget_of_bytes_counts_all_rounds() {
        StudyProtocol protocol = SignedStudies.with(protocol(9, 1, ONE, TWO), new StoppingRule.ByteBudget(250));
        List<Outcome> outcomes = List.of(outcome(1, 0.5, 100), outcome(2, 0.5, 149));
        Round round = round(2, scores(1, 1), scores(1, 1));
        assertThat(StoppingRules.decide(protocol, round, outcomes).get(0).fires())
                .isFalse();
        StoppingDecision spent = StoppingRules.decide(
                        protocol, round, List.of(outcome(1, 0.5, 100), outcome(2, 0.5, 150)))
                .get(0);
        assertThat(spent.fires()).isTrue();
        assertThat(spent.inputs()).isEqualTo(Map.of("budget", "250", "bytes", "250"));
    }

    @Test
    void every_rule_and_the_number_of_rounds_is_on_record_and_the_reason_names_those_that_fire() {
        StudyProtocol protocol = SignedStudies.with(
                protocol(1, 1, ONE, TWO),
                new StoppingRule.TargetReached(Measure.ACCURACY, 0.9),
                new StoppingRule.TargetReached(Measure.ACCURACY, 0.5));
        Round round = round(1, scores(6, 4), scores(6, 4));
        List<StoppingDecision> all = StoppingRules.decide(protocol, round, List.of(Outcome.of(round)));
        assertThat(all)
                .extracting(one -> one.position() + " " + one.rule() + " " + one.fires())
                .containsExactly("0 target-reached false", "1 target-reached true", "2 rounds true");
        assertThat(StoppingRules.reason(all))
                .contains("Stopping rule after round 1: target-reached (accuracy 0.6, target 0.5).");
        assertThat(StoppingRules.reason(all.subList(2, 3)))
                .as("the planned end")
                .isEmpty();
    }

    private static StoppingDecision only(StoppingRule rule, Round round) {
        return StoppingRules.decide(
                        SignedStudies.with(protocol(9, 1, ONE, TWO), rule), round, List.of(Outcome.of(round)))
                .get(0);
    }

    private static StoppingDecision after(StoppingRule rule, double... accuracies) {
        List<Outcome> outcomes = IntStream.range(0, accuracies.length)
                .mapToObj(index -> outcome(index + 1, accuracies[index], 0))
                .toList();
        return StoppingRules.decide(
                        SignedStudies.with(protocol(9, 1, ONE, TWO), rule),
                        round(accuracies.length, scores(1, 1), scores(1, 1)),
                        outcomes)
                .get(0);
    }

    private static Outcome outcome(int round, double accuracy, long bytes) {
        OptionalDouble value = Double.isNaN(accuracy) ? OptionalDouble.empty() : OptionalDouble.of(accuracy);
        return new Outcome(
                new RoundNumber(round),
                Optional.of(new RoundResult(value, value, value, value, Optional.empty(), value)),
                bytes);
    }

    private static Round round(int number, ClassificationScores one, ClassificationScores two) {
        Update update = new Update(parameters(1, 1, 1).digest(), Samples.metrics(10));
        return Round.open(
                        Samples.study(protocol(9, 1, ONE, TWO)),
                        new RoundNumber(number),
                        parameters(0, 0, 0).digest(),
                        START)
                .with(ONE, share -> scored(share.answered(update, 0, START), one))
                .with(TWO, share -> scored(share.answered(update, 0, START), two))
                .claimed(new Claim("claim", START), START)
                .aggregated(parameters(1, 1, 1).digest(), 1, START, START)
                .completed(START);
    }

    private static Share scored(Share share, ClassificationScores scores) {
        return scores == null ? share : share.validated(SiteScores.of(scores), 0, START);
    }
}
