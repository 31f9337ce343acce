package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.PATIENCE;
import static org.consilium.server.round.Samples.STUDY;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.scores;
import static org.consilium.server.round.StudyCourseTest.assertRefused;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.consilium.algorithm.FeatureModel;
import org.consilium.algorithm.HeadRecalibration;
import org.consilium.algorithm.Strategies;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassStatistics.Products;
import org.consilium.contract.Effort;
import org.consilium.contract.Head;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Impressions;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.SynthesisPlan;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.model.Networks;
import org.consilium.model.Synthesis;
import org.consilium.server.study.SignedStudies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A round that goes on after its aggregation, with the model zoo's own network and arithmetic. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class RefinedRoundTest {

    private static final ArchitectureId NETWORK = new ArchitectureId("cnn.8x8x1.2");
    private static final Networks NETWORKS = Networks.create();
    private static final Parameters INITIAL = NETWORKS.initial(NETWORK, 1);
    private static final Head HEAD = NETWORKS.head(NETWORK);
    private static final long SEED = 7;
    private static final int EXAMPLES = 40;
    private static final RoundNumber FIRST = new RoundNumber(1);

    private final Consortium consortium = new Consortium();

    private static MethodSettings plus(Map<String, String> more) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "impressions", "yes",
                "data_size", "6",
                "iters_admm", "2",
                "iters_img", "2",
                "gate_least", "2",
                "draws", "20",
                "head_epochs", "2"));
        settings.putAll(more);
        return new MethodSettings("fedimpression-plus", settings);
    }

    private static StudyProtocol protocol(MethodSettings method) {
        return SignedStudies.with(
                SignedStudies.protocol(
                        STUDY,
                        "A study",
                        "toy",
                        NETWORK,
                        INITIAL.digest(),
                        new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0), SEED),
                        List.of(ONE, TWO),
                        new Schedule(3, 2, PATIENCE, false)),
                method);
    }

    private void start(MethodSettings method) {
        consortium.kept.add(INITIAL);
        consortium.start(protocol(method));
    }

    private static Parameters update(int seed) {
        return NETWORKS.initial(NETWORK, 100L + seed);
    }

    private void train(int round) throws IOException {
        consortium.send(ONE, round, EXAMPLES, update(2 * round));
        consortium.send(TWO, round, EXAMPLES, update(2 * round + 1));
        consortium.settle();
    }

    private void score(int round) {
        consortium.score(ONE, round, Split.VAL, scores(9, 1));
        consortium.score(TWO, round, Split.VAL, scores(8, 2));
        consortium.settle();
    }

    /** Features that two classes of 10 images might have. */
    private static ClassStatistics statistics(int seed, int... counts) {
        Random random = new Random(seed);
        int d = HEAD.features();
        double[][] sums = new double[2][d];
        double[][] products = new double[2][Products.FULL.length(d)];
        for (int k = 0; k < 2; k++) {
            for (int n = 0; n < counts[k]; n++) {
                double[] f = random.doubles(d).toArray();
                int at = 0;
                for (int row = 0; row < d; row++) {
                    sums[k][row] += f[row];
                    for (int column = 0; column <= row; column++) {
                        products[k][at++] += f[row] * f[column];
                    }
                }
            }
        }
        return new ClassStatistics(Products.FULL, d, counts, sums, products);
    }

    private boolean describe(SiteId site, ClassStatistics said) {
        return describe(site, said.encode(origin(aggregate())));
    }

    private boolean describe(SiteId site, byte[] bytes) {
        return consortium.rounds.submit(STUDY, FIRST, site, bytes, ClassStatistics.decode(bytes), HEAD);
    }

    private Sha256 aggregate() {
        return consortium.round(1).aggregate().orElseThrow();
    }

    private ModelOrigin origin(Sha256 model) {
        return new ModelOrigin(consortium.study().protocol().digest(), FIRST, model, NETWORK);
    }

    /** What a simulation makes of the same statistics, in the order of the sites. */
    private Parameters expected(List<ClassStatistics> said) {
        Strategy method = Strategies.of(consortium.study().protocol().method());
        HeadRecalibration recalibration = method.recalibration().orElseThrow();
        Parameters aggregate = consortium.kept.read(consortium.kept.models().get(aggregate()));
        return recalibration.recalibrated(aggregate, HEAD, features(said), SEED, FIRST);
    }

    private FeatureModel features(List<ClassStatistics> said) {
        Strategy method = Strategies.of(consortium.study().protocol().method());
        return method.recalibration()
                .orElseThrow()
                .model(said.stream()
                        .map(ClassStatistics::rounded)
                        .reduce(ClassStatistics::plus)
                        .orElseThrow());
    }

    private Synthesis synthesis(Parameters model, FeatureModel features) {
        SynthesisPlan plan = consortium.study().method().synthesis(SEED, FIRST).orElseThrow();
        return NETWORKS.begin(
                origin(model.digest()),
                model,
                plan,
                Optional.empty(),
                Optional.of((image, label) -> features.target(image, label, plan.seed())));
    }

    private Impressions expected(Parameters model, FeatureModel features) {
        try (Synthesis synthesis = synthesis(model, features)) {
            while (synthesis.done() < synthesis.steps()) {
                synthesis.step();
            }
            return synthesis.result();
        }
    }

    private boolean judge(SiteId site, int images, Integer... vetoed) {
        Sha256 set = consortium.round(1).refinement().made().orElseThrow();
        return consortium.rounds.submit(STUDY, FIRST, site, verdict(set, images, vetoed), 100);
    }

    private static ImpressionVerdict verdict(Sha256 set, int images, Integer... vetoed) {
        return new ImpressionVerdict(
                set,
                10,
                30,
                IntStream.range(0, images)
                        .mapToObj(i -> new ImpressionVerdict.Image(
                                0.5, 1, Arrays.asList(vetoed).contains(i)))
                        .toList(),
                ImpressionVerdict.Membership.UNKNOWN,
                ImpressionVerdict.Membership.UNKNOWN);
    }

    @Test
    void a_round_is_described_refined_judged_and_scored_to_the_bytes_of_a_simulation() throws IOException {
        start(plus(Map.of("feature_pull", "0.1")));
        train(1);
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.DESCRIBING);
        assertThat(consortium.poll(ONE))
                .get()
                .isInstanceOfSatisfying(
                        WorkOffer.Describe.class,
                        offer -> assertThat(offer.model()).isEqualTo(aggregate()));
        List<ClassStatistics> said = List.of(statistics(1, 10, 12), statistics(2, 20, 0));
        // The order in which they come does not matter.
        assertThat(describe(TWO, said.get(1))).isTrue();
        assertThat(describe(TWO, said.get(1))).as("the same again").isFalse();
        assertThat(describe(ONE, said.get(0))).isTrue();
        consortium.settle();

        Parameters model = expected(said);
        Impressions made = expected(model, features(said));
        Round round = consortium.round(1);
        assertThat(round.state()).isEqualTo(RoundState.EVALUATING);
        assertThat(round.globalModel()).contains(model.digest());
        assertThat(round.aggregate()).isNotEqualTo(round.globalModel());
        assertThat(consortium.kept.read(consortium.kept.models().get(model.digest())))
                .isEqualTo(model);
        assertThat(round.refinement().made()).contains(made.digest());
        assertThat(consortium.sets.read(made.digest())).isEqualTo(made);
        assertThat(round.refinement().done()).isEqualTo(2);
        assertThat(round.refinement().steps()).isEqualTo(2);
        assertThat(consortium.refinements.statistics(STUDY, FIRST)).isEmpty();
        assertThat(round.share(ONE).orElseThrow().beside().statistics())
                .as("their digest stays")
                .isPresent();

        assertThat(consortium.poll(ONE)).get().isInstanceOfSatisfying(WorkOffer.Judge.class, offer -> {
            assertThat(offer.impressions()).isEqualTo(made.digest());
            assertThat(offer.model()).isEqualTo(model.digest());
        });
        judge(ONE, 6, 0);
        judge(TWO, 6);
        assertThat(consortium.poll(ONE))
                .get()
                .isInstanceOfSatisfying(
                        WorkOffer.Evaluate.class,
                        offer -> assertThat(offer.model()).isEqualTo(model.digest()));
        score(1);

        round = consortium.round(1);
        assertThat(round.state()).isEqualTo(RoundState.COMPLETED);
        Impressions released = made.subset(new int[] {1, 2, 3, 4, 5});
        assertThat(round.refinement().released()).contains(released.digest());
        assertThat(consortium.sets.read(released.digest())).isEqualTo(released);
        assertThat(round.refinement().outcome()).contains("released: 5 of 6 images, 1 vetoed");
        assertThat(consortium.round(2).startModel())
                .as("the recalibrated head is only evaluated")
                .isEqualTo(aggregate());
        assertThat(consortium.poll(ONE))
                .get()
                .isInstanceOfSatisfying(
                        WorkOffer.Train.class,
                        offer -> assertThat(offer.impressions()).contains(released.digest()));
        assertThat(consortium.audit.codes())
                .containsSubsequence(
                        "round.aggregated",
                        "statistics.accepted",
                        "statistics.accepted",
                        "model.recalibrated",
                        "impressions.synthesised",
                        "impressions.judged",
                        "impressions.judged",
                        "evaluation.accepted",
                        "impressions.released",
                        "round.completed");
        assertThat(StudyJson.whole(consortium.studies.view(STUDY)).toString())
                .contains("\"stepsDone\":2,\"steps\":2", released.digest().hex());
        assertThat(StudyJson.impressions(consortium.studies.view(STUDY), consortium.sets::get)
                        .build()
                        .toString())
                .contains("\"releasedImages\":5", "\"site\":\"site-2\"");
    }

    /** Sites refuse impressions that were made under another version than the one that they train by. */
    @Test
    void a_round_by_an_amended_protocol_begins_without_impressions() throws IOException {
        start(plus(Map.of()));
        train(1);
        describe(ONE, statistics(1, 10, 12));
        describe(TWO, statistics(2, 10, 12));
        consortium.settle();
        judge(ONE, 6);
        judge(TWO, 6);
        consortium.protocols.amend(STUDY, protocol(plus(Map.of("gate_least", "3"))), "ada");
        consortium.protocols.propose(STUDY);
        consortium.signAll(STUDY);
        score(1);
        assertThat(consortium.round(1).refinement().released()).isPresent();
        assertThat(consortium.round(2).protocolVersion()).isEqualTo(2);
        assertThat(consortium.round(2).refinement().trainedOn()).isEmpty();
    }

    @Test
    void a_returned_head_is_what_the_next_round_starts_from() throws IOException {
        start(plus(Map.of("impressions", "no", "recalibrated", "returned")));
        train(1);
        describe(ONE, statistics(1, 10, 12));
        describe(TWO, statistics(2, 10, 12));
        consortium.settle();
        assertThat(consortium.round(1).refinement().made()).isEmpty();
        score(1);
        assertThat(consortium.round(2).startModel())
                .isEqualTo(consortium.round(1).globalModel().orElseThrow())
                .isNotEqualTo(aggregate());
    }

    @Test
    void a_site_that_neither_describes_nor_judges_takes_part_all_the_same() throws IOException {
        start(plus(Map.of()));
        train(1);
        describe(ONE, statistics(1, 10, 12));
        assertThat(consortium.refuse(TWO, 1, "policy-statistics", "Not here.")).isTrue();
        assertThat(consortium.refuse(TWO, 1, "policy-statistics", "Not here."))
                .as("said again")
                .isFalse();
        consortium.settle();
        assertThat(consortium.round(1).globalModel())
                .contains(expected(List.of(statistics(1, 10, 12))).digest());
        assertThat(consortium.refuse(TWO, 1, "impressions-not-accepted", "Not here."))
                .isTrue();
        assertThat(consortium.refuse(TWO, 1, "impressions-not-accepted", "Not here."))
                .as("said again")
                .isFalse();
        assertThat(consortium.poll(TWO)).containsInstanceOf(WorkOffer.Evaluate.class);
        judge(ONE, 6);
        score(1);
        assertThat(consortium.share(1, TWO).state()).isEqualTo(ShareState.EVALUATED);
        assertThat(consortium.round(1).refinement().released()).isPresent();
        assertThat(consortium.poll(TWO)).containsInstanceOf(WorkOffer.Train.class);
    }

    @Test
    void a_set_that_nobody_has_judged_by_the_deadline_is_withheld() throws IOException {
        start(plus(Map.of()));
        train(1);
        consortium.clock.advance(PATIENCE);
        consortium.clerk.tick();
        assertThat(consortium.round(1).globalModel())
                .as("nobody has described its features")
                .isEqualTo(consortium.round(1).aggregate());
        assertThat(consortium.audit.codes()).contains("model.not-recalibrated");
        score(1);
        assertThat(consortium.round(1).state()).as("verdicts are awaited, too").isEqualTo(RoundState.EVALUATING);
        consortium.clock.advance(PATIENCE);
        consortium.clerk.tick();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.COMPLETED);
        assertThat(consortium.round(1).refinement().outcome()).contains("withheld: no site has judged the set");
        assertThat(consortium.round(2).refinement().trainedOn()).isEmpty();
        assertThat(consortium.audit.codes()).contains("impressions.withheld");
    }

    @Test
    void a_set_that_fails_leaves_the_last_good_one_and_the_round_goes_on() throws IOException {
        start(plus(Map.of("feature_pull", "1")));
        train(1);
        describe(ONE, statistics(1, 10, 12));
        describe(TWO, statistics(2, 10, 12));
        consortium.settle();
        judge(ONE, 6);
        judge(TWO, 6);
        score(1);
        Sha256 good = consortium.round(1).refinement().released().orElseThrow();
        train(2);
        assertThat(consortium.round(2).refinement().trainedOn()).contains(good);
        // Without anybody's features there is nothing to pull to.
        consortium.refuse(ONE, 2, "policy-statistics", "No.");
        consortium.refuse(TWO, 2, "policy-statistics", "No.");
        consortium.settle();
        assertThat(consortium.round(2).refinement().outcome().orElseThrow()).startsWith("failed: features are");
        assertThat(consortium.round(2).refinement().isUndecided()).isFalse();
        score(2);
        assertThat(consortium.round(3).refinement().trainedOn()).contains(good);
        assertThat(consortium.audit.codes()).contains("impressions.failed");
    }

    @Test
    void a_synthesis_that_diverges_is_recorded_with_its_reason() throws IOException {
        start(new MethodSettings(
                "fedimpression",
                Map.of(
                        "data_size",
                        "6",
                        "iters_admm",
                        "3",
                        "iters_img",
                        "200",
                        "lr_img",
                        "1000000",
                        "momentum_img",
                        "0.99",
                        "rho",
                        "1000",
                        "gamma",
                        "1000")));
        train(1);
        assertThat(consortium.round(1).state()).as("nothing is to be described").isEqualTo(RoundState.EVALUATING);
        assertThat(consortium.round(1).refinement().outcome().orElseThrow())
                .contains("failed: ", "Lower the image learning rate");
        score(1);
        assertThat(consortium.round(2).state()).isEqualTo(RoundState.TRAINING);
    }

    /** Goes on from what was kept: of another synthesis's state other images come, of its own the same. */
    @Test
    void a_synthesis_goes_on_where_a_replica_that_died_has_left_it() throws IOException {
        start(plus(Map.of()));
        train(1);
        List<ClassStatistics> said = List.of(statistics(1, 10, 12), statistics(2, 10, 12));
        Parameters model = expected(said);
        FeatureModel features = features(said);
        Impressions uninterrupted = expected(model, features);
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        try (Synthesis died = synthesis(model, features)) {
            died.step();
            died.save(state);
        }
        consortium.refinements.keepSynthesis(STUDY, FIRST, model.digest(), state.toByteArray());
        describe(ONE, said.get(0));
        describe(TWO, said.get(1));
        consortium.settle();
        assertThat(consortium.round(1).refinement().made()).contains(uninterrupted.digest());
    }

    @Test
    void a_synthesis_begins_from_what_was_kept_and_not_anew() throws IOException {
        start(plus(Map.of()));
        train(1);
        List<ClassStatistics> said = List.of(statistics(1, 10, 12), statistics(2, 10, 12));
        Parameters model = expected(said);
        Impressions anew = expected(model, features(said));
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        try (Synthesis other = synthesis(model, features(said))) {
            while (other.done() < other.steps()) {
                other.step();
            }
            other.save(state);
        }
        byte[] bytes = state.toByteArray();
        // Says that one step is done, so that the second is taken from where it had led before.
        bytes[7] = 1;
        consortium.refinements.keepSynthesis(STUDY, FIRST, model.digest(), bytes);
        describe(ONE, said.get(0));
        describe(TWO, said.get(1));
        consortium.settle();
        assertThat(consortium.round(1).refinement().made()).isPresent().isNotEqualTo(Optional.of(anew.digest()));
    }

    @Test
    void statistics_that_are_not_what_was_asked_for_are_refused() throws IOException {
        start(plus(Map.of()));
        ClassStatistics said = statistics(1, 10, 12);
        assertRefused(() -> describe(ONE, said.encode(origin(INITIAL.digest()))), 409, "round-closed");
        train(1);
        assertRefused(() -> describe(ONE, said.encode(origin(INITIAL.digest()))), 422, "statistics-invalid");
        assertRefused(() -> describe(ONE, statistics(1, 10, 4)), 422, "statistics-too-small");
        assertRefused(() -> describe(ONE, statistics(1, 10, EXAMPLES)), 422, "statistics-invalid");
        ClassStatistics diagonal = new ClassStatistics(
                Products.DIAGONAL,
                HEAD.features(),
                new int[] {0, 0},
                new double[2][HEAD.features()],
                new double[2][HEAD.features()]);
        assertRefused(() -> describe(ONE, diagonal), 422, "statistics-invalid");
        assertThat(describe(ONE, said)).isTrue();
        assertRefused(() -> describe(ONE, statistics(3, 10, 12)), 409, "statistics-differ");
        assertRefused(() -> describe(Samples.THREE, said), 403, "not-a-participant");
    }

    @Test
    void verdicts_on_another_set_or_another_number_of_images_are_refused() throws IOException {
        start(plus(Map.of()));
        train(1);
        describe(ONE, statistics(1, 10, 12));
        describe(TWO, statistics(2, 10, 12));
        consortium.settle();
        ImpressionVerdict other = verdict(INITIAL.digest(), 6);
        assertRefused(() -> consortium.rounds.submit(STUDY, FIRST, ONE, other, 1), 422, "verdict-invalid");
        assertRefused(() -> judge(ONE, 5), 422, "verdict-invalid");
        assertThat(judge(ONE, 6)).isTrue();
        assertThat(judge(ONE, 6)).as("the same again").isFalse();
        assertRefused(() -> judge(ONE, 6, 1), 409, "verdict-differs");
        judge(TWO, 6);
        score(1);
        assertRefused(() -> judge(TWO, 6, 1), 409, "verdict-differs");
    }

    @Test
    void what_a_site_that_leaves_has_said_of_its_features_is_not_used() throws IOException {
        start(plus(Map.of("impressions", "no")));
        train(1);
        describe(ONE, statistics(1, 10, 12));
        consortium.course.leave(STUDY, ONE, "steward", "No more.");
        consortium.settle();
        describe(TWO, statistics(2, 10, 12));
        consortium.settle();
        assertThat(consortium.round(1).globalModel())
                .contains(expected(List.of(statistics(2, 10, 12))).digest());
    }
}
