package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingMetrics;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.site.images.SiteDatabase;
import org.consilium.site.ledger.Ledger;
import org.consilium.site.ledger.LedgerStore;
import org.consilium.site.poll.ConsortiumOnASocket.Received;
import org.consilium.site.poll.ConsortiumOnASocket.Reply;
import org.consilium.site.poll.NodeStatus.State;
import org.consilium.site.training.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A round of the node's link over a real socket, with its ledger on a real database. */
@Timeout(60)
class LinkAndLedgerIT {

    private static final ArchitectureId ARCHITECTURE = new ArchitectureId("cnn.8x8x1.2");
    private static final Parameters START = Parameters.of(ARCHITECTURE, new float[] {1});
    private static final Parameters TRAINED = Parameters.of(ARCHITECTURE, new float[] {2});
    private static final WorkOffer.Train TRAIN = new WorkOffer.Train(
            new StudyId("study"),
            new RoundNumber(1),
            new Sha256("cd".repeat(32)),
            "cells",
            START.digest(),
            ARCHITECTURE,
            new TrainingPlan(new Effort.Epochs(1), 8, new Optimiser.Sgd(0.1, 0), 1),
            Instant.parse("2026-03-01T11:00:00Z"));

    @TempDir
    Path folder;

    @Test
    void all_that_arrived_is_listed_and_once_the_database_is_away_nothing_arrives_any_more() throws Exception {
        try (SiteDatabase database = new SiteDatabase();
                ConsortiumOnASocket server = new ConsortiumOnASocket()) {
            database.empty();
            server.ledger = new Ledger(new LedgerStore(database.source()), database.database, Clock.systemUTC());
            TestNode node = new TestNode(server, folder.resolve("keys"));
            server.offers(Reply.of(204), Reply.offer(TRAIN)).model(START);
            node.work.answers(() -> {
                assertThat(listed(database)).isEqualTo(arrived(server));
                stop(database);
                return new Answer.Update(TRAINED, new TrainingMetrics(40, 0.7, 1.5, "test"), TestNode.FINGERPRINT);
            });
            node.whilePausing.add(node.poller::stop);

            node.run();

            assertThat(server.received())
                    .extracting(Received::path)
                    .containsExactly(
                            "/realm/token",
                            "/api/v1/offers/next",
                            "/api/v1/offers/next",
                            "/api/v1/models/" + START.digest());
            assertThat(node.duringPauses).first().satisfies(then -> {
                assertThat(then.state()).isEqualTo(State.ERROR);
                assertThat(then.detail())
                        .contains("/api/v1/studies/study/rounds/1/update was not sent")
                        .contains("consilium.db.");
            });
        }
    }

    private static List<String> listed(SiteDatabase database) {
        try {
            return database.column(
                    "SELECT http_method || ' ' || substring(recipient from '://[^/]*(/.*)') || ' ' || sha256"
                            + " || ' ' || times FROM imaging.outbound ORDER BY id");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns what arrived, each once with how often, in the order in which it came first. */
    private static List<String> arrived(ConsortiumOnASocket server) {
        Map<String, Integer> times = new LinkedHashMap<>();
        for (Received request : server.received()) {
            times.merge(request.method() + " " + request.path() + " " + Sha256.of(request.body()), 1, Integer::sum);
        }
        return times.entrySet().stream()
                .map(request -> request.getKey() + " " + request.getValue())
                .toList();
    }

    private static void stop(SiteDatabase database) {
        try {
            database.goDown();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
