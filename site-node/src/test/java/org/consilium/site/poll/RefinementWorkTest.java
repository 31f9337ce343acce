package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.consilium.algorithm.Strategies;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassStatistics.Products;
import org.consilium.contract.Effort;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.ImpressionVerdict.Membership;
import org.consilium.contract.Impressions;
import org.consilium.contract.ImpressionsHeader;
import org.consilium.contract.Messages;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StatisticsPlan;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingMetrics;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.site.platform.OutboundRequest;
import org.consilium.site.platform.Responses;
import org.consilium.site.policy.Terms;
import org.consilium.site.policy.Verdict;
import org.consilium.site.poll.ConsortiumOnASocket.Received;
import org.consilium.site.poll.ConsortiumOnASocket.Reply;
import org.consilium.site.training.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training on impressions, judging them, and describing features, as the node's loop does it. */
@Timeout(30)
class RefinementWorkTest {

    private static final StudyId STUDY = new StudyId("study");
    private static final Sha256 PROTOCOL = new Sha256("cd".repeat(32));
    private static final ArchitectureId ARCHITECTURE = new ArchitectureId("cnn.8x8x1.2");
    private static final Instant DEADLINE = Instant.parse("2026-03-01T11:00:00Z");
    private static final Parameters START = Parameters.of(ARCHITECTURE, new float[] {1, 2, 3});
    private static final Parameters TRAINED = Parameters.of(ARCHITECTURE, new float[] {4, 5, 6});
    private static final TrainingPlan PLAN = Strategies.named("fedimpression")
            .configureTrain(
                    new TrainingPlan(new Effort.Epochs(1), 8, new Optimiser.Sgd(0.05, 0), 7),
                    new RoundNumber(2),
                    new SiteId("site-1"));
    private static final Answer UPDATE =
            new Answer.Update(TRAINED, new TrainingMetrics(40, 0.7, 1.5, "test"), TestNode.FINGERPRINT);
    private static final Impressions SET = set(origin(PROTOCOL, 1, START.digest(), ARCHITECTURE), 64, 2);
    private static final WorkOffer.Train TRAIN = train(SET.digest());
    private static final WorkOffer.Judge JUDGE = judge(SET.digest());
    private static final WorkOffer.Describe DESCRIBE = new WorkOffer.Describe(
            STUDY, new RoundNumber(1), PROTOCOL, "cells", START.digest(), ARCHITECTURE, DEADLINE);
    private static final ImpressionVerdict VERDICT = new ImpressionVerdict(
            SET.digest(),
            100,
            30,
            List.of(
                    new ImpressionVerdict.Image(0.9, 1, false),
                    new ImpressionVerdict.Image(0.1, 0.2, true),
                    new ImpressionVerdict.Image(1.1, 1, false)),
            Membership.UNKNOWN,
            Membership.UNKNOWN);

    @TempDir
    Path folder;

    private ConsortiumOnASocket server;
    private TestNode node;

    @BeforeEach
    void start() {
        server = new ConsortiumOnASocket();
        node = new TestNode(server, folder.resolve("keys"));
        server.model(START);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void impressions_of_an_offer_are_fetched_once_kept_and_trained_on() {
        server.offers(Reply.offer(TRAIN), Reply.offer(JUDGE)).impressions(SET);
        node.work.answers(() -> UPDATE);
        node.work.answers(() -> new Answer.Judgement(VERDICT));

        node.run();

        assertThat(node.work.trainedOn).containsExactly(Optional.of(SET));
        assertThat(server.received("GET", "/impressions/" + SET.digest()))
                .singleElement()
                .satisfies(fetch -> {
                    assertThat(fetch.header("Accept")).contains(ImpressionsHeader.MEDIA_TYPE);
                    assertThat(fetch.header("Authorization")).isEqualTo("Bearer token-1");
                });
        assertThat(node.sets.kept).containsEntry(SET.digest(), SET);
        assertThat(node.audit.codes())
                .containsExactly(
                        "system.started",
                        "impressions.fetched",
                        "offer.taken",
                        "training.done",
                        "update.sent",
                        "offer.taken",
                        "verdict.sent");
        assertThat(recorded("update.sent").details())
                .containsEntry("impressions", SET.digest().hex())
                .containsEntry("impressionsUsed", "3")
                .doesNotContainKey("impressionsLeft");
    }

    @Test
    void impressions_that_were_cut_on_their_way_come_whole_from_where_they_ended() {
        byte[] whole = SET.encode();
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN))
                .impressions(SET, Reply.bytes(whole).cutAfter(300));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.duringPauses.get(0).detail()).contains("300 of " + whole.length);
        assertThat(server.received("GET", "/impressions/" + SET.digest()))
                .extracting(fetch -> fetch.header("Range"))
                .containsExactly(null, "bytes=300-");
        assertThat(node.work.trainedOn).containsExactly(Optional.of(SET));
    }

    static Stream<Object[]> wrongSets() {
        byte[] pixel = SET.encode();
        pixel[pixel.length - 2] ^= 1;
        byte[] counts = SET.encode();
        counts[208] ^= 3;
        counts[212] ^= 3;
        byte[] range = SET.encode();
        ByteBuffer.wrap(range).order(java.nio.ByteOrder.LITTLE_ENDIAN).putFloat(20, -9);
        byte[] images = SET.encode();
        images[8] = 2;
        Sha256 other = new Sha256("ab".repeat(32));
        ArchitectureId resnet = new ArchitectureId("resnet.8x8x1.2");
        return Stream.of(
                new Object[] {"a changed pixel", pixel, "SHA-256"},
                new Object[] {"classes that were not counted so", counts, "classes of the impressions are"},
                new Object[] {"another range", range, "their header says -9.0 to"},
                new Object[] {"another number of images", images, "names 2 images"},
                new Object[] {"no such bytes", new byte[] {1, 2, 3}, "ends after 3 bytes"},
                new Object[] {
                    "another set", set(SET.header().origin(), 64, 2, 7).encode(), "came instead of"
                },
                new Object[] {
                    "another protocol",
                    relabelled(origin(other, 1, START.digest(), ARCHITECTURE)),
                    "are of the protocol"
                },
                new Object[] {
                    "another network", relabelled(origin(PROTOCOL, 1, START.digest(), resnet)), "are for resnet.8x8x1.2"
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongSets")
    void a_set_that_is_not_what_is_promised_is_refused_and_neither_trained_on_nor_judged(
            String what, byte[] bytes, String said) {
        server.offers(Reply.offer(TRAIN), Reply.offer(JUDGE)).impressions(SET, Reply.bytes(bytes), Reply.bytes(bytes));

        node.run();

        assertThat(node.work.done).isEmpty();
        assertThat(node.sets.kept).isEmpty();
        assertThat(server.received("PUT", "/refusal"))
                .hasSize(2)
                .extracting(Received::text)
                .allSatisfy(refusal ->
                        assertThat(refusal).contains("impressions-invalid").contains(said))
                .satisfiesExactly(
                        train -> assertThat(train).contains("\"task\":\"train\""),
                        judge -> assertThat(judge).contains("\"task\":\"judge\""));
        assertThat(node.audit.codes()).containsExactly("system.started", "impressions.refused", "impressions.refused");
    }

    @Test
    void a_set_of_the_same_round_is_not_trained_on() {
        Impressions same = set(origin(PROTOCOL, 2, START.digest(), ARCHITECTURE), 64, 2);
        server.offers(Reply.offer(train(same.digest()))).impressions(same);

        node.run();

        assertThat(node.work.done).isEmpty();
        assertThat(server.received("PUT", "/refusal").get(0).text())
                .contains("are of round 2, but are to be trained on in round 2");
    }

    @Test
    void a_set_of_another_round_or_model_is_not_judged() {
        Impressions later = set(origin(PROTOCOL, 2, START.digest(), ARCHITECTURE), 64, 2);
        Impressions other = set(origin(PROTOCOL, 1, TRAINED.digest(), ARCHITECTURE), 64, 2, 1);
        server.offers(Reply.offer(judge(later.digest())), Reply.offer(judge(other.digest())))
                .impressions(later)
                .impressions(other);

        node.run();

        assertThat(node.work.done).isEmpty();
        assertThat(server.received("PUT", "/refusal"))
                .extracting(Received::text)
                .satisfiesExactly(
                        first -> assertThat(first).contains("are of round 2, not of round 1"),
                        second -> assertThat(second).contains("were made from the model"));
    }

    @Test
    void a_set_whose_images_are_no_images_of_the_network_is_refused() {
        Impressions small = set(origin(PROTOCOL, 1, START.digest(), ARCHITECTURE), 49, 2);
        Impressions three = set(origin(PROTOCOL, 1, START.digest(), ARCHITECTURE), 64, 3);
        server.offers(Reply.offer(train(small.digest())), Reply.offer(train(three.digest())))
                .impressions(small)
                .impressions(three);

        node.run();

        assertThat(node.work.done).isEmpty();
        assertThat(server.received("PUT", "/refusal"))
                .extracting(Received::text)
                .satisfiesExactly(
                        first -> assertThat(first).contains("have 49 values in 2 classes"),
                        second -> assertThat(second).contains("have 64 values in 3 classes"));
    }

    @Test
    void a_refusal_that_did_not_arrive_is_sent_again_and_recorded_once() {
        server.offers(Reply.offer(TRAIN), Reply.offer(TRAIN))
                .impressions(SET, Reply.bytes(new byte[5]), Reply.bytes(new byte[5]))
                .uploads(Reply.of(503));

        node.run();

        assertThat(server.received("PUT", "/refusal")).hasSize(2);
        assertThat(node.audit.codes()).containsOnlyOnce("impressions.refused");
    }

    @Test
    void a_site_whose_policy_takes_no_impressions_trains_without_them_and_its_record_says_so() {
        Terms open = node.policies.terms;
        node.policies.terms = new Terms(false, open.statistics(), open.noise(), open.gate());
        server.offers(Reply.offer(TRAIN)).impressions(SET);
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.trainedOn).containsExactly(Optional.empty());
        assertThat(server.received("GET", SET.digest().hex())).isEmpty();
        assertThat(server.uploaded()).hasSize(1);
        for (String code : List.of("training.done", "update.sent")) {
            assertThat(recorded(code).details())
                    .containsEntry("impressions", SET.digest().hex())
                    .containsEntry("impressionsUsed", "0")
                    .containsEntry("impressionsLeft", "the policy takes none");
        }
    }

    @Test
    void images_that_the_steward_vetoed_are_not_trained_on_and_the_record_says_so() {
        node.sets.unwanted.add(1);
        server.offers(Reply.offer(TRAIN)).impressions(SET);
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.trainedOn).containsExactly(Optional.of(SET.subset(new int[] {0, 2})));
        assertThat(recorded("update.sent").details())
                .containsEntry("impressionsUsed", "2")
                .containsEntry("impressionsLeft", "1 vetoed by the steward");
    }

    @Test
    void a_site_whose_steward_vetoed_all_images_trains_on_its_own_alone() {
        node.sets.unwanted.addAll(Set.of(0, 1, 2));
        server.offers(Reply.offer(TRAIN)).impressions(SET);
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.trainedOn).containsExactly(Optional.empty());
        assertThat(recorded("update.sent").details()).containsEntry("impressionsUsed", "0");
    }

    @Test
    void a_verdict_is_kept_recorded_and_sent_as_numbers() {
        node.sets.unwanted.add(2);
        server.offers(Reply.offer(JUDGE)).impressions(SET);
        node.work.answers(() -> new Answer.Judgement(VERDICT));

        node.run();

        assertThat(node.work.judged).containsExactly(SET);
        assertThat(node.work.judgedWithout).containsExactly(Set.of(2));
        assertThat(node.sets.verdicts).containsExactly(VERDICT);
        Received sent = server.uploaded().get(0);
        assertThat(sent.path()).isEqualTo("/api/v1/studies/study/rounds/1/verdict");
        assertThat(sent.header("Consilium-Protocol")).isEqualTo(PROTOCOL.hex());
        assertThat(Messages.verdict(Responses.object(sent.text()))).isEqualTo(VERDICT);
        assertThat(recorded("verdict.sent").details())
                .containsEntry("images", "3")
                .containsEntry("vetoes", "1")
                .containsEntry("protocol", PROTOCOL.hex());
        assertThat(listed("/verdict").bytes()).isEqualTo(sent.body().length);
    }

    @Test
    void features_are_described_on_the_policys_terms_and_what_is_sent_is_recorded_before() {
        node.policies.terms = new Terms(true, Optional.of(new StatisticsPlan(Products.FULL, 9)), 1.5, Optional.empty());
        Answer.Statistics statistics = statistics();
        server.offers(Reply.offer(DESCRIBE));
        node.work.answers(() -> statistics);

        node.run();

        assertThat(node.work.described).containsExactly(new StatisticsPlan(Products.FULL, 9) + " 1.5");
        Received sent = server.uploaded().get(0);
        assertThat(sent.path()).isEqualTo("/api/v1/studies/study/rounds/1/statistics");
        assertThat(sent.header("Content-Type")).startsWith(ClassStatistics.MEDIA_TYPE);
        assertThat(sent.header("Consilium-Protocol")).isEqualTo(PROTOCOL.hex());
        assertThat(sent.body()).isEqualTo(statistics.encode());
        assertThat(node.audit.codes()).containsExactly("system.started", "offer.taken", "statistics.sent");
        assertThat(recorded("statistics.sent").entity().hash()).contains(Sha256.of(sent.body()));
        assertThat(recorded("statistics.sent").details())
                .containsEntry("classes", "1")
                .containsEntry("examples", "6")
                .containsEntry("noise", "1.5")
                .containsEntry("bytes", Integer.toString(sent.body().length));
        assertThat(listed("/statistics").sha256()).isEqualTo(Sha256.of(sent.body()));
    }

    @Test
    void statistics_that_did_not_arrive_are_sent_again_the_same_and_recorded_once() {
        server.offers(Reply.offer(DESCRIBE), Reply.offer(DESCRIBE)).uploads(Reply.of(503));
        node.work.answers(RefinementWorkTest::statistics);

        node.run();

        assertThat(node.work.done).hasSize(1);
        assertThat(server.uploaded()).hasSize(2);
        assertThat(server.uploaded().get(1).body())
                .isEqualTo(server.uploaded().get(0).body());
        assertThat(node.audit.codes()).containsOnlyOnce("statistics.sent");
    }

    @Test
    void what_the_policy_refuses_to_say_is_answered_with_the_reason_and_the_work_it_is_of() {
        server.offers(Reply.offer(DESCRIBE), Reply.offer(JUDGE), Reply.offer(TRAIN))
                .impressions(SET);
        node.policies.verdicts.add(new Verdict.Refused("statistics-not-accepted", "Nothing is said."));
        node.policies.verdicts.add(new Verdict.Refused("impressions-not-accepted", "None are taken."));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(server.received("PUT", "/refusal"))
                .extracting(Received::text)
                .containsExactly(
                        "{\"task\":\"describe\",\"code\":\"statistics-not-accepted\",\"reason\":\"Nothing is said.\"}",
                        "{\"task\":\"judge\",\"code\":\"impressions-not-accepted\",\"reason\":\"None are taken.\"}");
        assertThat(server.received("PUT", "/update")).hasSize(1);
    }

    @Test
    void the_aggregated_model_is_there_still_after_the_recalibrated_one_was_scored() {
        WorkOffer.Judge recalibrated = new WorkOffer.Judge(
                STUDY, new RoundNumber(1), PROTOCOL, "cells", TRAINED.digest(), ARCHITECTURE, SET.digest(), DEADLINE);
        Impressions made = set(origin(PROTOCOL, 1, TRAINED.digest(), ARCHITECTURE), 64, 2);
        assertThat(made.digest()).as("only the header differs").isEqualTo(SET.digest());
        server.offers(Reply.offer(DESCRIBE), Reply.offer(recalibrated), Reply.offer(TRAIN))
                .model(TRAINED)
                .impressions(made);
        node.work.answers(RefinementWorkTest::statistics);
        node.work.answers(() -> new Answer.Judgement(VERDICT));
        node.work.answers(() -> UPDATE);

        node.run();

        assertThat(node.work.models).containsExactly(START, TRAINED, START);
        assertThat(server.received("GET", "/models/" + START.digest())).hasSize(1);
        assertThat(server.received("GET", "/models/" + TRAINED.digest())).hasSize(1);
    }

    private AuditRecord recorded(String code) {
        return node.audit.records.stream()
                .filter(record -> record.code().equals(code))
                .findFirst()
                .orElseThrow();
    }

    private OutboundRequest listed(String end) {
        return server.listed.stream()
                .filter(request -> request.to().getPath().endsWith(end))
                .findFirst()
                .orElseThrow();
    }

    private static Answer.Statistics statistics() {
        ClassStatistics sums = new ClassStatistics(
                Products.DIAGONAL, 2, new int[] {6, 0}, new double[][] {{1, 2}, {0, 0}}, new double[][] {{3, 4}, {0, 0}
                });
        return new Answer.Statistics(origin(PROTOCOL, 1, START.digest(), ARCHITECTURE), sums, 1.5);
    }

    private static WorkOffer.Train train(Sha256 impressions) {
        return new WorkOffer.Train(
                STUDY,
                new RoundNumber(2),
                PROTOCOL,
                "cells",
                START.digest(),
                ARCHITECTURE,
                PLAN,
                Optional.of(impressions),
                DEADLINE);
    }

    private static WorkOffer.Judge judge(Sha256 impressions) {
        return new WorkOffer.Judge(
                STUDY, new RoundNumber(1), PROTOCOL, "cells", START.digest(), ARCHITECTURE, impressions, DEADLINE);
    }

    private static ModelOrigin origin(Sha256 protocol, int round, Sha256 model, ArchitectureId architecture) {
        return new ModelOrigin(protocol, new RoundNumber(round), model, architecture);
    }

    private static byte[] relabelled(ModelOrigin origin) {
        return set(origin, 64, 2).encode();
    }

    private static Impressions set(ModelOrigin origin, int samples, int classes) {
        return set(origin, samples, classes, 0);
    }

    /** Three images, two of class 0 and one of class 1. */
    private static Impressions set(ModelOrigin origin, int samples, int classes, int shade) {
        float[] targets = new float[3 * classes];
        for (int i = 0; i < 3; i++) {
            targets[i * classes + (i == 1 ? 1 : 0)] = 1;
        }
        float[] pixels = new float[3 * samples];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i / 100f + shade;
        }
        return Impressions.of(origin, classes, targets, FloatBuffer.wrap(pixels));
    }
}
