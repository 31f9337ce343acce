package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.consilium.contract.Activity;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Heartbeat;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingMetrics;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.site.poll.ConsortiumOnASocket.Received;
import org.consilium.site.poll.ConsortiumOnASocket.Reply;
import org.consilium.site.poll.NodeStatus.State;
import org.consilium.site.training.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node says what it does, over a real socket. */
@Timeout(30)
class HeartbeatsTest {

    private static final ArchitectureId ARCHITECTURE = new ArchitectureId("cnn.8x8x1.2");
    private static final Parameters START = Parameters.of(ARCHITECTURE, new float[] {1, 2, 3});
    private static final StudyId STUDY = new StudyId("study");
    private static final RoundNumber ROUND = new RoundNumber(4);
    private static final WorkOffer.Train TRAIN = new WorkOffer.Train(
            STUDY,
            ROUND,
            new Sha256("cd".repeat(32)),
            "cells",
            START.digest(),
            ARCHITECTURE,
            new TrainingPlan(new Effort.Epochs(1), 8, new Optimiser.Sgd(0.05, 0), 7),
            Instant.parse("2026-03-01T11:00:00Z"));

    @TempDir
    Path folder;

    private final List<Thread> threads = new ArrayList<>();
    private ConsortiumOnASocket server;
    private TestNode node;

    @BeforeEach
    void start() {
        server = new ConsortiumOnASocket();
        node = new TestNode(server, folder.resolve("keys"));
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
        server.close();
    }

    @Test
    void a_sign_of_life_goes_on_while_a_training_does_not_come_to_an_end() {
        CountDownLatch ended = new CountDownLatch(1);
        server.offers(Reply.offer(TRAIN)).model(START);
        node.work.answers(() -> {
            started(() -> node.heartbeats(seconds -> ended.await(1, TimeUnit.MILLISECONDS))
                    .run());
            awaitTraining();
            return new Answer.Update(START, new TrainingMetrics(1, 0.5, 1, "test"), TestNode.FINGERPRINT);
        });

        node.run();
        ended.countDown();

        assertThat(server.uploaded()).as("the training went on as well").hasSize(1);
        assertThat(server.beats().get(0)).satisfies(said -> {
            assertThat(said.activity()).isEqualTo(Activity.TRAINING);
            assertThat(said.study()).contains(STUDY);
            assertThat(said.round()).contains(ROUND);
            assertThat(said.nodeVersion()).isEqualTo(Consortium.VERSION);
            assertThat(said.freeDiskBytes() % Heartbeat.GIB).isZero();
            assertThat(said.freeDiskBytes())
                    .as("others may use the disk meanwhile")
                    .isCloseTo(folder.toFile().getUsableSpace(), within(4 * Heartbeat.GIB));
        });
        Received first = server.received("PUT", "/heartbeat").get(0);
        assertThat(first.path()).isEqualTo("/api/v1/sites/self/heartbeat");
        assertThat(first.header("Authorization")).isEqualTo("Bearer token-1");
        assertThat(first.header("Consilium-Node-Version")).isEqualTo(Consortium.VERSION);
    }

    @Test
    void it_waits_as_long_as_the_setting_says_between_two() {
        List<Long> waits = new ArrayList<>();
        node.heartbeats(seconds -> {
                    waits.add(seconds);
                    return waits.size() == 3;
                })
                .run();

        assertThat(waits).containsExactly(30L, 30L, 30L);
        assertThat(server.beats()).hasSize(3);
        assertThat(node.board.now().heartbeatAt()).contains(TestNode.NOW);
    }

    @Test
    void one_that_does_not_arrive_is_noted_beside_the_work_and_the_next_one_is_given() {
        node.board.working(State.TRAINING, STUDY, ROUND);
        List<NodeStatus> noted = new ArrayList<>();
        server.heartbeats(Reply.problem("site-suspended", 403), Reply.of(500));
        node.heartbeats(seconds -> {
                    noted.add(node.board.now());
                    switch (noted.size()) {
                        case 2 -> server.goDown();
                        case 3 -> server.comeBack();
                        default -> {}
                    }
                    return noted.size() == 4;
                })
                .run();

        assertThat(noted).extracting(NodeStatus::state).containsOnly(State.TRAINING);
        assertThat(noted).extracting(NodeStatus::detail).containsOnly("");
        assertThat(noted.get(0).heartbeatTrouble()).contains("site-suspended");
        assertThat(noted.get(1).heartbeatTrouble()).contains("500");
        assertThat(noted.get(2).heartbeatTrouble()).isNotEmpty();
        assertThat(noted.get(2).heartbeatAt()).isEmpty();
        assertThat(noted.get(3).heartbeatTrouble()).isEmpty();
        assertThat(noted.get(3).heartbeatAt()).contains(TestNode.NOW);
    }

    @Test
    void a_node_at_rest_that_takes_images_in_says_so_and_one_at_work_says_its_work() {
        node.imports.importing = true;
        node.board.idle(State.WAITING, "");
        node.heartbeats(seconds -> true).run();
        node.board.working(State.EVALUATING, STUDY, ROUND);
        node.heartbeats(seconds -> true).run();

        assertThat(server.beats())
                .extracting(Heartbeat::activity)
                .containsExactly(Activity.IMPORTING, Activity.EVALUATING);
        assertThat(server.beats()).extracting(Heartbeat::study).containsExactly(Optional.empty(), Optional.of(STUDY));
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void every_state_of_a_node_can_be_said(State state) {
        if (Stream.of(State.DOWNLOADING, State.TRAINING, State.EVALUATING, State.UPLOADING)
                .anyMatch(state::equals)) {
            node.board.working(state, STUDY, ROUND);
        } else {
            node.board.idle(state, "detail");
        }
        node.heartbeats(seconds -> true).run();

        assertThat(node.board.now().heartbeatTrouble()).isEmpty();
        assertThat(server.beats()).hasSize(1);
    }

    @Test
    void a_node_that_stops_gives_no_more() throws InterruptedException {
        Heartbeats real = node.heartbeatsOn(work -> {
            Thread thread = new Thread(work);
            threads.add(thread);
            return thread;
        });
        real.start("started");
        server.awaitBeats(1, said -> true);

        real.stop();
        threads.get(0).join();

        assertThat(server.beats()).hasSize(1);
    }

    private void started(Runnable work) {
        Thread thread = new Thread(work);
        threads.add(thread);
        thread.start();
    }

    private void awaitTraining() {
        try {
            server.awaitBeats(3, said -> said.activity() == Activity.TRAINING);
        } catch (InterruptedException e) {
            throw new AssertionError("no signs of life while it trains", e);
        }
    }
}
