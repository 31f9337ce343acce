package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.STUDY;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.protocol;
import static org.consilium.server.round.StudyCourseTest.assertRefused;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.util.Map;
import org.consilium.contract.Messages;
import org.consilium.contract.Parameters;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingMetrics;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.platform.Requests;
import org.junit.jupiter.api.Test;

/** What a coordinator may start, and what is shown of it. */
class StudiesTest {

    private final Consortium consortium = new Consortium();

    @Test
    void a_study_names_parameters_and_sites_that_are_there() {
        JsonObject valid = ProtocolJson.toJson(protocol(1, 1, ONE));
        for (var wrong : Map.of(
                        "initialModel", Json.createValue("ab".repeat(32)),
                        "architecture", Json.createValue("other.1x1x1.2"),
                        "method",
                                Json.createObjectBuilder()
                                        .add("strategy", "magic")
                                        .add("settings", JsonValue.EMPTY_JSON_OBJECT)
                                        .build())
                .entrySet()) {
            StudyProtocol other = ProtocolJson.protocol(Json.createObjectBuilder(valid)
                    .add(wrong.getKey(), wrong.getValue())
                    .build());
            assertRefused(() -> consortium.protocols.draft(other, "ada"), 422, "protocol-invalid");
        }
        assertThatThrownBy(() -> consortium.start(protocol(1, 1, ONE, new SiteId("nowhere"))))
                .hasMessageContaining("nowhere")
                .hasMessageContaining("invite them first");
        assertThat(consortium.studies.all()).isEmpty();
        assertRefused(() -> consortium.studies.view(STUDY), 404, "study-unknown");
    }

    @Test
    void a_second_study_of_the_same_name_is_refused_and_the_first_goes_on() throws IOException {
        consortium.start(protocol(1, 1, ONE));
        consortium.send(ONE, 1, 10, Samples.parameters(1, 0, 0));
        assertRefused(() -> consortium.start(protocol(2, 1, TWO)), 409, "study-exists");
        assertThat(consortium.study().protocol()).isEqualTo(protocol(1, 1, ONE));
        assertThat(consortium.round(1).answers()).hasSize(1);
    }

    @Test
    void a_study_that_has_just_started_shows_what_is_awaited_and_null_for_what_is_not_known() {
        JsonObject json = StudyJson.whole(consortium.start(protocol(2, 1, ONE, TWO)));
        assertThat(json.getString("state")).isEqualTo("RUNNING");
        assertThat(json.keySet())
                .containsExactly(
                        "id",
                        "title",
                        "state",
                        "reason",
                        "version",
                        "awaitsSignatures",
                        "dataset",
                        "architecture",
                        "strategy",
                        "participants",
                        "roundsPlanned",
                        "createdAt",
                        "startedAt",
                        "pausedAt",
                        "endedAt",
                        "stalledSince",
                        "versions",
                        "withdrawals",
                        "rounds",
                        "final");
        assertThat(json.isNull("reason")).isTrue();
        assertThat(json.isNull("final")).isTrue();
        JsonObject round = json.getJsonArray("rounds").getJsonObject(0);
        assertThat(round.keySet())
                .containsExactly(
                        "round",
                        "protocolVersion",
                        "state",
                        "openedAt",
                        "aggregatedAt",
                        "completedAt",
                        "startModel",
                        "startImpressions",
                        "aggregate",
                        "globalModel",
                        "trainLoss",
                        "valLoss",
                        "valAccuracy",
                        "valMacroF1",
                        "worstSite",
                        "worstSiteValAccuracy",
                        "sites",
                        "stoppingRules",
                        "trainSeconds",
                        "aggregateSeconds",
                        "evaluateSeconds",
                        "overheadSeconds",
                        "synthesis",
                        "synthesiseSeconds",
                        "bytesUp",
                        "bytesDown");
        assertThat(round.isNull("trainLoss")).isTrue();
        assertThat(round.getJsonArray("sites").getValuesAs(JsonObject.class))
                .extracting(site -> site.getString("site") + " " + site.getString("state"))
                .containsExactly("site-1 AWAITED", "site-2 AWAITED");
        assertThat(round.getJsonArray("sites").getJsonObject(0).keySet())
                .startsWith("site", "state", "since", "lastSeenAt", "stalledSince");
    }

    @Test
    void a_finished_study_shows_its_figures() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        consortium.send(ONE, 1, 100, Samples.parameters(1, 1, 1));
        consortium.clock.advance(java.time.Duration.ofSeconds(3));
        consortium.send(TWO, 1, 300, Samples.parameters(5, 5, 5));
        consortium.settle();
        consortium.clock.advance(java.time.Duration.ofSeconds(1));
        consortium.score(ONE, 1, Split.VAL, Samples.scores(9, 1));
        consortium.score(TWO, 1, Split.VAL, Samples.scores(0, 0));
        consortium.settle();
        consortium.score(ONE, 1, Split.TEST, Samples.scores(8, 2));
        consortium.score(TWO, 1, Split.TEST, Samples.scores(30, 0));
        consortium.settle();

        JsonObject json = StudyJson.whole(consortium.studies.view(STUDY));
        JsonObject round = json.getJsonArray("rounds").getJsonObject(0);
        assertThat(round.getJsonNumber("trainLoss").doubleValue()).isEqualTo(0.5);
        assertThat(round.getJsonNumber("trainSeconds").doubleValue()).isEqualTo(2);
        assertThat(round.getJsonNumber("overheadSeconds").doubleValue())
                .as("3 s from the opening to the model, less 2 s of training")
                .isEqualTo(1);
        assertThat(round.getJsonNumber("evaluateSeconds").doubleValue()).isEqualTo(1);
        assertThat(round.getJsonNumber("valAccuracy").doubleValue()).isEqualTo(0.9);
        assertThat(round.getString("worstSite")).isEqualTo("site-1");
        assertThat(round.getInt("bytesUp")).isEqualTo(2 * 140 + 4 * 100);
        JsonObject second = round.getJsonArray("sites").getJsonObject(1);
        assertThat(second.getInt("valExamples")).isZero();
        assertThat(second.isNull("valAccuracy")).as("of no images").isTrue();

        JsonObject result = json.getJsonObject("final");
        assertThat(result.getInt("selectedRound")).isEqualTo(1);
        assertThat(result.getJsonNumber("testAccuracy").doubleValue()).isEqualTo(38.0 / 40);
        assertThat(result.getString("worstSite")).isEqualTo("site-1");
        assertThat(result.getJsonNumber("worstSiteTestAccuracy").doubleValue()).isEqualTo(0.8);
        assertThat(result.getJsonArray("perSite")).hasSize(2);
        assertThat(StudyJson.brief(consortium.study()).build().containsKey("rounds"))
                .isFalse();
    }

    /** A site may report any finite loss; weighted by its examples it may overflow. */
    @Test
    void a_training_loss_that_overflows_is_shown_as_unknown_and_does_not_hide_the_study() throws IOException {
        consortium.start(protocol(1, 1, ONE));
        Parameters update = Samples.parameters(1, 0, 0);
        consortium.kept.add(update);
        consortium.rounds.submitKnown(
                STUDY,
                new org.consilium.contract.RoundNumber(1),
                ONE,
                update.digest(),
                140,
                new TrainingMetrics(10, Double.MAX_VALUE, 1, "test"),
                Provenance.none());
        JsonObject json = StudyJson.whole(consortium.studies.view(STUDY));
        assertThat(json.getJsonArray("rounds").getJsonObject(0).isNull("trainLoss"))
                .isTrue();
    }

    @Test
    void a_training_loss_that_a_site_keeps_to_itself_is_not_shown_and_the_mean_is_that_of_the_others()
            throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        consortium.send(ONE, 1, 100, Samples.parameters(1, 1, 1));
        Parameters silent = Samples.parameters(5, 5, 5);
        consortium.kept.add(silent);
        consortium.rounds.submitKnown(
                STUDY,
                new org.consilium.contract.RoundNumber(1),
                TWO,
                silent.digest(),
                140,
                Samples.metrics(300).withoutLoss(),
                Provenance.none());

        JsonObject round = StudyJson.whole(consortium.studies.view(STUDY))
                .getJsonArray("rounds")
                .getJsonObject(0);
        assertThat(round.getJsonNumber("trainLoss").doubleValue()).isEqualTo(0.5);
        JsonObject share = round.getJsonArray("sites").getJsonObject(1);
        assertThat(share.getInt("examples")).isEqualTo(300);
        assertThat(share.isNull("trainLoss")).isTrue();
    }

    @Test
    void scores_and_metrics_that_are_not_whole_numbers_where_they_should_be_are_refused() {
        assertRefused(
                () -> Requests.read(
                        "{\"lossSum\":1,\"confusion\":[[1.5,0],[0,0]],\"histograms\":[]}",
                        "evaluation-invalid",
                        Messages::scores),
                422,
                "evaluation-invalid");
        assertRefused(
                () -> Requests.read("{\"examples\":1.5,\"loss\":1,\"seconds\":1}", "update-invalid", Messages::metrics),
                422,
                "update-invalid");
    }

    @Test
    void studies_are_listed_the_youngest_first() {
        consortium.start(protocol(1, 1, ONE));
        consortium.clock.advance(java.time.Duration.ofSeconds(1));
        consortium.start(protocol(new StudyId("a-younger-one"), 1, 1, true, ONE));
        assertThat(consortium.studies.all())
                .extracting(study -> study.id().value())
                .containsExactly("a-younger-one", "study");
    }
}
