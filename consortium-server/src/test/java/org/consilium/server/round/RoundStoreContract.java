package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.START;
import static org.consilium.server.round.Samples.STUDY;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.protocol;
import static org.consilium.server.round.Samples.scores;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.study.SignedStudies;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RoundStore} promises. */
abstract class RoundStoreContract {

    /** Two sites that many databases would put into another order than their bytes have. */
    static final SiteId LATE = new SiteId("site1");

    static final Instant NOW = START.plusNanos(123_456_000);
    static final List<Sha256> MODELS = IntStream.range(0, 6)
            .mapToObj(i -> new Sha256(Integer.toString(i).repeat(64)))
            .toList();

    RoundStore store;
    StudyStore studies;

    /** Makes an empty {@link #store} and {@link #studies}, where those sites and those parameters are known. */
    abstract void empty(List<SiteId> sites, List<Sha256> vectors);

    /** Runs the work in a transaction of its own. */
    abstract <T> T committed(Supplier<T> work);

    @BeforeEach
    void open() {
        empty(
                List.of(ONE, TWO, LATE),
                Stream.concat(MODELS.stream(), Stream.of(Samples.INITIAL.digest()))
                        .toList());
        committed(() -> studies.add(study()));
    }

    @Test
    void a_round_comes_back_as_it_was_added_with_its_sites_in_the_order_of_their_ids() {
        Round round = opened(1);
        add(round);
        assertThat(committed(() -> store.lock(STUDY, number(1)))).contains(round);
        assertThat(round.shares()).extracting(Share::site).containsExactly(ONE, TWO, LATE);
        assertThat(committed(() -> store.of(STUDY))).containsExactly(round);
        assertThat(committed(() -> store.lock(STUDY, number(2)))).isEmpty();
        assertThat(committed(() -> store.lock(new StudyId("other"), number(1)))).isEmpty();
    }

    @Test
    void every_step_of_a_round_comes_back_as_it_was_saved() {
        Round round = opened(1);
        add(round);
        assertKept(round.with(ONE, share -> share.in(ShareState.OFFERED, NOW)));
        round = round.with(ONE, share -> share.answered(update(1), 77, NOW).fetched(88))
                .with(TWO, share -> share.answered(withoutLoss(update(2)), 78, NOW.plusSeconds(1)))
                .with(LATE, share -> share.refused("no-images: none", NOW));
        assertKept(round);
        round = round.claimed(new Claim("holder", NOW.plusSeconds(30)), NOW);
        assertKept(round);
        round = round.aggregated(MODELS.get(3), 0.25, NOW.plusSeconds(60), NOW.plusSeconds(1));
        assertKept(round);
        round = round.with(ONE, share -> share.validated(SiteScores.of(scores(9, 1)), 5, NOW));
        assertKept(round);
        round = asKept(round.completed(NOW.plusSeconds(2)));
        assertThat(round.result().orElseThrow().worst()).contains(ONE);
        assertKept(round);
        round = round.with(ONE, share -> share.tested(SiteScores.of(scores(7, 3)), 5));
        assertKept(round);
    }

    @Test
    void every_step_of_a_round_that_is_refined_comes_back_as_it_was_saved() {
        add(opened(1));
        Round round = describing();
        assertKept(round);
        round = round.with(ONE, share -> share.described(MODELS.get(4), 9))
                .with(TWO, share -> share.with(share.beside().undescribed("policy: not here")));
        assertKept(round);
        round = round.refining(new Claim("holder", NOW));
        round = round.with(round.refinement().stepped(1, 3));
        assertKept(round);
        round = judging(round);
        assertKept(round);
        round = round.with(ONE, share -> share.judged(verdict(), 9))
                .with(TWO, share -> share.with(share.beside().unjudged("policy: not here")));
        assertKept(round);
        round = round.with(round.refinement().decided(Optional.of(MODELS.get(5)), "released: all"));
        assertKept(round);
        Round next = Round.open(study(), number(2), MODELS.get(4), Optional.of(MODELS.get(5)), NOW);
        add(next);
        assertKept(next);
    }

    @Test
    void a_round_asks_for_features_and_verdicts_until_they_are_there_or_refused() {
        add(opened(1));
        Round round = describing();
        save(round);
        assertThat(asking(ONE)).containsExactly(1);
        assertThat(asking(LATE)).as("it missed the round").isEmpty();
        assertThat(openRounds()).containsExactly(1);
        save(round.with(ONE, share -> share.described(MODELS.get(4), 9))
                .with(TWO, share -> share.with(share.beside().undescribed("policy: not here"))));
        assertThat(asking(ONE)).isEmpty();
        assertThat(asking(TWO)).isEmpty();
        round = judging(round.refining(new Claim("holder", NOW)))
                .with(ONE, share -> share.validated(SiteScores.of(scores(1, 1)), 1, NOW))
                .with(TWO, share -> share.validated(SiteScores.of(scores(1, 1)), 1, NOW));
        save(round);
        assertThat(asking(ONE)).as("its scores are there, its verdict is not").containsExactly(1);
        save(round.with(ONE, share -> share.judged(verdict(), 9))
                .with(TWO, share -> share.with(share.beside().unjudged("policy: not here"))));
        assertThat(asking(ONE)).isEmpty();
        assertThat(asking(TWO)).isEmpty();
        save(round.with(round.refinement().decided(Optional.empty(), "withheld: no site has judged the set")));
        assertThat(asking(ONE)).as("it is decided").isEmpty();
    }

    @Test
    void impressions_are_used_by_those_whose_study_made_them_or_trains_on_them() {
        add(opened(1));
        assertThat(usesImpressions(ONE)).isFalse();
        Round round = judging(describing().refining(new Claim("holder", NOW)));
        save(round);
        assertThat(usesImpressions(ONE)).as("they are to be judged").isTrue();
        assertThat(usesImpressions(new SiteId("stranger"))).isFalse();
        assertThat(uses(ONE, MODELS.get(3))).as("the aggregate").isTrue();
        assertThat(uses(ONE, MODELS.get(4))).as("the refined model").isTrue();
    }

    private boolean usesImpressions(SiteId site) {
        return committed(() -> store.usesImpressions(site, MODELS.get(5)));
    }

    private static Round describing() {
        return opened(1)
                .with(ONE, share -> share.answered(update(1), 77, NOW))
                .with(TWO, share -> share.answered(update(2), 78, NOW))
                .claimed(new Claim("holder", NOW.plusSeconds(30)), NOW)
                .describing(MODELS.get(3), 0.25, NOW.plusSeconds(60), NOW.plusSeconds(1));
    }

    private static Round judging(Round refining) {
        return refining.refined(
                MODELS.get(4),
                refining.refinement().over(NOW.plusSeconds(2)).made(MODELS.get(5), 1.5),
                NOW.plusSeconds(90));
    }

    private static KeptVerdict verdict() {
        return KeptVerdict.of(new ImpressionVerdict(
                MODELS.get(5),
                10,
                5,
                List.of(new ImpressionVerdict.Image(0.5, 1, true)),
                ImpressionVerdict.Membership.UNKNOWN,
                new ImpressionVerdict.Membership(0.6, 0.1)));
    }

    @Test
    void a_failed_round_comes_back_as_it_was_saved() {
        Round round = opened(1);
        add(round);
        assertKept(round.claimed(new Claim("holder", NOW), NOW).failed(NOW.plusSeconds(1)));
    }

    @Test
    void what_was_saved_is_seen_within_the_same_transaction() {
        add(opened(1));
        Round answered = opened(1).with(ONE, share -> share.answered(update(1), 1, NOW));
        List<Round> read = committed(() -> {
            store.lock(STUDY, number(1));
            store.save(answered);
            return store.of(STUDY);
        });
        assertThat(read).containsExactly(answered);
    }

    @Test
    void rounds_come_in_their_order_and_the_last_one_is_known() {
        assertThat(committed(() -> store.last(STUDY))).isEmpty();
        for (int i : new int[] {2, 10, 1}) {
            add(opened(i));
        }
        assertThat(committed(() -> store.of(STUDY)))
                .extracting(round -> round.number().value())
                .containsExactly(1, 2, 10);
        assertThat(committed(() -> store.last(STUDY))).contains(number(10));
    }

    @Test
    void a_round_asks_a_site_for_its_update_until_it_is_there() {
        add(opened(1));
        assertThat(asking(ONE)).containsExactly(1);
        save(opened(1).with(ONE, share -> share.in(ShareState.OFFERED, NOW)));
        assertThat(asking(ONE)).containsExactly(1);
        save(opened(1).with(ONE, share -> share.answered(update(1), 1, NOW)));
        assertThat(asking(ONE)).isEmpty();
        assertThat(asking(TWO)).containsExactly(1);
        save(opened(1).with(TWO, share -> share.refused("busy", NOW)));
        assertThat(asking(TWO)).isEmpty();
        assertThat(asking(new SiteId("stranger"))).isEmpty();
    }

    @Test
    void a_round_asks_for_scores_only_those_whose_update_is_in_its_model() {
        add(opened(1));
        Round evaluating = evaluating(1);
        save(evaluating);
        assertThat(asking(ONE)).containsExactly(1);
        assertThat(asking(TWO)).containsExactly(1);
        assertThat(asking(LATE)).as("it missed the round").isEmpty();
        save(evaluating.with(ONE, share -> share.validated(SiteScores.of(scores(1, 1)), 1, NOW)));
        assertThat(asking(ONE)).isEmpty();
    }

    @Test
    void the_selected_round_asks_for_test_scores_and_an_ended_study_for_nothing() {
        add(opened(1));
        Round completed = asKept(evaluating(1)
                .with(ONE, share -> share.validated(SiteScores.of(scores(1, 1)), 1, NOW))
                .completed(NOW));
        save(completed);
        assertThat(asking(ONE)).isEmpty();
        save(study().testing(number(1), NOW));
        assertThat(asking(ONE)).containsExactly(1);
        assertThat(asking(TWO))
                .as("its validation scores never came, it may be tested all the same")
                .containsExactly(1);
        assertThat(asking(LATE)).isEmpty();
        save(completed.with(ONE, share -> share.tested(SiteScores.of(scores(1, 1)), 1)));
        assertThat(asking(ONE)).isEmpty();
        save(study().testing(number(1), NOW).completed(number(1), NOW));
        assertThat(asking(TWO)).isEmpty();
    }

    @Test
    void of_several_studies_the_round_that_was_opened_first_asks_first() {
        StudyId older = new StudyId("z-older");
        Study other = SignedStudies.running(protocol(older, 2, 1, true, ONE), NOW);
        committed(() -> studies.add(other));
        add(opened(1));
        add(Round.open(other, number(7), MODELS.get(0), NOW.minusSeconds(1)));
        assertThat(asking(ONE)).containsExactly(7, 1);
    }

    @Test
    void rounds_are_open_while_they_are_trained_scored_or_tested() {
        StudyId older = new StudyId("z-older");
        Study other = SignedStudies.running(protocol(older, 2, 1, true, ONE), NOW);
        committed(() -> studies.add(other));
        add(opened(1));
        add(opened(2));
        add(Round.open(other, number(7), MODELS.get(0), NOW.minusSeconds(1)));
        save(opened(1).claimed(new Claim("holder", NOW), NOW));
        assertThat(openRounds()).as("one is aggregated").containsExactly(7, 2);
        save(evaluating(1));
        Round two = asKept(evaluating(2).completed(NOW));
        save(two);
        assertThat(openRounds()).as("one is completed").containsExactly(7, 1);
        save(asKept(evaluating(1).completed(NOW)));
        save(study().testing(number(2), NOW));
        assertThat(committed(() -> store.open())).as("one is tested").contains(two);
        assertThat(openRounds()).containsExactly(7, 2);
        save(study().testing(number(2), NOW).completed(number(2), NOW));
        assertThat(openRounds()).as("its study is over").containsExactly(7);
    }

    @Test
    void a_model_is_used_by_those_whose_study_starts_from_it_or_made_it() {
        assertThat(uses(ONE, MODELS.get(0))).as("no round has been opened").isFalse();
        assertThat(uses(ONE, MODELS.get(3))).isFalse();
        add(opened(1));
        assertThat(uses(ONE, MODELS.get(0))).as("a round starts from it").isTrue();
        assertThat(uses(new SiteId("stranger"), MODELS.get(0))).isFalse();
        save(evaluating(1));
        assertThat(uses(TWO, MODELS.get(3))).as("a round made it").isTrue();
        assertThat(uses(TWO, MODELS.get(1))).as("another site's update").isFalse();
    }

    @Test
    void the_outcomes_of_all_rounds_are_given_without_their_sites() {
        add(opened(1));
        Round completed = evaluating(1)
                .with(ONE, share -> share.validated(SiteScores.of(scores(3, 1)), 7, NOW))
                .with(TWO, share -> share.fetched(20))
                .completed(NOW);
        save(completed);
        add(opened(2));
        assertThat(committed(() -> store.outcomes(STUDY)))
                .containsExactly(
                        new Outcome(number(1), asKept(completed).result(), 1 + 1 + 7 + 20),
                        new Outcome(number(2), Optional.empty(), 0));
    }

    @Test
    void what_the_stopping_rules_said_is_kept_once() {
        add(opened(1));
        List<StoppingDecision> said = List.of(
                new StoppingDecision(number(1), 0, "harm", true, Map.of("site-1", "0.5 over its own 0.9")),
                new StoppingDecision(number(1), 1, "rounds", false, Map.of("planned", "20")));
        for (int time = 0; time < 2; time++) {
            committed(() -> {
                store.record(STUDY, said, NOW);
                return null;
            });
        }
        assertThat(committed(() -> store.decisions(STUDY))).isEqualTo(said);
    }

    @Test
    void erased_updates_are_counted_once_and_those_of_others_stay() {
        add(opened(1));
        save(evaluating(1));
        add(opened(2));
        save(evaluating(2));
        assertThat(committed(() -> store.erase(STUDY, Optional.of(ONE)))).isEqualTo(2);
        assertThat(committed(() -> store.erase(STUDY, Optional.of(ONE)))).isZero();
        assertThat(committed(() -> store.erase(STUDY, Optional.empty())))
                .as("those of the second site")
                .isEqualTo(2);
        assertThat(committed(() -> store.lock(STUDY, number(1)))
                        .orElseThrow()
                        .share(ONE)
                        .orElseThrow()
                        .update())
                .as("its digest stays on record")
                .contains(update(1));
    }

    static Study study() {
        return SignedStudies.running(protocol(20, 1, ONE, TWO, LATE), NOW);
    }

    static Round opened(int number) {
        return Round.open(study(), number(number), MODELS.get(0), NOW);
    }

    static Round evaluating(int number) {
        return opened(number)
                .with(ONE, share -> share.answered(update(1), 1, NOW))
                .with(TWO, share -> share.answered(update(2), 1, NOW))
                .claimed(new Claim("holder", NOW), NOW)
                .aggregated(MODELS.get(3), 1, NOW, NOW);
    }

    static RoundNumber number(int number) {
        return new RoundNumber(number);
    }

    private static Update withoutLoss(Update update) {
        return new Update(update.digest(), update.metrics().withoutLoss());
    }

    static Update update(int model) {
        return new Update(MODELS.get(model), Samples.metrics(10));
    }

    void add(Round round) {
        committed(() -> {
            store.add(round);
            return null;
        });
    }

    void save(Round round) {
        committed(() -> {
            store.lock(round.study(), round.number());
            store.save(round);
            return null;
        });
    }

    private void save(Study study) {
        committed(() -> {
            studies.save(study, NOW);
            return null;
        });
    }

    private void assertKept(Round round) {
        save(round);
        assertThat(committed(() -> store.lock(round.study(), round.number()))).contains(round);
    }

    private List<Integer> asking(SiteId site) {
        return committed(() -> store.asking(site)).stream()
                .map(round -> round.number().value())
                .toList();
    }

    private List<Integer> openRounds() {
        return committed(() -> store.open()).stream()
                .map(round -> round.number().value())
                .toList();
    }

    private boolean uses(SiteId site, Sha256 model) {
        return committed(() -> store.uses(site, model));
    }

    /** The area under the curve is kept of the test only, within the sites' own scores. */
    private static Round asKept(Round round) {
        return new Round(
                round.study(),
                round.number(),
                round.protocolVersion(),
                round.state(),
                round.startModel(),
                round.aggregate(),
                round.globalModel(),
                round.openedAt(),
                round.deadline(),
                round.claim(),
                round.aggregatedAt(),
                round.aggregateSeconds(),
                round.completedAt(),
                round.result()
                        .map(result -> new RoundResult(
                                result.loss(),
                                result.accuracy(),
                                result.macroF1(),
                                OptionalDouble.empty(),
                                result.worst(),
                                result.worstAccuracy())),
                round.refinement(),
                round.shares());
    }
}
