package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.STUDY;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.protocol;
import static org.consilium.server.round.StudyCourseTest.assertRefused;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.util.stream.Stream;
import org.consilium.contract.Messages;
import org.consilium.contract.Parameters;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingMetrics;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.Requests;
import org.consilium.server.study.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a coordinator may start, and what is shown of it. */
class StudiesTest {

    private static final String VALID = """
            {"id":"study","title":"A study","dataset":"toy","architecture":"toy.1x1x1.2",
             "initialModel":"%s","strategy":"fedavg","participants":["site-2","site-1"],"rounds":2,"quorum":1,
             "roundDeadlineSeconds":3600,
             "plan":{"epochs":1,"batchSize":32,"optimiser":{"name":"sgd","learningRate":0.05,"momentum":0},"seed":"7"},
             "test":true}""".formatted(Samples.INITIAL.digest());

    private final Consortium consortium = new Consortium();

    @Test
    void a_protocol_is_read_as_it_was_sent_with_its_sites_in_order() {
        assertThat(read(VALID)).isEqualTo(protocol(2, 1, ONE, TWO));
        assertThat(read(VALID.replace(",\n \"test\":true", "")).test())
                .as("a study is tested unless it says otherwise")
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource
    void a_protocol_that_is_not_valid_is_refused_naming_the_member(String member, String right, String wrong) {
        assertThat(VALID).contains(right);
        assertThatThrownBy(() -> read(VALID.replace(right, wrong)))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.problem().status()).isEqualTo(422);
                    assertThat(refusal.problem().code()).isEqualTo("study-invalid");
                })
                .extracting(Throwable::getMessage)
                .asString()
                .containsIgnoringCase(member);
    }

    static Stream<Arguments> a_protocol_that_is_not_valid_is_refused_naming_the_member() {
        return Stream.of(
                Arguments.of("study id 'Study'", "\"id\":\"study\"", "\"id\":\"Study\""),
                Arguments.of("'title' is missing", "\"title\":\"A study\",", ""),
                Arguments.of("title", "A study", " "),
                Arguments.of("title", "A study", "A\\u0000study"),
                Arguments.of("dataset", "\"toy\"", "\"" + "x".repeat(61) + "\""),
                Arguments.of("dataset", "\"toy\"", "\"to\\ny\""),
                Arguments.of("architecture id", "\"toy.1x1x1.2\"", "\"Toy\""),
                Arguments.of("not a SHA-256", Samples.INITIAL.digest().hex(), "abc"),
                Arguments.of("strategy 'magic' is not known", "fedavg", "magic"),
                Arguments.of("'participants' must be an array", "[\"site-2\",\"site-1\"]", "[1]"),
                Arguments.of("'participants' must name 1 to", "[\"site-2\",\"site-1\"]", "[]"),
                Arguments.of("'participants' names a site twice", "\"site-2\"", "\"site-1\""),
                Arguments.of("site id 'Site'", "\"site-2\"", "\"Site\""),
                Arguments.of("'rounds' must be 1 to", "\"rounds\":2", "\"rounds\":0"),
                Arguments.of("'rounds' must be a whole number", "\"rounds\":2", "\"rounds\":1.5"),
                Arguments.of("'quorum' must be 1 to the number of participants, 2", "\"quorum\":1", "\"quorum\":3"),
                Arguments.of("'roundDeadlineSeconds' must be 1 to", ":3600", ":0"),
                Arguments.of("'roundDeadlineSeconds' must be 1 to", ":3600", ":9223372036854775807"),
                Arguments.of("'plan' must be a JSON object", "\"plan\":{", "\"plan\":1,\"ignored\":{"),
                Arguments.of("learning rate", "0.05", "0"),
                Arguments.of("'test' must be true or false", "\"test\":true", "\"test\":\"yes\""));
    }

    @Test
    void text_that_is_no_json_object_is_refused() {
        assertRefused(() -> read("[]"), 400, "json-invalid");
        assertRefused(() -> read(VALID.substring(0, 40)), 400, "json-invalid");
        assertRefused(() -> read(null), 400, "json-invalid");
    }

    @Test
    void a_study_names_parameters_and_sites_that_are_there() {
        assertRefused(
                () -> consortium.studies.start(
                        read(VALID.replace(Samples.INITIAL.digest().hex(), "ab".repeat(32)))),
                422,
                "study-invalid");
        assertRefused(
                () -> consortium.studies.start(read(VALID.replace("toy.1x1x1.2", "other.1x1x1.2"))),
                422,
                "study-invalid");
        assertThatThrownBy(() -> consortium.studies.start(protocol(1, 1, ONE, new SiteId("nowhere"))))
                .hasMessageContaining("nowhere")
                .hasMessageContaining("invite them first");
        assertThat(consortium.studies.all()).isEmpty();
        assertRefused(() -> consortium.studies.view(STUDY), 404, "study-unknown");
    }

    @Test
    void a_second_study_of_the_same_name_is_refused_and_the_first_goes_on() throws IOException {
        consortium.studies.start(protocol(1, 1, ONE));
        consortium.send(ONE, 1, 10, Samples.parameters(1, 0, 0));
        assertRefused(() -> consortium.studies.start(protocol(2, 1, TWO)), 409, "study-exists");
        assertThat(consortium.study().protocol()).isEqualTo(protocol(1, 1, ONE));
        assertThat(consortium.round(1).answers()).hasSize(1);
    }

    @Test
    void a_study_that_has_just_started_shows_what_is_awaited_and_null_for_what_is_not_known() {
        JsonObject json = StudyJson.whole(consortium.studies.start(protocol(2, 1, ONE, TWO)));
        assertThat(json.getString("state")).isEqualTo("RUNNING");
        assertThat(json.keySet())
                .containsExactly(
                        "id",
                        "title",
                        "dataset",
                        "architecture",
                        "strategy",
                        "state",
                        "reason",
                        "participants",
                        "roundsPlanned",
                        "quorum",
                        "roundDeadlineSeconds",
                        "plan",
                        "initialModel",
                        "createdAt",
                        "endedAt",
                        "rounds",
                        "final");
        assertThat(json.isNull("reason")).isTrue();
        assertThat(json.isNull("final")).isTrue();
        JsonObject round = json.getJsonArray("rounds").getJsonObject(0);
        assertThat(round.keySet())
                .containsExactly(
                        "round",
                        "state",
                        "openedAt",
                        "aggregatedAt",
                        "completedAt",
                        "startModel",
                        "globalModel",
                        "trainLoss",
                        "valLoss",
                        "valAccuracy",
                        "valMacroF1",
                        "worstSite",
                        "worstSiteValAccuracy",
                        "sites",
                        "trainSeconds",
                        "aggregateSeconds",
                        "evaluateSeconds",
                        "overheadSeconds",
                        "synthesiseSeconds",
                        "bytesUp",
                        "bytesDown");
        assertThat(round.isNull("trainLoss")).isTrue();
        assertThat(round.getJsonArray("sites").getValuesAs(JsonObject.class))
                .extracting(site -> site.getString("site") + " " + site.getString("state"))
                .containsExactly("site-1 AWAITED", "site-2 AWAITED");
    }

    @Test
    void a_finished_study_shows_its_figures() throws IOException {
        consortium.studies.start(protocol(1, 2, ONE, TWO));
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
        consortium.studies.start(protocol(1, 1, ONE));
        Parameters update = Samples.parameters(1, 0, 0);
        consortium.kept.add(update);
        consortium.rounds.submitKnown(
                STUDY,
                new org.consilium.contract.RoundNumber(1),
                ONE,
                update.digest(),
                140,
                new TrainingMetrics(10, Double.MAX_VALUE, 1, "test"));
        JsonObject json = StudyJson.whole(consortium.studies.view(STUDY));
        assertThat(json.getJsonArray("rounds").getJsonObject(0).isNull("trainLoss"))
                .isTrue();
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
        consortium.studies.start(protocol(1, 1, ONE));
        consortium.clock.advance(java.time.Duration.ofSeconds(1));
        consortium.studies.start(protocol(new StudyId("a-younger-one"), 1, 1, true, ONE));
        assertThat(consortium.studies.all())
                .extracting(study -> study.id().value())
                .containsExactly("a-younger-one", "study");
    }

    private static Protocol read(String text) {
        return Requests.read(text, "study-invalid", StudyJson::protocol);
    }
}
