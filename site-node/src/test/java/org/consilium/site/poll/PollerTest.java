package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Effort;
import org.consilium.contract.Messages;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.Problem;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.ScoreHistogram;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingMetrics;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.UpdateHeaders;
import org.consilium.site.audit.Witness;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.DatabaseTest;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.policy.Verdict;
import org.consilium.site.poll.ConsortiumOnASocket.Received;
import org.consilium.site.poll.ConsortiumOnASocket.Reply;
import org.consilium.site.poll.NodeStatus.State;
import org.consilium.site.training.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class PollerTest {

    private static final Sha256 PROTOCOL = new Sha256("cd".repeat(32));
    private static final ArchitectureId ARCHITECTURE = new ArchitectureId("cnn.8x8x1.2");
    private static final Parameters START = parameters(1);
    private static final Parameters TRAINED = parameters(2);
    private static final TrainingMetrics METRICS = new TrainingMetrics(40, 0.7, 1.5, "test");
    private static final Answer UPDATE = new Answer.Update(TRAINED, METRICS, TestNode.FINGERPRINT);
    private static final ClassificationScores SCORES =
            new ClassificationScores(1.2, new long[][] {{1, 0}, {1, 0}}, List.of(histogram(), histogram()));
    private static final WorkOffer.Train TRAIN = train(1);
    private static final WorkOffer.Evaluate EVALUATE = new WorkOffer.Evaluate(
            new StudyId("study"),
            new RoundNumber(1),
            PROTOCOL,
            "cells",
            Split.VAL,
            TRAINED.digest(),
            ARCHITECTURE,
            Instant.parse("2026-03-01T11:00:00Z"));

    @TempDir
    Path folder;

    private ConsortiumOnASocket server;
    private TestNode node;

    @BeforeEach
    void start() {
        server = new ConsortiumOnASocket();
        node = new TestNode(server, folder.resolve("keys"));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void while_the_consortiums_log_contradicts_itself_no_work_is_asked_for_and_the_status_says_why() {
        server.offers(Reply.offer(TRAIN)).model(START);
        node.work.answers(() -> UPDATE);
        node.witnessing.alarm = Optional.of(new Witness.Alarm(TestNode.NOW, "it has lost three records"));
        List<Received> asked = new ArrayList<>();
        node.whilePausing.add(() -> {
            asked.addAll(server.received());
            node.witnessing.alarm = Optional.empty();
        });

        node.run();

        assertThat(asked).isEmpty();
        assertThat(node.duringPauses.get(0).state()).isEqualTo(State.ERROR);
        assertThat(node.duringPauses.get(0).detail())
                .contains("it has lost three records")
                .contains("takes no work until its data steward has looked at it")
                .contains("DELETE /api/v1/audit/alarm");
        assertThat(server.uploaded()).hasSize(1);
    }

    @Test
    void the_consortiums_log_is_looked_at_after_each_piece_of_work_and_not_after_each_poll() {
        server.offers(Reply.of(204), Reply.of(204), Reply.offer(TRAIN)).model(START);
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.witnessing.looks).isEqualTo(1);
    }

    @Test
    void nothing_to_do_is_asked_again_at_once() {
        server.offers(Reply.of(204), Reply.of(204));

        node.run();

        assertThat(server.received("GET", "/offers/next"))
                .hasSize(3)
                .allSatisfy(poll -> assertThat(poll.query()).isEqualTo("wait=25"))
                .allSatisfy(poll -> assertThat(poll.header("Authorization")).isEqualTo("Bearer token-1"))
                .allSatisfy(poll ->
                        assertThat(poll.header("Consilium-Node-Version")).isEqualTo("0.1.0"));
        assertThat(node.pauses).isEmpty();
        assertThat(node.board.now().state()).isEqualTo(State.WAITING);
        assertThat(node.board.now().lastContact()).contains(TestNode.NOW);
    }

    @Test
    void work_to_train_is_answered_by_the_trained_parameters() {
        server.offers(Reply.offer(TRAIN)).model(START);
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.done).containsExactly(TRAIN);
        assertThat(node.work.models).containsExactly(START);
        assertThat(server.uploaded()).hasSize(1);
        Received update = server.uploaded().get(0);
        assertThat(update.path()).isEqualTo("/api/v1/studies/study/rounds/1/update");
        assertThat(update.header("Content-Type")).startsWith("application/vnd.consilium.parameters");
        assertThat(Parameters.decode(update.body())).isEqualTo(TRAINED);
        assertThat(Messages.metrics(Responses.object(update.header("Consilium-Training"))))
                .isEqualTo(METRICS);
        assertThat(node.pauses).isEmpty();
    }

    @Test
    void an_update_names_the_sites_own_record_of_it_which_is_signed_before_anything_leaves() {
        server.offers(Reply.offer(TRAIN)).model(START);
        List<Integer> uploadedWhenSigned = new ArrayList<>();
        node.work.answers(() -> UPDATE);
        node.audit.before = () -> uploadedWhenSigned.add(server.uploaded().size());

        node.run();

        assertThat(node.audit.codes()).containsExactly("system.started", "offer.taken", "training.done", "update.sent");
        assertThat(uploadedWhenSigned).containsExactly(0, 0, 0, 0);
        assertThat(node.audit.signed).containsExactly(4);
        AuditRecord sent = node.audit.records.get(3);
        assertThat(sent.entity().hash()).contains(TRAINED.digest());
        assertThat(sent.details())
                .containsEntry("protocol", PROTOCOL.hex())
                .containsEntry("examples", "40")
                .containsEntry("bytes", Integer.toString(TRAINED.encode().length))
                .containsEntry("dataset", TestNode.FINGERPRINT.hex());
        Received update = server.uploaded().get(0);
        assertThat(UpdateHeaders.record(update.header("Consilium-Site-Record")))
                .isEqualTo(new AuditRecord.Peer(sent.id(), sent.leafHash()));
        assertThat(update.header("Consilium-Dataset")).isEqualTo(TestNode.FINGERPRINT.hex());
    }

    @Test
    void work_that_fails_again_and_again_is_recorded_as_taken_once() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN), Reply.offer(TRAIN))
                .model(START);
        for (int i = 0; i < 2; i++) {
            node.work.answers(() -> {
                throw new IllegalStateException("out of luck");
            });
        }
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(server.uploaded()).hasSize(1);
        assertThat(node.audit.codes()).containsOnlyOnce("offer.taken");
    }

    @Test
    void an_update_that_is_sent_again_names_the_same_record() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN))
                .model(START)
                .uploads(Reply.problem("busy", 503), Reply.of(201));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(server.uploaded()).hasSize(2);
        assertThat(server.uploaded().get(1).header("Consilium-Site-Record"))
                .isEqualTo(server.uploaded().get(0).header("Consilium-Site-Record"));
        assertThat(node.audit.codes()).containsOnlyOnce("update.sent");
    }

    @Test
    void what_cannot_be_recorded_does_not_leave_and_is_not_trained_anew() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN)).model(START);
        node.work.answers(() -> {
            AtomicInteger failures = new AtomicInteger(1);
            node.audit.before = () -> {
                if (failures.getAndDecrement() > 0) {
                    throw new ProblemException(new Problem("database-unavailable", 503, null, "It is away.", ""));
                }
            };
            return UPDATE;
        });
        node.whilePausing.add(() -> assertThat(server.uploaded()).isEmpty());

        node.run();

        assertThat(node.work.done).hasSize(1);
        assertThat(server.uploaded()).hasSize(1);
        assertThat(node.duringPauses.get(0).state()).isEqualTo(State.WAITING_FOR_DATABASE);
        assertThat(node.audit.codes()).containsExactly("system.started", "offer.taken", "training.done", "update.sent");
    }

    @Test
    void work_to_evaluate_is_answered_by_scores_and_the_same_model_is_fetched_once() {
        server.offers(Reply.offer(EVALUATE), Reply.offer(train(2, TRAINED))).model(TRAINED);
        node.work.answers(() -> new Answer.Evaluation(SCORES));
        node.work.answers(() -> UPDATE);

        node.run();

        Received evaluation = server.received("PUT", "/evaluation").get(0);
        assertThat(evaluation.query()).isEqualTo("split=val");
        assertThat(evaluation.text()).isEqualTo(Messages.toJson(SCORES).toString());
        assertThat(server.received("GET", TRAINED.digest().hex())).hasSize(1);
        assertThat(node.work.models).containsExactly(TRAINED, TRAINED);
    }

    @Test
    void work_that_the_hospitals_policy_refuses_is_answered_by_its_reason_and_nothing_is_fetched_for_it() {
        server.offers(Reply.offer(train(1, START)));
        node.policies.verdicts.add(new Verdict.Refused("policy-study", "This site's policy does not allow it."));

        node.run();

        assertThat(node.work.done).isEmpty();
        assertThat(server.received("GET", START.digest().hex())).isEmpty();
        Received refusal = server.uploaded().get(0);
        assertThat(refusal.path()).endsWith("/studies/study/rounds/1/refusal");
        assertThat(refusal.text()).contains("policy-study", "does not allow it");
        assertThat(refusal.header("Consilium-Protocol")).isEqualTo(PROTOCOL.hex());
    }

    @Test
    void outside_of_the_hospitals_hours_work_waits_without_an_answer() {
        server.offers(Reply.offer(train(1, START)), Reply.offer(train(1, START)))
                .model(START);
        node.policies.verdicts.add(new Verdict.Later(TestNode.NOW.plusSeconds(60), "This site works from 18:00 on."));
        node.work.answers(() -> new Answer.Update(TRAINED, METRICS, TestNode.FINGERPRINT));

        node.run();

        assertThat(node.pauses).containsExactly(5L);
        assertThat(node.duringPauses.get(0).detail()).isEqualTo("This site works from 18:00 on.");
        assertThat(server.uploaded())
                .extracting(Received::path)
                .containsExactly("/api/v1/studies/study/rounds/1/update");
    }

    /** The steward may change the policy while the node trains for hours: the last word is the hospital's. */
    @Test
    void an_update_that_the_policy_forbids_by_the_time_it_is_ready_does_not_leave() {
        server.offers(Reply.offer(train(1, START))).model(START);
        node.policies.verdicts.add(new Verdict.Permitted(1, true));
        node.policies.verdicts.add(new Verdict.Refused("policy-protocol", "No more."));
        node.work.answers(() -> new Answer.Update(TRAINED, METRICS, TestNode.FINGERPRINT));

        node.run();

        assertThat(server.uploaded())
                .extracting(Received::path)
                .containsExactly("/api/v1/studies/study/rounds/1/refusal");
    }

    @Test
    void scores_that_tell_of_too_few_images_by_the_time_they_are_ready_do_not_leave_and_are_made_anew() {
        server.offers(Reply.offer(EVALUATE), Reply.offer(EVALUATE)).model(TRAINED);
        for (int fewest : new int[] {3, 10, 10, 10}) {
            node.policies.verdicts.add(new Verdict.Permitted(fewest, true));
        }
        ClassificationScores fewer = new ClassificationScores(0.5, new long[][] {{1, 0}, {0, 0}}, SCORES.histograms());
        node.work.answers(() -> new Answer.Evaluation(SCORES));
        node.work.answers(() -> new Answer.Evaluation(fewer));

        node.run();

        assertThat(node.work.fewest).containsExactly(3, 10);
        assertThat(server.received("PUT", "/evaluation"))
                .extracting(Received::text)
                .containsExactly(Messages.toJson(fewer).toString());
        assertThat(node.pauses).isEmpty();
    }

    @Test
    void scores_that_wait_to_be_sent_again_are_made_anew_once_they_tell_of_too_few_images() {
        server.offers(Reply.offer(EVALUATE), Reply.offer(EVALUATE))
                .model(TRAINED)
                .uploads(Reply.problem("busy", 503), Reply.of(201));
        for (int fewest : new int[] {3, 3, 10, 10}) {
            node.policies.verdicts.add(new Verdict.Permitted(fewest, true));
        }
        ClassificationScores fewer = new ClassificationScores(0.5, new long[][] {{1, 0}, {0, 0}}, SCORES.histograms());
        node.work.answers(() -> new Answer.Evaluation(SCORES));
        node.work.answers(() -> new Answer.Evaluation(fewer));

        node.run();

        assertThat(server.received("PUT", "/evaluation").get(1).text())
                .isEqualTo(Messages.toJson(fewer).toString());
    }

    @Test
    void an_update_says_its_loss_only_as_far_as_the_policy_lets_it_when_it_is_sent() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN))
                .model(START)
                .uploads(Reply.problem("busy", 503), Reply.of(201));
        node.policies.verdicts.add(new Verdict.Permitted(1, true));
        node.policies.verdicts.add(new Verdict.Permitted(1, false));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(server.uploaded())
                .extracting(update -> Messages.metrics(Responses.object(update.header("Consilium-Training"))))
                .containsExactly(METRICS.withoutLoss(), METRICS);
        assertThat(server.uploaded().get(0).header("Consilium-Training")).doesNotContain("loss", "0.7");
    }

    @Test
    void a_refusal_is_sent_with_its_reason() {
        server.offers(Reply.offer(TRAIN)).model(START);
        node.work.answers(() -> new Answer.Refusal("no-images", "there are none"));

        node.run();

        assertThat(server.uploaded()).singleElement().satisfies(refusal -> {
            assertThat(refusal.path()).isEqualTo("/api/v1/studies/study/rounds/1/refusal");
            assertThat(refusal.text())
                    .isEqualTo("{\"task\":\"train\",\"code\":\"no-images\",\"reason\":\"there are none\"}");
        });
    }

    @Test
    void a_consortium_out_of_reach_is_asked_again_after_ever_longer_pauses() {
        server.goDown();
        server.offers(Reply.of(204));
        for (int i = 0; i < 7; i++) {
            node.whilePausing.add(() -> {});
        }
        node.whilePausing.add(server::comeBack);

        node.run();

        assertThat(node.pauses).containsExactly(1L, 2L, 4L, 5L, 5L, 5L, 5L, 5L);
        assertThat(node.duringPauses)
                .allSatisfy(status -> assertThat(status.state()).isEqualTo(State.ERROR))
                .allSatisfy(status -> assertThat(status.detail()).isNotBlank());
        assertThat(node.board.now().state()).isEqualTo(State.WAITING);
    }

    @Test
    void after_a_success_pauses_are_short_again() {
        server.offers(Reply.of(500), Reply.of(503), Reply.of(204), Reply.of(500));

        node.run();

        assertThat(node.pauses).containsExactly(1L, 2L, 1L);
    }

    @Test
    void a_database_that_is_down_is_tried_again_before_the_consortium_is_asked() {
        node.migrationsThatFail = 2;
        node.whilePausing.add(
                () -> assertThat(server.received("GET", "/offers/next")).isEmpty());

        node.run();

        assertThat(node.pauses).containsExactly(1L, 2L);
        assertThat(node.duringPauses.get(0).state()).isEqualTo(State.WAITING_FOR_DATABASE);
        assertThat(node.duringPauses.get(0).detail()).contains("db.test:5432/site");
        assertThat(server.received("GET", "/offers/next")).hasSize(1);
    }

    @Test
    void a_database_that_goes_away_during_the_work_is_named_as_what_the_node_waits_for() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN)).model(START);
        node.work.answers(() -> {
            throw new Database(null, DatabaseTest.SETTINGS)
                    .unavailable(new IllegalStateException("the connection is closed"));
        });
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.duringPauses).singleElement().satisfies(status -> {
            assertThat(status.state()).isEqualTo(State.WAITING_FOR_DATABASE);
            assertThat(status.detail()).contains("db.test:5432/site").contains("the connection is closed");
        });
        assertThat(server.uploaded()).hasSize(1);
    }

    @Test
    void a_model_damaged_on_the_way_is_fetched_again_and_never_trained_on() {
        byte[] damaged = START.encode();
        damaged[200] ^= 1;
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN)).model(START, Reply.bytes(damaged));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.pauses).containsExactly(1L);
        assertThat(node.duringPauses.get(0).detail()).contains("damaged on the way");
        assertThat(node.work.models).containsExactly(START);
        assertThat(server.uploaded()).hasSize(1);
    }

    @Test
    void another_model_than_the_one_asked_for_is_never_trained_on() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN)).model(START, Reply.bytes(TRAINED.encode()));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.duringPauses.get(0).detail())
                .contains(START.digest().hex())
                .contains(TRAINED.digest().hex());
        assertThat(node.work.models).containsExactly(START);
    }

    /** The digest is one of the numbers alone: the same numbers may be sent as another network than the policy allows. */
    @Test
    void the_numbers_of_the_model_as_another_network_are_never_trained_on() {
        Parameters other = Parameters.of(new ArchitectureId("mlp.8x8x1.2"), START.toArray());
        assertThat(other.digest()).isEqualTo(START.digest());
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN)).model(START, Reply.bytes(other.encode()));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.models)
                .extracting(model -> model.architecture().value())
                .containsExactly("cnn.8x8x1.2");
        assertThat(node.duringPauses.get(0).detail()).contains("mlp.8x8x1.2").contains("cnn.8x8x1.2");
    }

    @Test
    void a_token_that_the_consortium_refuses_is_replaced_at_once() {
        server.offers(Reply.problem("token-revoked", 401), Reply.of(204));

        node.run();

        assertThat(node.pauses).isEmpty();
        assertThat(server.received("GET", "/offers/next"))
                .extracting(poll -> poll.header("Authorization"))
                .containsExactly("Bearer token-1", "Bearer token-2", "Bearer token-2");
    }

    /** Keycloak may give a token a moment before the site's role is assigned; it must not be kept for its whole life. */
    @Test
    void a_token_without_the_role_is_replaced_when_the_node_tries_again() {
        server.offers(Reply.problem("role-missing", 403), Reply.of(204));

        node.run();

        assertThat(node.duringPauses).hasSize(1);
        assertThat(server.received("GET", "/offers/next"))
                .extracting(poll -> poll.header("Authorization"))
                .startsWith("Bearer token-1", "Bearer token-2");
    }

    @Test
    void a_site_whose_tokens_are_always_refused_says_so_and_pauses() {
        server.offers(Reply.problem("token-revoked", 401), Reply.problem("token-revoked", 401));

        node.run();

        assertThat(node.pauses).containsExactly(1L);
        assertThat(node.duringPauses.get(0).detail()).isEqualTo("refused with token-revoked.");
        assertThat(server.received("POST", "/token")).hasSize(3);
    }

    @Test
    void an_answer_that_the_server_failed_to_take_is_sent_again_without_training_anew() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN), Reply.offer(TRAIN))
                .model(START)
                .uploads(Reply.of(503), Reply.of(500));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.done).hasSize(1);
        assertThat(node.pauses).containsExactly(1L, 2L);
        assertThat(server.uploaded())
                .hasSize(3)
                .allSatisfy(
                        update -> assertThat(Parameters.decode(update.body())).isEqualTo(TRAINED));
        assertThat(node.board.now().state()).isEqualTo(State.WAITING);
    }

    @Test
    void an_answer_is_sent_after_the_link_was_down_without_training_anew() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN)).model(START);
        node.work.answers(() -> {
            server.goDown();
            return UPDATE;
        });
        node.whilePausing.add(server::comeBack);

        node.run();

        assertThat(node.work.done).hasSize(1);
        assertThat(server.uploaded()).hasSize(1);
    }

    @Test
    void an_answer_is_kept_while_the_token_is_refused() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN))
                .model(START)
                .uploads(Reply.problem("token-revoked", 401), Reply.problem("token-revoked", 401));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.done).hasSize(1);
        assertThat(server.uploaded()).hasSize(3);
    }

    @Test
    void an_answer_that_a_proxy_diverted_counts_as_not_sent() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN)).model(START).uploads(Reply.of(302));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.done).hasSize(1);
        assertThat(server.uploaded()).hasSize(2);
        assertThat(node.duringPauses.get(0).detail()).contains("302");
    }

    @Test
    void an_answer_that_comes_too_late_is_dropped_and_the_next_work_is_done() {
        WorkOffer.Train next = train(2);
        server.offers(Reply.offer(TRAIN), Reply.offer(next)).model(START).uploads(Reply.problem("round-closed", 409));
        node.work.answers(() -> UPDATE);
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.done).containsExactly(TRAIN, next);
        assertThat(server.uploaded())
                .extracting(Received::path)
                .containsExactly("/api/v1/studies/study/rounds/1/update", "/api/v1/studies/study/rounds/2/update");
        assertThat(node.duringPauses)
                .singleElement()
                .satisfies(status -> assertThat(status.detail()).contains("round-closed"));
    }

    @Test
    void an_answer_that_is_refused_as_invalid_becomes_a_refusal_instead_of_training_for_ever() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN))
                .model(START)
                .uploads(Reply.problem("update-invalid", 422));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.done).hasSize(1);
        assertThat(server.received("PUT", "/update")).hasSize(1);
        assertThat(server.received("PUT", "/refusal"))
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.text())
                        .contains("\"code\":\"update-invalid\"")
                        .contains("refused with update-invalid"));
    }

    @Test
    void a_refusal_that_was_not_sent_is_looked_at_anew_since_images_may_have_come() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN)).model(START).uploads(Reply.of(503));
        node.work.answers(() -> new Answer.Refusal("no-images", "there are none"));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(server.received("PUT", "/refusal")).hasSize(1);
        assertThat(server.received("PUT", "/update")).hasSize(1);
    }

    @Test
    void work_that_fails_is_shown_and_tried_again() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN), Reply.offer(TRAIN))
                .model(START);
        node.work.answers(() -> {
            throw new OutOfMemoryError("Cannot allocate new FloatPointer");
        });
        node.work.answers(() -> {
            throw new UnsatisfiedLinkError("no jnind4jcpu in java.library.path");
        });
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.duringPauses)
                .extracting(NodeStatus::detail)
                .containsExactly("Cannot allocate new FloatPointer", "no jnind4jcpu in java.library.path");
        assertThat(server.uploaded()).hasSize(1);
    }

    @Test
    void arithmetic_that_does_not_load_is_shown_before_any_work_is_asked_for() {
        node.work.whileWarmingUp.add(() -> {
            throw new UnsatisfiedLinkError("no jnind4jcpu in java.library.path");
        });
        node.whilePausing.add(
                () -> assertThat(server.received("GET", "/offers/next")).isEmpty());

        node.run();

        assertThat(node.duringPauses).singleElement().satisfies(status -> {
            assertThat(status.state()).isEqualTo(State.ERROR);
            assertThat(status.detail()).isEqualTo("no jnind4jcpu in java.library.path");
        });
        assertThat(server.received("GET", "/offers/next")).hasSize(1);
    }

    @Test
    void a_node_that_tries_again_and_again_stops_when_it_is_told() throws InterruptedException {
        server.goDown();
        Thread[] thread = new Thread[1];
        Poller real = node.poller(work -> {
            thread[0] = new Thread(work);
            return thread[0];
        });
        real.start("started");
        real.stop();

        thread[0].join(10_000);

        assertThat(thread[0].isAlive()).isFalse();
    }

    @Test
    void work_that_is_offered_while_the_node_stops_is_not_begun() {
        server.model(START).afterwards(() -> {
            node.poller.stop();
            server.offers(Reply.offer(TRAIN));
        });

        node.run();

        assertThat(server.received("GET", "/offers/next")).hasSize(1);
        assertThat(server.received("GET", START.digest().hex())).isEmpty();
        assertThat(node.work.done).isEmpty();
    }

    @Test
    void an_offer_that_is_not_understood_is_shown_with_the_next_action() {
        server.offers(
                Reply.json(200, "{\"kind\":\"dream\"}"),
                new Reply(200, "text/html", "<html>".getBytes(StandardCharsets.US_ASCII), -1, Map.of()));

        node.run();

        assertThat(node.duringPauses.get(0).detail()).contains("'dream'").contains("install");
        assertThat(node.duringPauses.get(1).detail())
                .contains("consortium server")
                .contains("consilium.server.url")
                .doesNotContain("/openapi");
    }

    @Test
    void an_answer_without_an_end_does_not_fill_the_nodes_memory() {
        String endless = " ".repeat(5 << 20);
        server.offers(
                Reply.json(200, Messages.toJson(TRAIN) + endless),
                Reply.json(500, "{\"detail\":\"" + endless + "\"}"),
                Reply.of(204));

        node.run();

        assertThat(node.work.done).isEmpty();
        assertThat(node.duringPauses)
                .hasSize(2)
                .allSatisfy(then -> assertThat(then.detail())
                        .contains("more than 4194304 bytes")
                        .hasSizeLessThan(1_000));
        assertThat(node.board.now().state()).isEqualTo(State.WAITING);
    }

    @Test
    void a_token_without_an_end_does_not_fill_the_nodes_memory() {
        server.tokens(Reply.json(200, "{\"access_token\":\"" + "a".repeat(5 << 20) + "\",\"expires_in\":300}"));

        node.run();

        assertThat(node.duringPauses)
                .singleElement()
                .satisfies(then -> assertThat(then.detail()).contains("more than 4194304 bytes"));
    }

    @Test
    void a_download_that_was_cut_goes_on_where_it_ended() {
        byte[] whole = START.encode();
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN))
                .model(START, Reply.bytes(whole).cutAfter(150));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.pauses).containsExactly(1L);
        assertThat(node.duringPauses.get(0).detail()).contains("150 of " + whole.length);
        assertThat(server.received("GET", START.digest().hex()))
                .extracting(fetch -> fetch.header("Range"))
                .containsExactly(null, "bytes=150-");
        assertThat(node.work.models).containsExactly(START);
    }

    @Test
    void a_download_that_cannot_go_on_starts_again() {
        byte[] whole = START.encode();
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN), Reply.offer(TRAIN))
                .model(START, Reply.bytes(whole).cutAfter(150), Reply.problem("range-unsatisfiable", 416));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(server.received("GET", START.digest().hex()))
                .extracting(fetch -> fetch.header("Range"))
                .containsExactly(null, "bytes=150-", null);
        assertThat(node.work.models).containsExactly(START);
    }

    @Test
    void a_server_that_sends_the_whole_model_instead_of_the_rest_is_understood() {
        byte[] whole = START.encode();
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN))
                .model(START, Reply.bytes(whole).cutAfter(150), Reply.bytes(whole));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.models).containsExactly(START);
        assertThat(node.pauses).containsExactly(1L);
    }

    @Test
    void the_rest_of_one_model_is_never_joined_to_another() {
        server.offers(Reply.offer(TRAIN), Reply.offer(train(2, TRAINED)))
                .model(START, Reply.bytes(START.encode()).cutAfter(150))
                .model(TRAINED);
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(server.received("GET", TRAINED.digest().hex()))
                .extracting(fetch -> fetch.header("Range"))
                .containsExactly((String) null);
        assertThat(node.work.models).containsExactly(TRAINED);
    }

    private static WorkOffer.Train train(int round) {
        return train(round, START);
    }

    private static WorkOffer.Train train(int round, Parameters model) {
        return new WorkOffer.Train(
                new StudyId("study"),
                new RoundNumber(round),
                PROTOCOL,
                "cells",
                model.digest(),
                ARCHITECTURE,
                new TrainingPlan(new Effort.Epochs(1), 8, new Optimiser.Sgd(0.05, 0), 7),
                Instant.parse("2026-03-01T11:00:00Z"));
    }

    private static Parameters parameters(int seed) {
        float[] values = new float[100];
        for (int i = 0; i < values.length; i++) {
            values[i] = seed + i / 7f;
        }
        return Parameters.of(ARCHITECTURE, values);
    }

    private static ScoreHistogram histogram() {
        long[] positives = new long[ScoreHistogram.BINS];
        long[] negatives = new long[ScoreHistogram.BINS];
        positives[3] = 1;
        negatives[5] = 1;
        return new ScoreHistogram(positives, negatives);
    }
}
