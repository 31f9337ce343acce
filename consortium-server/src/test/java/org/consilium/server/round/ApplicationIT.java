package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consilium.server.round.Samples.NETWORK;
import static org.consilium.server.round.Samples.parameters;
import static org.consilium.server.round.Samples.scores;

import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassStatistics.Products;
import org.consilium.contract.Effort;
import org.consilium.contract.Head;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.model.Networks;
import org.consilium.server.globalmodel.ImpressionSets;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.NewVector;
import org.consilium.server.globalmodel.Pending;
import org.consilium.server.globalmodel.StoredVector;
import org.consilium.server.platform.Await;
import org.consilium.server.platform.FailingCheck;
import org.consilium.server.platform.LibertyForTests;
import org.consilium.server.platform.LogIns;
import org.consilium.server.platform.Migration;
import org.consilium.server.platform.Refusal;
import org.consilium.server.site.SiteStatus;
import org.consilium.server.site.Sites;
import org.consilium.server.study.SignedStudies;
import org.consilium.server.study.StudyState;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The packaged application on a real Open Liberty with its real configuration and a real PostgreSQL; each test runs
 * within the application, with sites and a study of its own.
 */
@ExtendWith(ArquillianExtension.class)
class ApplicationIT {

    @Inject
    Migration migration;

    @Inject
    Deeds deeds;

    @Inject
    Sites sites;

    @Inject
    Models models;

    @Inject
    ImpressionSets sets;

    @Inject
    Studies studies;

    @Inject
    Protocols protocols;

    @Inject
    Course course;

    @Inject
    Rounds rounds;

    @Inject
    HeldPolls polls;

    @Deployment
    static WebArchive application() {
        return LibertyForTests.application(
                ApplicationIT.class, Deeds.class, Samples.class, SignedStudies.class, Await.class, FailingCheck.class);
    }

    @BeforeEach
    void the_schema_is_brought_up_to_date_by_the_application_itself() {
        Await.until("the schema is there", migration::isDone);
    }

    @Test
    void what_jpa_and_jdbc_do_in_one_transaction_is_committed_together() {
        deeds.addBoth("together", false);
        assertThat(sitesNamed("together")).isEqualTo(1);
        assertThat(vectorsOf("together")).isEqualTo(1);
    }

    @Test
    void an_exception_after_both_have_written_leaves_neither() {
        assertThatThrownBy(() -> deeds.addBoth("neither", true)).hasMessage("on purpose");
        assertThat(sitesNamed("neither")).isZero();
        assertThat(vectorsOf("neither")).isZero();
    }

    @Test
    void a_transaction_sees_what_others_have_committed_meanwhile() {
        assertThat(deeds.isolation())
                .as("whoever waited for a lock reads what its holder committed")
                .isEqualTo("read committed/read committed");
    }

    @Test
    void what_is_to_follow_a_commit_follows_it_and_never_a_rollback() throws Exception {
        AtomicBoolean afterRollback = new AtomicBoolean();
        CompletableFuture<Long> afterCommit = new CompletableFuture<>();
        assertThatThrownBy(() -> deeds.afterCommit(() -> afterRollback.set(true), true))
                .hasMessage("on purpose");
        deeds.afterCommit(() -> afterCommit.complete(Thread.currentThread().getId()), false);
        assertThat(afterCommit.get(60, TimeUnit.SECONDS))
                .as("on a thread of its own")
                .isNotEqualTo(Thread.currentThread().getId());
        assertThat(afterRollback).isFalse();
    }

    /** Open Liberty leaves a check that throws out, and answers that everything is up. */
    @Test
    void a_readiness_check_that_fails_itself_is_down() {
        HealthCheckResponse response = FailingCheck.called();
        assertThat(response.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
        assertThat(response.getName()).isEqualTo("failing");
        assertThat(response.getData().orElseThrow().get("reason").toString()).contains("on purpose");
    }

    @Test
    void a_refused_update_is_rolled_back_with_its_parameters() throws IOException {
        SiteId site = site("refused");
        StudyId study = start("refused", 2, site, site("refused-other"));
        RoundNumber round = new RoundNumber(1);
        rounds.submit(study, round, site, written(parameters(1, 0, 0)), Samples.metrics(10), Provenance.none());

        Parameters other = parameters(2, 0, 0);
        Pending pending = written(other);
        assertThatThrownBy(() -> rounds.submit(study, round, site, pending, Samples.metrics(10), Provenance.none()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("has another update of site");
        assertThat(models.find(other.digest()))
                .as("they had appeared in the same transaction, before the refusal")
                .isEmpty();
        models.discard(pending);
        assertThat(deeds.count("SELECT count(*) FROM parameter_vector WHERE sha256 IS NULL AND architecture = '"
                        + NETWORK + "'"))
                .isZero();
    }

    @Test
    void a_study_runs_to_its_end_on_the_threads_of_the_container() throws Exception {
        SiteId one = site("ends-1");
        SiteId two = site("ends-2");
        CompletableFuture<Optional<WorkOffer>> idle = new CompletableFuture<>();
        polls.hold(one, idle::complete, Supplier::get);
        assertThat(idle).isNotDone();

        StudyId study = start("ends", 2, one, two);
        assertThat(offer(idle)).isInstanceOf(WorkOffer.Train.class);

        RoundNumber round = new RoundNumber(1);
        rounds.submit(study, round, one, written(parameters(10, 0, 0)), Samples.metrics(100), Provenance.none());
        CompletableFuture<Optional<WorkOffer>> waiting = new CompletableFuture<>();
        polls.hold(one, waiting::complete, Supplier::get);
        rounds.submit(study, round, two, written(parameters(50, 0, 0)), Samples.metrics(300), Provenance.none());
        WorkOffer.Evaluate evaluate = (WorkOffer.Evaluate) offer(waiting);
        assertThat(evaluate.model()).isEqualTo(parameters(40, 0, 0).digest());
        assertThat(values(evaluate.model())).containsExactly(40f, 0f, 0f);

        rounds.submit(study, round, one, Split.VAL, scores(9, 1), 10);
        CompletableFuture<Optional<WorkOffer>> last = new CompletableFuture<>();
        polls.hold(two, last::complete, Supplier::get);
        assertThat(offer(last)).as("its own scores are awaited").isInstanceOf(WorkOffer.Evaluate.class);
        rounds.submit(study, round, two, Split.VAL, scores(8, 2), 10);
        Await.until(
                "the test of the selected round",
                () -> studies.view(study).study().isTesting());
        rounds.submit(study, round, one, Split.TEST, scores(7, 3), 10);
        rounds.submit(study, round, two, Split.TEST, scores(9, 1), 10);
        Await.until("the study's end", () -> studies.view(study).study().state() == StudyState.COMPLETED);
        assertThat(StudyJson.whole(studies.view(study))
                        .getJsonObject("final")
                        .getJsonNumber("testAccuracy")
                        .doubleValue())
                .isEqualTo(0.8);
    }

    /** Threads, transactions and native libraries of the container; what comes out is RefinedRoundTest's business. */
    @Test
    void a_round_is_refined_in_the_background_and_its_impressions_are_released() throws Exception {
        ArchitectureId network = new ArchitectureId("cnn.8x8x1.2");
        Networks networks = Networks.create();
        Parameters initial = networks.initial(network, 1);
        models.register(whole(initial));
        SiteId site = site("refined-1");
        StudyId study = new StudyId("refined");
        start(
                SignedStudies.with(
                        SignedStudies.protocol(
                                study,
                                "A study",
                                "toy",
                                network,
                                initial.digest(),
                                new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0), 7),
                                List.of(site),
                                new Schedule(2, 1, Samples.PATIENCE, false)),
                        new MethodSettings(
                                "fedimpression-plus",
                                Map.of(
                                        "impressions",
                                        "yes",
                                        "data_size",
                                        "6",
                                        "iters_admm",
                                        "2",
                                        "iters_img",
                                        "2",
                                        "gate_least",
                                        "2",
                                        "draws",
                                        "20",
                                        "head_epochs",
                                        "2"))),
                site);
        RoundNumber first = new RoundNumber(1);
        rounds.submit(study, first, site, whole(networks.initial(network, 2)), Samples.metrics(40), Provenance.none());
        Await.until("the aggregate", () -> round(study).state() == RoundState.DESCRIBING);
        byte[] statistics = statistics(networks.head(network))
                .encode(new ModelOrigin(
                        studies.view(study).study().protocol().digest(),
                        first,
                        round(study).aggregate().orElseThrow(),
                        network));
        rounds.submit(study, first, site, statistics, ClassStatistics.decode(statistics), networks.head(network));
        Await.until("the refined model", () -> round(study).state() == RoundState.EVALUATING);
        assertThat(round(study).globalModel()).isNotEqualTo(round(study).aggregate());
        assertThat(round(study).refinement().done()).isEqualTo(2);
        assertThat(deeds.count("SELECT count(*) FROM round_statistics")
                        + deeds.count("SELECT count(*) FROM round_synthesis"))
                .as("what it was made of is erased")
                .isZero();
        Sha256 made = round(study).refinement().made().orElseThrow();
        rounds.submit(
                study,
                first,
                site,
                new ImpressionVerdict(
                        made,
                        30,
                        30,
                        IntStream.range(0, 6)
                                .mapToObj(i -> new ImpressionVerdict.Image(1, 1, i == 0))
                                .toList(),
                        ImpressionVerdict.Membership.UNKNOWN,
                        ImpressionVerdict.Membership.UNKNOWN),
                100);
        rounds.submit(study, first, site, Split.VAL, scores(9, 1), 10);
        Await.until("the second round", () -> studies.view(study).rounds().size() == 2);
        Sha256 released = round(study).refinement().released().orElseThrow();
        assertThat(sets.read(released).size()).isEqualTo(5);
        assertThat(studies.view(study).rounds().get(1).refinement().trainedOn()).contains(released);
    }

    private Round round(StudyId study) {
        return studies.view(study).rounds().get(0);
    }

    private static ClassStatistics statistics(Head head) {
        int d = head.features();
        double[][] sums = new double[2][d];
        for (double[] row : sums) {
            Arrays.fill(row, 5);
        }
        double[][] full = new double[2][Products.FULL.length(d)];
        for (double[] row : full) {
            Arrays.fill(row, 2.5);
            for (int i = 0; i < d; i++) {
                row[i * (i + 1) / 2 + i] = 4;
            }
        }
        return new ClassStatistics(Products.FULL, d, new int[] {10, 10}, sums, full);
    }

    /** Larger than what the tests' server takes in one upload. */
    private Pending whole(Parameters parameters) {
        NewVector vector = models.write(parameters.architecture(), parameters.count());
        float[] values = parameters.toArray();
        for (int chunk = 0; chunk < StoredVector.chunks(values.length); chunk++) {
            int from = chunk * StoredVector.CHUNK_VALUES;
            vector.accept(
                    chunk, Arrays.copyOfRange(values, from, Math.min(values.length, from + StoredVector.CHUNK_VALUES)));
        }
        return vector.finish();
    }

    @Test
    void a_site_that_is_let_in_again_is_called_to_the_work_that_waits_for_it() throws Exception {
        SiteId site = site("let-in");
        sites.setStatus(site, SiteStatus.SUSPENDED);
        start("let-in", 1, site);
        CompletableFuture<Optional<WorkOffer>> idle = new CompletableFuture<>();
        polls.hold(site, idle::complete, Supplier::get);
        assertThat(idle).isNotDone();
        sites.setStatus(site, SiteStatus.ACTIVE);
        assertThat(offer(idle)).isInstanceOf(WorkOffer.Train.class);
    }

    @Test
    void a_study_of_a_name_that_is_taken_leaves_nothing_behind() throws IOException {
        SiteId site = site("taken");
        start("taken", 1, site);
        assertThatThrownBy(() -> start("taken", 1, site)).isInstanceOf(Refusal.class);
        assertThat(deeds.count("SELECT count(*) FROM round WHERE study = 'taken'"))
                .isEqualTo(1);
    }

    private SiteId site(String name) {
        return sites.enrolled(new SiteId(name), "Hospital " + name).id();
    }

    private StudyId start(String name, int quorum, SiteId... participants) throws IOException {
        models.register(written(Samples.INITIAL));
        StudyId id = new StudyId(name);
        start(Samples.protocol(id, 1, quorum, true, participants), participants);
        return id;
    }

    private void start(StudyProtocol protocol, SiteId... participants) {
        StudyId id = protocol.study();
        protocols.draft(protocol, "ada");
        protocols.propose(id);
        for (SiteId site : participants) {
            SigningStatement statement =
                    protocols.ask(id, 1, site, SigningStatement.Decision.APPROVE, Optional.empty(), "steward-" + site);
            protocols.sign(
                    id,
                    1,
                    site,
                    statement.signer(),
                    new LogIns.LogIn(
                            statement.signer(),
                            "A steward",
                            site.value(),
                            true,
                            statement.nonce(),
                            Instant.now(),
                            Duration.ZERO,
                            "{}"),
                    "token");
        }
        course.start(id);
    }

    private Pending written(Parameters parameters) throws IOException {
        byte[] body = parameters.encode();
        return models.arrival(new ByteArrayInputStream(body), body.length).store();
    }

    private List<Float> values(Sha256 model) {
        var stored = models.get(model);
        float[] chunk = models.values(stored, 0);
        return List.of(chunk[0], chunk[1], chunk[2]);
    }

    private static WorkOffer offer(CompletableFuture<Optional<WorkOffer>> poll) throws Exception {
        return poll.get(60, TimeUnit.SECONDS).orElseThrow();
    }

    private long sitesNamed(String name) {
        return deeds.count("SELECT count(*) FROM site WHERE id = '" + name + "'");
    }

    private long vectorsOf(String name) {
        return deeds.count("SELECT count(*) FROM parameter_vector WHERE architecture = '" + name + "'");
    }
}
