package org.consilium.site.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consilium.site.policy.Examples.NOON;
import static org.consilium.site.policy.Examples.PROTOCOL;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.StudyProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a policy lets pass, limit by limit. */
class SitePolicyTest {

    private static final WorkOffer.Train TRAIN = Examples.train(PROTOCOL, 1);
    private static final Sha256 MODEL = new Sha256("cd".repeat(32));
    private static final Sha256 SET = new Sha256("5e".repeat(32));

    @Test
    void a_node_whose_steward_has_written_no_policy_works_for_nobody() {
        assertThat(SitePolicy.initial().refuses(TRAIN))
                .hasValueSatisfying(refused -> assertThat(refused.code()).isEqualTo("policy-protocol"));
        SitePolicy allowing = SitePolicy.initial().with(PROTOCOL.digest(), true);
        assertThat(allowing.refuses(TRAIN)).isEmpty();
        assertThat(allowing.with(PROTOCOL.digest(), false)).isEqualTo(SitePolicy.initial());
    }

    @Test
    void what_nothing_limits_is_permitted() {
        assertThat(judge(Examples.open(), TRAIN, PROTOCOL, 3, 4)).isEqualTo("permitted");
        for (Split split : List.of(Split.VAL, Split.TEST)) {
            assertThat(judge(Examples.open(), Examples.evaluate(PROTOCOL, split), PROTOCOL, 1, 0))
                    .isEqualTo("permitted");
        }
    }

    @Test
    void studies_and_architectures_are_those_that_are_named_an_architecture_also_by_its_family() {
        assertThat(judge(policy("studies", "[\"cells-1\"]"))).isEqualTo("permitted");
        assertThat(judge(policy("studies", "[\"cells-2\"]"))).isEqualTo("policy-study");
        assertThat(judge(policy("studies", "[]"))).isEqualTo("policy-study");
        assertThat(judge(policy("architectures", "[\"cnn\"]"))).isEqualTo("permitted");
        assertThat(judge(policy("architectures", "[\"cnn.8x8x1.2\"]"))).isEqualTo("permitted");
        assertThat(judge(policy("architectures", "[\"cnn.8x8x1\",\"resnet\"]"))).isEqualTo("policy-architecture");
    }

    @Test
    void a_site_that_takes_no_synthesised_images_trains_without_them_and_judges_none() {
        StudyProtocol protocol = Examples.by("fedimpression", Map.of(), true);
        WorkOffer.Train train = Examples.with(Examples.train(protocol, 2), SET);
        WorkOffer.Judge judge = Examples.judge(protocol, 2, MODEL, SET);
        SitePolicy none = policy("impressions", "false");

        assertThat(judge(none, train, protocol, 5)).isEqualTo("permitted");
        assertThat(judge(none, judge, protocol, 5)).isEqualTo("impressions-not-accepted");
        assertThat(none.terms(protocol).impressions()).isFalse();
        assertThat(judge(Examples.open(), judge, protocol, 5)).isEqualTo("permitted");
        assertThat(Examples.open().terms(protocol).impressions()).isTrue();
        assertThat(Examples.open().terms(protocol).gate()).isPresent();
        assertThat(judge(policy("minimumMetricExamples", "10"), judge, protocol, 9))
                .as("a verdict is figures as well")
                .isEqualTo("too-few-examples");
    }

    @Test
    void a_site_describes_its_features_unless_its_policy_says_otherwise() {
        StudyProtocol protocol = Examples.by("fedimpression-plus", Map.of(), true);
        WorkOffer.Describe describe = Examples.describe(protocol, 1, MODEL);

        assertThat(judge(Examples.open(), describe, protocol, 5, 4)).isEqualTo("permitted");
        assertThat(judge(policy("statistics", statistics(false, 2, 0)), describe, protocol, 50))
                .isEqualTo("statistics-not-accepted");
        assertThat(judge(policy("statistics", statistics(false, 2, 0)), Examples.train(protocol, 1), protocol, 50))
                .as("it trains all the same")
                .isEqualTo("permitted");
    }

    @Test
    void the_strictest_of_policy_protocol_and_method_says_which_classes_are_described() {
        StudyProtocol protocol = Examples.by("fedimpression-plus", Map.of("statistics_least", "7"), true);
        WorkOffer.Describe describe = Examples.describe(protocol, 1, MODEL);

        assertThat(least(Examples.open(), protocol)).isEqualTo(7);
        assertThat(least(policy("statistics", statistics(true, 9, 0)), protocol))
                .isEqualTo(9);
        assertThat(least(policy("minimumMetricExamples", "11"), protocol)).isEqualTo(11);
        assertThat(judge(Examples.open(), describe, protocol, 6, 6)).isEqualTo("too-few-examples");
        assertThat(judge(Examples.open(), describe, protocol, 6, 7)).isEqualTo("permitted");
        assertThat(policy("statistics", statistics(true, 9, 1.5))
                        .terms(protocol)
                        .noise())
                .isEqualTo(1.5);
    }

    private static int least(SitePolicy policy, StudyProtocol protocol) {
        return policy.terms(protocol).statistics().orElseThrow().least();
    }

    private static String statistics(boolean accepted, int least, double noise) {
        return "{\"accepted\":" + accepted + ",\"minimumImagesPerClass\":" + least + ",\"noise\":" + noise + "}";
    }

    @Test
    void a_policy_of_before_statistics_is_read_with_what_a_node_begins_with() {
        JsonObject before = Json.createObjectBuilder(
                        PolicyJson.toJson(SitePolicy.initial()).build())
                .remove("statistics")
                .build();
        assertThat(PolicyJson.stored(before)).isEqualTo(SitePolicy.initial());
        assertThat(PolicyJson.stored(PolicyJson.toJson(Examples.open()).build()))
                .isEqualTo(Examples.open());
    }

    @Test
    void the_stricter_of_policy_and_protocol_says_how_many_training_images_are_enough() {
        SitePolicy ten = policy("minimumExamples", "10");
        assertThat(judge(ten, TRAIN, PROTOCOL, 4, 5)).isEqualTo("too-few-examples");
        assertThat(judge(ten, TRAIN, PROTOCOL, 5, 5)).isEqualTo("permitted");
        StudyProtocol twelve = Examples.protocol(false, 12, 4, 1);
        WorkOffer.Train offer = Examples.train(twelve, 1);
        assertThat(judge(ten, offer, twelve, 5, 6)).isEqualTo("too-few-examples");
        assertThat(judge(ten, offer, twelve, 9, 3)).as("of one label").isEqualTo("too-few-examples");
        assertThat(judge(ten, offer, twelve, 12)).as("of one label none").isEqualTo("too-few-examples");
        assertThat(judge(ten, offer, twelve, 8, 4)).isEqualTo("permitted");
        assertThat(judge(ten, TRAIN, PROTOCOL))
                .as("none at all is said otherwise")
                .isEqualTo("permitted");
    }

    @Test
    void rounds_are_counted_by_the_day_and_scores_are_not_rounds() {
        SitePolicy two = policy("maximumRoundsADay", "2");
        assertThat(code(two.judge(TRAIN, PROTOCOL, new Facts(new long[] {5, 5}, 1, NOON))))
                .isEqualTo("permitted");
        assertThat(code(two.judge(TRAIN, PROTOCOL, new Facts(new long[] {5, 5}, 2, NOON))))
                .isEqualTo("policy-rounds");
        assertThat(code(two.judge(
                        Examples.evaluate(PROTOCOL, Split.VAL), PROTOCOL, new Facts(new long[] {5, 5}, 9, NOON))))
                .isEqualTo("permitted");
    }

    @Test
    void figures_leave_only_of_the_named_splits_and_over_enough_images() {
        SitePolicy validation = policy("metrics", "[\"val\"]");
        assertThat(judge(validation, Examples.evaluate(PROTOCOL, Split.VAL), PROTOCOL, 5))
                .isEqualTo("permitted");
        assertThat(judge(validation, Examples.evaluate(PROTOCOL, Split.TEST), PROTOCOL, 5))
                .isEqualTo("policy-metrics");
        SitePolicy ten = policy("minimumMetricExamples", "10");
        assertThat(judge(ten, Examples.evaluate(PROTOCOL, Split.VAL), PROTOCOL, 4, 5))
                .isEqualTo("too-few-examples");
        assertThat(judge(ten, Examples.evaluate(PROTOCOL, Split.VAL), PROTOCOL, 10, 1))
                .isEqualTo("permitted");
        StudyProtocol strict = Examples.protocol(false, 1, 0, 20);
        assertThat(judge(ten, Examples.evaluate(strict, Split.VAL), strict, 19)).isEqualTo("too-few-examples");
    }

    /** Scores have a row and a histogram of each label, and the hospital's limit counted the whole split alone. */
    @Test
    void scores_are_permitted_only_over_a_label_of_enough_images_and_say_how_many_that_are() {
        WorkOffer.Evaluate scores = Examples.evaluate(PROTOCOL, Split.VAL);
        SitePolicy ten = policy("minimumMetricExamples", "10");
        assertThat(judge(ten, scores, PROTOCOL, 9, 9)).isEqualTo("too-few-examples");
        assertThat(ten.judge(scores, PROTOCOL, new Facts(new long[] {10, 1}, 0, NOON)))
                .isEqualTo(new Verdict.Permitted(10, true));
        StudyProtocol strict = Examples.protocol(false, 1, 0, 20);
        assertThat(ten.judge(Examples.evaluate(strict, Split.VAL), strict, new Facts(new long[] {1, 20}, 0, NOON)))
                .as("the stricter of the hospital's and the protocol's limit")
                .isEqualTo(new Verdict.Permitted(20, true));
    }

    @Test
    void the_mean_training_loss_leaves_only_where_the_policy_names_it_and_scores_over_training_images_never() {
        Facts facts = new Facts(new long[] {5, 5}, 0, NOON);
        assertThat(policy("metrics", "[\"train\"]").judge(TRAIN, PROTOCOL, facts))
                .isEqualTo(new Verdict.Permitted(1, true));
        assertThat(policy("metrics", "[\"val\",\"test\"]").judge(TRAIN, PROTOCOL, facts))
                .isEqualTo(new Verdict.Permitted(1, false));
        assertThat(judge(policy("metrics", "[\"train\"]"), Examples.evaluate(PROTOCOL, Split.TRAIN), PROTOCOL, 5, 5))
                .isEqualTo("policy-metrics");
    }

    /** An update says its loss, a figure like any other; and how many images there are below the limit is one as well. */
    @Test
    void an_update_over_too_few_images_for_a_figure_is_not_made_and_their_number_not_told() {
        SitePolicy ten = policy("minimumMetricExamples", "10");
        assertThat(judge(ten, TRAIN, PROTOCOL, 4, 5)).isEqualTo("too-few-examples");
        assertThat(judge(ten, TRAIN, PROTOCOL, 5, 5)).isEqualTo("permitted");
        StudyProtocol strict = Examples.protocol(false, 1, 0, 20);
        assertThat(judge(ten, Examples.train(strict, 1), strict, 19)).isEqualTo("too-few-examples");
        assertThat(ten.judge(TRAIN, PROTOCOL, new Facts(new long[] {4, 3}, 0, NOON)))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.reason()).contains("10").doesNotContain("7"));
    }

    @Test
    void outside_of_its_hours_a_node_waits_for_them_and_refuses_what_would_be_late() {
        SitePolicy soon = policy("hours", "{\"from\":\"12:30\",\"to\":\"06:00\",\"zone\":\"UTC\"}");
        assertThat(soon.judge(TRAIN, PROTOCOL, new Facts(new long[] {5}, 0, NOON)))
                .isInstanceOfSatisfying(
                        Verdict.Later.class,
                        later -> assertThat(later.from()).isEqualTo(Instant.parse("2026-03-01T12:30:00Z")));
        assertThat(judge(policy("hours", "{\"from\":\"13:30\",\"to\":\"06:00\",\"zone\":\"UTC\"}")))
                .isEqualTo("policy-hours");
        assertThat(judge(policy("hours", "{\"from\":\"20:30\",\"to\":\"22:00\",\"zone\":\"Asia/Tokyo\"}")))
                .as("21:00 in Tokyo")
                .isEqualTo("permitted");
    }

    @ParameterizedTest
    @CsvSource({
        "08:00, 18:00, 07:59, false, 08:00",
        "08:00, 18:00, 08:00, true,",
        "08:00, 18:00, 17:59, true,",
        "08:00, 18:00, 18:00, false, 08:00",
        "22:00, 06:00, 21:59, false, 22:00",
        "22:00, 06:00, 23:00, true,",
        "22:00, 06:00, 00:00, true,",
        "22:00, 06:00, 05:59, true,",
        "22:00, 06:00, 06:00, false, 22:00",
    })
    void hours_may_go_over_midnight(String from, String to, String time, boolean within, String begin) {
        Hours hours =
                new Hours(java.time.LocalTime.parse(from), java.time.LocalTime.parse(to), java.time.ZoneId.of("UTC"));
        Instant at = Instant.parse("2026-03-01T" + time + ":00Z");
        assertThat(hours.contain(at)).isEqualTo(within);
        if (!within) {
            Instant next = hours.beginAfter(at);
            assertThat(next).isAfter(at).isBefore(at.plusSeconds(86_401));
            assertThat(next.toString()).contains("T" + begin + ":00Z");
        }
    }

    @Test
    void a_policy_is_read_as_it_is_shown() {
        SitePolicy all = PolicyJson.policy(
                Json.createObjectBuilder(PolicyJson.toJson(Examples.open()).build())
                        .add("studies", Json.createArrayBuilder(List.of("cells-1")))
                        .add("maximumRoundsADay", 3)
                        .add(
                                "hours",
                                Json.createObjectBuilder()
                                        .add("from", "18:00")
                                        .add("to", "06:00")
                                        .add("zone", "Europe/Berlin"))
                        .build());
        assertThat(PolicyJson.policy(PolicyJson.toJson(all).build())).isEqualTo(all);
        assertThat(PolicyJson.policy(PolicyJson.toJson(SitePolicy.initial()).build()))
                .isEqualTo(SitePolicy.initial());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hour|null|a policy has no 'hour'",
                "protocols|[\"abc\"]|is not a SHA-256 digest",
                "protocols|[1]|'protocols' must be an array of texts",
                "protocols|null|'protocols' must be a JSON array",
                "studies|[\"Cells\"]|study id 'Cells' is not valid",
                "architectures|[\"CNN\"]|architecture id 'CNN' is not valid",
                "minimumExamples|0|'minimumExamples' must be 1 to",
                "maximumRoundsADay|0|'maximumRoundsADay' must be 1 to",
                "hours|{\"from\":\"25:00\",\"to\":\"06:00\",\"zone\":\"UTC\"}|'hours' must be such as",
                "hours|{\"from\":\"18:00\",\"to\":\"06:00\",\"zone\":\"Mars\"}|'hours' must be such as",
                "hours|{\"from\":\"18:00\",\"to\":\"18:00\",\"zone\":\"UTC\"}|'hours' begin and end at 18:00",
                "impressions|\"no\"|'impressions' must be true or false",
                "metrics|[\"all\"]|split 'all' is not known",
                "statistics|true|'statistics' must be a JSON object",
                "statistics|{\"accepted\":true,\"minimumImagesPerClass\":5}|'noise' is missing",
                "statistics|{\"accepted\":true,\"minimumImagesPerClass\":5,\"noise\":0,\"least\":1}|has no 'least'",
                "statistics|{\"accepted\":true,\"minimumImagesPerClass\":1,\"noise\":0}|must be 2 to 1000000, not 1",
                "statistics|{\"accepted\":true,\"minimumImagesPerClass\":5,\"noise\":10.5}|must be 0 to 10, not 10.5",
                "minimumMetricExamples|0|'minimumMetricExamples' must be 1 to",
            })
    void what_is_not_valid_is_refused_by_name(String member, String value, String said) {
        assertThatThrownBy(() -> policy(member, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(said);
    }

    @Test
    void a_limit_that_is_left_out_is_a_mistake() {
        JsonObject whole = PolicyJson.toJson(Examples.open()).build();
        for (String member : whole.keySet()) {
            JsonObject without = Json.createObjectBuilder(whole).remove(member).build();
            assertThatThrownBy(() -> PolicyJson.policy(without))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + member + "' is missing");
        }
    }

    @Test
    void work_is_compared_with_what_was_signed() {
        assertThat(SignedWork.difference(TRAIN, PROTOCOL, Examples.SITE)).isEmpty();
        assertThat(SignedWork.difference(Examples.evaluate(PROTOCOL, Split.TEST), PROTOCOL, Examples.SITE))
                .isEmpty();
        differs(with(TRAIN, "dataset"), "data set");
        differs(with(TRAIN, "plan"), "plan");
        differs(with(TRAIN, "model"), "initial model");
        differs(with(TRAIN, "architecture"), "architecture");
        differs(with(TRAIN, "study"), "study");
        differs(Examples.train(PROTOCOL, 6), "rounds");
        assertThat(SignedWork.difference(TRAIN, PROTOCOL, new org.consilium.contract.SiteId("site-3")))
                .hasValueSatisfying(refused -> assertThat(refused.reason()).contains("participants"));
    }

    @Test
    void features_are_described_only_for_a_method_that_asks_for_it() {
        StudyProtocol asking = Examples.by("fedimpression-plus", Map.of(), true);
        assertThat(SignedWork.difference(Examples.describe(asking, 1, MODEL), asking, Examples.SITE))
                .isEmpty();
        for (StudyProtocol not : List.of(PROTOCOL, Examples.by("fedimpression", Map.of(), true))) {
            assertThat(SignedWork.difference(Examples.describe(not, 1, MODEL), not, Examples.SITE))
                    .hasValueSatisfying(refused -> {
                        assertThat(refused.code()).isEqualTo("offer-differs");
                        assertThat(refused.reason()).contains("its work is to describe features");
                    });
        }
    }

    @Test
    void impressions_are_for_a_method_with_a_gate_and_a_protocol_that_sends_them() {
        StudyProtocol sending = Examples.by("fedimpression", Map.of(), true);
        assertThat(SignedWork.difference(Examples.judge(sending, 1, MODEL, SET), sending, Examples.SITE))
                .isEmpty();
        assertThat(SignedWork.difference(Examples.with(Examples.train(sending, 2), SET), sending, Examples.SITE))
                .isEmpty();
        for (StudyProtocol not : List.of(
                PROTOCOL,
                Examples.protocol(true, 1, 0, 1),
                Examples.by("fedimpression", Map.of(), false),
                Examples.by("fedimpression-plus", Map.of("impressions", "no"), true))) {
            assertThat(SignedWork.difference(Examples.judge(not, 1, MODEL, SET), not, Examples.SITE))
                    .hasValueSatisfying(refused -> assertThat(refused.reason()).contains("to judge"));
            assertThat(SignedWork.difference(Examples.with(Examples.train(not, 2), SET), not, Examples.SITE))
                    .hasValueSatisfying(refused -> assertThat(refused.reason()).contains("to train on synth"));
        }
    }

    @Test
    void a_study_that_tests_nothing_gets_no_scores_over_test_images() {
        StudyProtocol untested = Examples.withoutTest();
        assertThat(SignedWork.difference(Examples.evaluate(untested, Split.VAL), untested, Examples.SITE))
                .isEmpty();
        assertThat(SignedWork.difference(Examples.evaluate(untested, Split.TEST), untested, Examples.SITE))
                .hasValueSatisfying(refused -> assertThat(refused.reason()).contains("its split is test"));
    }

    private static void differs(WorkOffer.Train offer, String what) {
        Optional<Verdict.Refused> refused = SignedWork.difference(offer, PROTOCOL, Examples.SITE);
        assertThat(refused).hasValueSatisfying(one -> {
            assertThat(one.code()).isEqualTo("offer-differs");
            assertThat(one.reason()).contains("its " + what + " is ").hasSizeLessThanOrEqualTo(450);
        });
    }

    private static WorkOffer.Train with(WorkOffer.Train offer, String other) {
        return new WorkOffer.Train(
                other.equals("study") ? new org.consilium.contract.StudyId("another") : offer.study(),
                offer.round(),
                offer.protocol(),
                other.equals("dataset") ? "patients" : offer.dataset(),
                other.equals("model") ? new Sha256("ee".repeat(32)) : offer.model(),
                other.equals("architecture")
                        ? new org.consilium.contract.ArchitectureId("resnet.8x8x1.2")
                        : offer.architecture(),
                other.equals("plan") ? offer.plan().withSeed(99) : offer.plan(),
                offer.deadline());
    }

    private static SitePolicy policy(String member, String json) {
        JsonValue value;
        try (var reader = Json.createReader(new java.io.StringReader("{\"value\":" + json + "}"))) {
            value = reader.readObject().get("value");
        }
        return PolicyJson.policy(
                Json.createObjectBuilder(PolicyJson.toJson(Examples.open()).build())
                        .add(member, value)
                        .build());
    }

    private static String judge(SitePolicy policy) {
        return judge(policy, TRAIN, PROTOCOL, 5, 5);
    }

    private static String judge(SitePolicy policy, WorkOffer.Task offer, StudyProtocol protocol, long... examples) {
        return code(policy.judge(offer, protocol, new Facts(examples, 0, NOON)));
    }

    private static String code(Verdict verdict) {
        return verdict instanceof Verdict.Refused refused
                ? refused.code()
                : verdict instanceof Verdict.Permitted ? "permitted" : "later";
    }
}
