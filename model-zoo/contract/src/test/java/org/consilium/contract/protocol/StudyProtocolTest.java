package org.consilium.contract.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonPointer;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.consilium.contract.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What hospitals sign: nothing that a protocol says can change without its digest. */
class StudyProtocolTest {

    private static final StudyProtocol PROTOCOL = Examples.protocol();

    /** The bytes are written down: another implementation, in other hands, must come to the same. */
    @Test
    void the_canonical_form_is_what_its_description_says() {
        assertThat(new String(PROTOCOL.canonical(), StandardCharsets.UTF_8)).isEqualTo("""
                        consilium study protocol 1
                        study 8 glioma-1
                        version 1 1
                        title 15 Gliome erkennen
                        purpose 27 Zwei Zeilen,
                        mit Ümlauten.
                        principalInvestigator 17 Prof. Ada Example
                        dataset 7 brain28
                        modality 3 MRI
                        labels 1 2
                        labels 6 glioma
                        labels 4 none
                        inclusion 11 Adults, T1.
                        minimumExamples 3 200
                        minimumExamplesPerClass 2 20
                        architecture 13 cnn.28x28x1.2
                        initialModel 64 abababababababababababababababababababababababababababababababab
                        strategy 6 fedavg
                        strategy.settings 1 2
                        strategy.settings 1 a
                        strategy.settings 1 1
                        strategy.settings 1 b
                        strategy.settings 1 2
                        epochs 1 2
                        batchSize 2 32
                        optimiser 3 sgd
                        learningRate 20 0x1.999999999999ap-5
                        momentum 20 0x1.ccccccccccccdp-1
                        seed 2 -7
                        minimumMetricExamples 2 10
                        impressions 5 false
                        participants 1 2
                        participants 6 site-1
                        participants 6 site-2
                        rounds 2 30
                        quorum 1 2
                        roundDeadlineSeconds 4 3600
                        test 4 true
                        primaryEndpoint 8 macro-f1
                        primaryEndpoint.description 10 Read once.
                        stoppingRules 1 4
                        rule 14 target-reached
                        measure 8 accuracy
                        value 20 0x1.e666666666666p-1
                        rule 14 no-improvement
                        measure 4 loss
                        rounds 1 5
                        leastGain 21 0x1.0624dd2f1a9fcp-10
                        rule 4 harm
                        fromRound 2 10
                        margin 20 0x1.47ae147ae147bp-6
                        baselines 1 2
                        site 6 site-1
                        accuracy 20 0x1.ccccccccccccdp-1
                        site 6 site-2
                        accuracy 20 0x1.999999999999ap-1
                        rule 11 byte-budget
                        bytes 10 1000000000
                        updateDays 2 90
                        withdrawnUpdates 5 erase
                        """);
        assertThat(PROTOCOL.digest()).isEqualTo(Sha256.of(PROTOCOL.canonical()));
    }

    @Test
    void json_carries_all_of_it() {
        assertThat(ProtocolJson.protocol(ProtocolJson.toJson(PROTOCOL))).isEqualTo(PROTOCOL);
        assertThat(ProtocolJson.protocol(read(ProtocolJson.toJson(PROTOCOL).toString()))
                        .digest())
                .isEqualTo(PROTOCOL.digest());
    }

    static Stream<String> members() {
        List<String> pointers = new ArrayList<>();
        leaves("", ProtocolJson.toJson(PROTOCOL), pointers);
        return pointers.stream();
    }

    /** Every leaf of the JSON form, changed for itself. */
    @ParameterizedTest
    @MethodSource("members")
    void no_member_changes_without_the_digest(String pointer) {
        JsonObject json = ProtocolJson.toJson(PROTOCOL);
        JsonPointer at = Json.createPointer(pointer);
        JsonObject other = at.replace(json, another(pointer, at.getValue(json)));
        assertThat(ProtocolJson.protocol(other).digest()).isNotEqualTo(PROTOCOL.digest());
    }

    private static JsonValue another(String pointer, JsonValue value) {
        if (value == JsonValue.TRUE || value == JsonValue.FALSE) {
            return value == JsonValue.TRUE ? JsonValue.FALSE : JsonValue.TRUE;
        }
        if (value instanceof JsonString text) {
            String said = text.getString();
            return Json.createValue(
                    switch (pointer) {
                        case "/initialModel" -> "cd".repeat(32);
                        case "/plan/seed" -> "8";
                        case "/plan/optimiser/name" -> "adam";
                        case "/retention/withdrawnUpdates" -> "keep";
                        case "/participants/0" -> "site-1a";
                        case "/stoppingRules/0/rule" -> "byte-budget";
                        default -> pointer.endsWith("measure") ? "worst-site-accuracy" : said + "x";
                    });
        }
        double number = Double.parseDouble(value.toString());
        return pointer.endsWith("quorum") || pointer.endsWith("version")
                ? Json.createValue(pointer.endsWith("version") ? 2 : 1)
                : number == Math.rint(number) && !value.toString().contains(".")
                        ? Json.createValue((long) number + 1)
                        : Json.createValue(number / 2);
    }

    private static void leaves(String at, JsonValue value, List<String> found) {
        if (value instanceof JsonObject object) {
            object.forEach((key, member) -> leaves(at + "/" + key, member, found));
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                leaves(at + "/" + i, array.get(i), found);
            }
        } else if (!at.startsWith("/stoppingRules/") || !at.endsWith("/rule")) {
            // A rule of another kind has other members; participants of a baseline are checked for themselves.
            if (!at.startsWith("/participants/")) {
                found.add(at);
            }
        }
    }

    @Test
    void what_is_moved_from_one_text_to_the_next_does_not_read_the_same() {
        JsonObject json = ProtocolJson.toJson(PROTOCOL);
        Set<Sha256> digests = new HashSet<>();
        for (String[] pair : new String[][] {{"a", "bc"}, {"ab", "c"}, {"a\npurpose 1 b", "c"}, {"a\nb", "c"}}) {
            digests.add(ProtocolJson.protocol(Json.createObjectBuilder(json)
                            .add("purpose", pair[0])
                            .add(
                                    "primaryEndpoint",
                                    Json.createObjectBuilder()
                                            .add("measure", "loss")
                                            .add("description", pair[1]))
                            .build())
                    .digest());
        }
        assertThat(digests).hasSize(4);
    }

    @Test
    void the_order_of_participants_settings_and_members_does_not_matter() {
        JsonObject json = ProtocolJson.toJson(PROTOCOL);
        JsonObject other = Json.createObjectBuilder(json)
                .add("participants", Json.createArrayBuilder(List.of("site-2", "site-1")))
                .build();
        assertThat(ProtocolJson.protocol(other)).isEqualTo(PROTOCOL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/title|\"\"|'title' must have 1 to 200 characters",
                "/title|\"a\\nb\"|'title' must have 1 to 200 characters and no control characters",
                "/purpose|\"\\ud800\"|'purpose' must have 1 to 4000 characters",
                "/principalInvestigator|7|'principalInvestigator' must be a JSON string",
                "/data/labels|[\"one\"]|'labels' must name 2 to 1000 different classes",
                "/data/labels|[\"a\",\"a\"]|'labels' must name 2 to 1000 different classes",
                "/data/labels|[1,2]|'labels' must be an array of texts",
                "/data/minimumExamples|0|'minimumExamples' must be 1 to",
                "/data/minimumExamplesPerClass|201|'minimumExamplesPerClass' must be 0 to 'minimumExamples', 200",
                "/privacy/minimumMetricExamples|0|'minimumMetricExamples' must be 1 to",
                "/privacy/impressions|1|'impressions' must be true or false",
                "/participants|[]|'participants' must name 1 to 1000 sites",
                "/participants|[\"site-1\",\"site-2\",\"site-1\"]|'participants' names a site twice",
                "/schedule/rounds|0|'rounds' must be 1 to 100000",
                "/schedule/quorum|3|'quorum' must be 1 to the number of participants, 2",
                "/schedule/roundDeadlineSeconds|0|'roundDeadlineSeconds' must be a whole number of 1 to",
                "/schedule/roundDeadlineSeconds|9223372036854775807|'roundDeadlineSeconds' must be a whole number",
                "/schedule/test|\"yes\"|'test' must be true or false",
                "/primaryEndpoint/measure|\"auc\"|measure 'auc' is not known: use one of accuracy, macro-f1",
                "/stoppingRules/0/rule|\"boredom\"|stopping rule 'boredom' is not known: use one of target-reached",
                "/stoppingRules|[7]|'stoppingRules' must be an array of objects",
                "/stoppingRules/1/rounds|0|'rounds' of a rule must be 1 to",
                "/stoppingRules/1/leastGain|-1|'leastGain' must be 0 or more",
                "/stoppingRules/2/margin|1.5|'margin' must be 0 to 1",
                "/stoppingRules/2/baselines|{}|'baselines' must name at least one site",
                "/stoppingRules/2/baselines|{\"site-9\":0.5}|'baselines' names sites that are no participants",
                "/stoppingRules/2/baselines|{\"site-1\":\"x\"}|'baselines.site-1' must be a number",
                "/stoppingRules/3/bytes|0|'bytes' must be 1 or more",
                "/retention/updateDays|-1|'updateDays' must be 0 to 3650",
                "/retention/withdrawnUpdates|\"burn\"|'withdrawnUpdates' must be keep or erase, not 'burn'",
                "/method/settings|{\"a\":1}|'a' must be a JSON string",
            })
    void what_is_not_valid_is_refused_by_name(String pointer, String value, String said) {
        JsonValue wrong = read("{\"value\":" + value + "}").get("value");
        JsonObject json = Json.createPointer(pointer).replace(ProtocolJson.toJson(PROTOCOL), wrong);
        assertThatThrownBy(() -> ProtocolJson.protocol(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(said);
    }

    @Test
    void the_server_gives_a_version_its_number() {
        assertThat(ProtocolJson.protocol(ProtocolJson.toJson(PROTOCOL), 4)).isEqualTo(PROTOCOL.withVersion(4));
        assertThat(PROTOCOL.withVersion(2).digest()).isNotEqualTo(PROTOCOL.digest());
    }

    private static JsonObject read(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
