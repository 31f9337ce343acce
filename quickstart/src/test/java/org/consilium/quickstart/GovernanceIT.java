package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.consilium.algorithm.Partitioner;
import org.consilium.algorithm.Strategies;
import org.consilium.contract.Effort;
import org.consilium.contract.Messages;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.Retention;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataset;
import org.consilium.model.images.ImageDatasets;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.SharedPlatform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who decides what: studies that are signed, amended and left, and hospitals that refuse, on the real parts. */
@ExtendWith(SharedPlatform.class)
class GovernanceIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final SiteId ONE = new SiteId("site-1");
    private static final SiteId TWO = new SiteId("site-2");
    private static final StudySettings SETTINGS = new StudySettings(
            SharedPlatform.SITES,
            6,
            new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0), 11),
            Partitioner.parse("iid"),
            "cnn",
            Strategies.named("fedavg"),
            true,
            false,
            false);
    private static final Screen SILENT = new Screen(new PrintWriter(Writer.nullWriter()), false);

    @TempDir
    private Path folder;

    private Platform platform;
    private Api coordinator;
    private ProtocolSigning signing;
    private String study;
    private StudyProtocol protocol;

    @BeforeEach
    void plan(Platform shared) {
        platform = shared;
        coordinator =
                new Api("the consortium server", platform.httpClient(), platform.serverUrl(), platform::bearerToken);
        signing = new ProtocolSigning(platform, coordinator);
        StudyId id = new StudyId("governed-" + Long.toString(System.nanoTime(), 36));
        study = "/studies/" + id;
        ImageDataset dataset = ImageDatasets.open("phantom-cells", Optional.empty());
        DealtImages images = DealtImages.of(dataset, SETTINGS);
        new RealConsortium(platform, SILENT, Clock.systemUTC()).importImages(dataset, images, folder);
        Parameters initial = SETTINGS.initialModel(Networks.create(), dataset, images.classes());
        Sha256 model = new Sha256(Messages.text(coordinator.post("/models", initial), "sha256"));
        protocol = DemoProtocol.of(id, SETTINGS, dataset, initial, model);
    }

    /** A site works off its offers by age: what a test leaves open would come first in the next. */
    @AfterEach
    void end() {
        if (List.of("RUNNING", "PAUSED").contains(coordinator.get(study).getString("state"))) {
            coordinator.post(
                    study + "/stop",
                    Json.createObjectBuilder()
                            .add("reason", "The test is over.")
                            .build());
        }
    }

    @Test
    void a_study_is_signed_run_amended_signed_again_and_left_by_a_site() {
        signing.start(with(protocol, 1_000, 2), SILENT);
        assertThat(versions(await(done(1)))).containsExactly("1 APPROVED 2");
        JsonObject paused = coordinator.post(study + "/pause", JsonValue.EMPTY_JSON_OBJECT);
        int before = rounds(paused).size();

        // The present round ends under the old version, and the next waits for the signatures under the amendment.
        coordinator.post(study + "/protocols", ProtocolJson.toJson(with(protocol, before + 5, 1)));
        JsonObject proposed = coordinator.post(study + "/protocols/proposal", JsonValue.EMPTY_JSON_OBJECT);
        assertThat(proposed.getBoolean("awaitsSignatures")).isTrue();
        coordinator.post(study + "/resume", JsonValue.EMPTY_JSON_OBJECT);
        signing.sign(ONE, protocol.study(), 2, SigningStatement.Decision.APPROVE, JsonValue.NULL);
        JsonObject waiting = await(done(before));
        assertThat(rounds(waiting)).as("one signature is not enough").hasSize(before);
        assertThat(rounds(waiting))
                .allSatisfy(round -> assertThat(round.getInt("protocolVersion")).isEqualTo(1));
        signing.sign(TWO, protocol.study(), 2, SigningStatement.Decision.APPROVE, JsonValue.NULL);
        JsonObject amended = await(shown -> rounds(shown).size() > before);
        assertThat(rounds(amended).get(before).getInt("protocolVersion")).isEqualTo(2);

        JsonObject left = signing.server(platform.steward(TWO))
                .post(
                        study + "/sites/site-2/withdrawal",
                        Json.createObjectBuilder()
                                .add("reason", "The board has changed its mind.")
                                .build());
        JsonObject withdrawal = left.getJsonArray("withdrawals").getJsonObject(0);
        assertThat(withdrawal.getInt("erasedUpdates")).as("one a round").isGreaterThanOrEqualTo(before);

        JsonObject completed = await(shown -> shown.getString("state").equals("COMPLETED"));
        List<JsonObject> all = rounds(completed);
        assertThat(all).hasSize(before + 5);
        assertThat(versions(completed)).containsExactly("1 SUPERSEDED 2", "2 APPROVED 2");
        assertThat(sites(all.get(before + 4)))
                .extracting(site -> site.getString("site"))
                .containsExactly("site-1");
        assertThat(all)
                .allSatisfy(round -> assertThat(round.getJsonArray("stoppingRules"))
                        .as("what the rules said after round " + round.getInt("round"))
                        .isNotEmpty());
        assertThat(completed.getJsonObject("final").getJsonArray("perSite").getValuesAs(JsonObject.class))
                .extracting(site -> site.getString("site"))
                .containsExactly("site-1");
    }

    @Test
    void a_node_whose_policy_forbids_it_refuses_the_offer_and_both_sides_show_why() {
        Api node = new Api("site-2", platform.httpClient(), platform.siteUrl(2), platform.steward(TWO)::token);
        JsonObject usual = node.get("/policy");
        try {
            node.put(
                    "/policy",
                    Json.createObjectBuilder(usual)
                            .remove("writtenBy")
                            .remove("writtenAt")
                            .add("minimumExamples", 1_000_000)
                            .build());
            signing.start(with(protocol, 1, 1), SILENT);
            JsonObject completed = await(shown -> shown.getString("state").equals("COMPLETED"));
            JsonObject share = sites(rounds(completed).get(0)).stream()
                    .filter(site -> site.getString("site").equals("site-2"))
                    .findFirst()
                    .orElseThrow();
            assertThat(share.getString("state")).isEqualTo("REFUSED");
            assertThat(share.getString("reason")).contains("too-few-examples", "1000000 are needed by its policy");
            JsonArray refusals = node.array("/policy/refusals");
            assertThat(refusals.getJsonObject(0).getString("study"))
                    .isEqualTo(protocol.study().value());
            assertThat(refusals.getJsonObject(0).getString("reason")).contains("1000000 are needed");
        } finally {
            node.put(
                    "/policy",
                    Json.createObjectBuilder(node.get("/policy"))
                            .remove("writtenBy")
                            .remove("writtenAt")
                            .add("minimumExamples", 1)
                            .build());
        }
    }

    @Test
    void a_hospital_that_keeps_its_training_loss_to_itself_sends_none() {
        Api node = new Api("site-2", platform.httpClient(), platform.siteUrl(2), platform.steward(TWO)::token);
        JsonObject before = Json.createObjectBuilder(node.get("/policy"))
                .remove("writtenBy")
                .remove("writtenAt")
                .build();
        node.put(
                "/policy",
                Json.createObjectBuilder(before)
                        .add("metrics", Json.createArrayBuilder(List.of("val", "test")))
                        .build());
        try {
            signing.start(with(protocol, 1, 2), SILENT);
            JsonObject completed = await(shown -> shown.getString("state").equals("COMPLETED"));
            List<JsonObject> shares = sites(rounds(completed).get(0));
            assertThat(shares.get(0).isNull("trainLoss")).isFalse();
            assertThat(shares.get(1).isNull("trainLoss")).isTrue();
            assertThat(rounds(completed).get(0).getJsonNumber("trainLoss"))
                    .as("of the one that tells it")
                    .isEqualTo(shares.get(0).getJsonNumber("trainLoss"));
            assertThat(shares.get(1).isNull("valAccuracy")).isFalse();
            assertThat(ledger(node))
                    .filteredOn(entry -> entry.getString("kind").equals("update")
                            && entry.getString("study").equals(protocol.study().value()))
                    .singleElement()
                    .satisfies(update -> assertThat(update.getString("metrics")).doesNotContain("loss"));
        } finally {
            node.put(
                    "/policy",
                    Json.createObjectBuilder(node.get("/policy"))
                            .remove("writtenBy")
                            .remove("writtenAt")
                            .add("metrics", before.get("metrics"))
                            .build());
        }
    }

    @Test
    void a_protocol_that_the_steward_has_not_allowed_at_the_node_is_not_worked_by_whatever_was_signed() {
        Api node = new Api("site-2", platform.httpClient(), platform.siteUrl(2), platform.steward(TWO)::token);
        StudyProtocol planned = with(protocol, 1, 1);
        coordinator.post("/studies", ProtocolJson.toJson(planned));
        signing.signAll(coordinator.post(study + "/protocols/proposal", JsonValue.EMPTY_JSON_OBJECT));
        node.delete("/policy/protocols/" + planned.digest());
        coordinator.post(study + "/start", JsonValue.EMPTY_JSON_OBJECT);
        JsonObject completed = await(shown -> shown.getString("state").equals("COMPLETED"));
        assertThat(sites(rounds(completed).get(0)))
                .extracting(site -> site.getString("state"))
                .containsExactly("EVALUATED", "REFUSED");
        assertThat(sites(rounds(completed).get(0)).get(1).getString("reason"))
                .contains("policy-protocol", planned.digest().brief());
    }

    @Test
    void all_that_a_study_sends_stands_in_the_ledger_under_its_protocol() {
        StudyProtocol planned = with(protocol, 1, 2);
        signing.start(planned, SILENT);
        JsonObject completed = await(shown -> shown.getString("state").equals("COMPLETED"));
        Api node = new Api("site-1", platform.httpClient(), platform.siteUrl(1), platform.steward(ONE)::token);
        List<JsonObject> sent = ledger(node).stream()
                .filter(entry -> !entry.isNull("study")
                        && entry.getString("study").equals(protocol.study().value()))
                .toList();
        assertThat(sent)
                .extracting(entry -> entry.getString("kind"))
                .containsExactly("update", "evaluation", "evaluation");
        assertThat(sent)
                .allSatisfy(entry -> assertThat(entry.getString("protocol"))
                        .isEqualTo(planned.digest().hex()));
        JsonObject share = sites(rounds(completed).get(0)).get(0);
        assertThat(sent.stream()
                        .mapToLong(entry -> entry.getJsonNumber("bytes").longValue() * entry.getInt("times"))
                        .sum())
                .as("what the server has counted")
                .isEqualTo(share.getJsonNumber("bytesUp").longValue());
        assertThat(sent.get(0).getString("metrics")).contains("\"examples\":" + share.getInt("examples"));
    }

    @Test
    void a_log_in_for_one_version_replayed_for_another_is_refused() {
        coordinator.post("/studies", ProtocolJson.toJson(protocol));
        coordinator.post(study + "/protocols/proposal", JsonValue.EMPTY_JSON_OBJECT);
        Api steward = signing.server(platform.steward(ONE));
        JsonObject statement = steward.post(
                study + "/protocols/1/statement",
                Json.createObjectBuilder().add("decision", "APPROVE").build());
        JsonObject evidence = Json.createObjectBuilder()
                .add("idToken", platform.steward(ONE).idToken(statement.getString("nonce")))
                .build();
        coordinator.post(study + "/protocols", ProtocolJson.toJson(with(protocol, 1_000, 1)));
        coordinator.post(study + "/protocols/proposal", JsonValue.EMPTY_JSON_OBJECT);

        assertThatThrownBy(() -> steward.post(study + "/protocols/2/signatures", evidence))
                .isInstanceOf(ApiRefusal.class)
                .hasMessageContaining("signs version 1");
        assertThatThrownBy(
                        () -> signing.server(platform.steward(TWO)).post(study + "/protocols/1/signatures", evidence))
                .isInstanceOf(ApiRefusal.class)
                .hasMessageContaining("another person or site");
        JsonObject other = Json.createObjectBuilder()
                .add("idToken", platform.steward(ONE).idToken("a-nonce-of-no-statement"))
                .build();
        assertThatThrownBy(() -> steward.post(study + "/protocols/2/signatures", other))
                .isInstanceOf(ApiRefusal.class)
                .hasMessageContaining("No statement that waits to be signed");
        JsonObject shown = coordinator.get(study);
        assertThat(shown.getString("state")).isEqualTo("PROPOSED");
        assertThat(versions(shown)).containsExactly("1 WITHDRAWN 0", "2 PROPOSED 0");

        signing.signAll(shown);
        assertThat(coordinator.get(study).getString("state")).isEqualTo("APPROVED");
        coordinator.post(
                study + "/withdrawal",
                Json.createObjectBuilder().add("reason", "The test is over.").build());
    }

    private JsonObject await(Predicate<JsonObject> condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            JsonObject shown = coordinator.get(study);
            if (condition.test(shown)) {
                return shown;
            }
            assertThat(shown.getString("state")).as(shown.toString()).isNotEqualTo("STOPPED");
            assertThat(System.nanoTime()).as("waited for too long: " + shown).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    private static Predicate<JsonObject> done(int count) {
        return shown -> rounds(shown).stream()
                        .filter(round -> round.getString("state").equals("COMPLETED"))
                        .count()
                >= count;
    }

    private static List<JsonObject> ledger(Api node) {
        List<JsonObject> all = new java.util.ArrayList<>();
        long last = 0;
        while (true) {
            List<JsonObject> page =
                    node.array("/ledger?limit=1000&after=" + last).getValuesAs(JsonObject.class);
            if (page.isEmpty()) {
                return all;
            }
            all.addAll(page);
            last = page.get(page.size() - 1).getJsonNumber("id").longValue();
        }
    }

    private static List<String> versions(JsonObject shown) {
        return shown.getJsonArray("versions").getValuesAs(JsonObject.class).stream()
                .map(version -> version.getInt("version") + " " + version.getString("state") + " "
                        + version.getJsonArray("signatures").size())
                .toList();
    }

    private static List<JsonObject> rounds(JsonObject shown) {
        return shown.getJsonArray("rounds").getValuesAs(JsonObject.class);
    }

    private static List<JsonObject> sites(JsonObject round) {
        return round.getJsonArray("sites").getValuesAs(JsonObject.class);
    }

    private static StudyProtocol with(StudyProtocol protocol, int rounds, int quorum) {
        return new StudyProtocol(
                protocol.study(),
                1,
                protocol.title(),
                protocol.purpose(),
                protocol.principalInvestigator(),
                protocol.data(),
                protocol.architecture(),
                protocol.initialModel(),
                protocol.method(),
                protocol.plan(),
                protocol.privacy(),
                protocol.participants(),
                new Schedule(rounds, quorum, Duration.ofMinutes(10), true),
                protocol.endpoint(),
                protocol.stoppingRules(),
                new Retention(1, Retention.OnWithdrawal.ERASE));
    }
}
