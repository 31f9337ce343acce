package org.consilium.site.policy;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.consilium.contract.Messages;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;

/**
 * The JSON form of a policy; what is not limited is null.
 *
 * <p>Reading refuses a missing, malformed or unknown member with an {@link IllegalArgumentException} that names it: a limit
 * that was misspelt would be none.
 */
final class PolicyJson {

    private static final String STATISTICS = "statistics";

    private static final Set<String> STATISTICS_MEMBERS = Set.of("accepted", "minimumImagesPerClass", "noise");

    private static final Set<String> MEMBERS = Set.of(
            "protocols",
            "studies",
            "architectures",
            "minimumExamples",
            "maximumRoundsADay",
            "hours",
            "impressions",
            STATISTICS,
            "metrics",
            "minimumMetricExamples");

    private PolicyJson() {}

    static JsonObjectBuilder toJson(SitePolicy policy) {
        JsonObjectBuilder json = Json.createObjectBuilder().add("protocols", texts(policy.protocols(), Sha256::hex));
        policy.studies()
                .ifPresentOrElse(
                        studies -> json.add("studies", texts(studies, StudyId::value)), () -> json.addNull("studies"));
        policy.architectures()
                .ifPresentOrElse(
                        names -> json.add("architectures", texts(names, Function.identity())),
                        () -> json.addNull("architectures"));
        json.add("minimumExamples", policy.minimumExamples());
        policy.maximumRoundsADay()
                .ifPresentOrElse(
                        rounds -> json.add("maximumRoundsADay", rounds), () -> json.addNull("maximumRoundsADay"));
        policy.hours()
                .ifPresentOrElse(
                        hours -> json.add(
                                "hours",
                                Json.createObjectBuilder()
                                        .add("from", hours.from().toString())
                                        .add("to", hours.to().toString())
                                        .add("zone", hours.zone().getId())),
                        () -> json.addNull("hours"));
        return json.add("impressions", policy.impressions())
                .add(STATISTICS, toJson(policy.statistics()))
                .add("metrics", texts(policy.metrics(), Split::label))
                .add("minimumMetricExamples", policy.minimumMetricExamples());
    }

    private static JsonObjectBuilder toJson(StatisticsPolicy statistics) {
        return Json.createObjectBuilder()
                .add("accepted", statistics.accepted())
                .add("minimumImagesPerClass", statistics.minimumImagesPerClass())
                .add("noise", statistics.noise());
    }

    private static StatisticsPolicy statistics(JsonObject json) {
        requireKnown(STATISTICS_MEMBERS, json, "'" + STATISTICS + "' of a policy has");
        return new StatisticsPolicy(
                Messages.flag(json, "accepted"),
                Messages.integer(json, "minimumImagesPerClass"),
                Messages.number(json, "noise"));
    }

    /** Reads what a node has stored: a version before this one knew nothing of statistics. */
    static SitePolicy stored(JsonObject json) {
        return policy(
                json.containsKey(STATISTICS)
                        ? json
                        : Json.createObjectBuilder(json)
                                .add(STATISTICS, toJson(StatisticsPolicy.INITIAL))
                                .build());
    }

    private static void requireKnown(Set<String> members, JsonObject json, String who) {
        String unknown = json.keySet().stream()
                .filter(member -> !members.contains(member))
                .sorted()
                .collect(Collectors.joining(", "));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(who + " no '" + unknown + "'");
        }
    }

    static SitePolicy policy(JsonObject json) {
        requireKnown(MEMBERS, json, "a policy has");
        return new SitePolicy(
                set(json, "protocols", Sha256::new),
                optional(json, "studies").map(any -> set(json, "studies", StudyId::new)),
                optional(json, "architectures").map(any -> set(json, "architectures", Function.identity())),
                Messages.longNumber(json, "minimumExamples"),
                optional(json, "maximumRoundsADay").isPresent()
                        ? OptionalInt.of(Messages.integer(json, "maximumRoundsADay"))
                        : OptionalInt.empty(),
                optional(json, "hours").map(any -> hours(Messages.object(json, "hours"))),
                Messages.flag(json, "impressions"),
                statistics(Messages.object(json, STATISTICS)),
                set(json, "metrics", Split::of),
                Messages.integer(json, "minimumMetricExamples"));
    }

    private static Hours hours(JsonObject json) {
        try {
            return new Hours(
                    LocalTime.parse(Messages.text(json, "from")),
                    LocalTime.parse(Messages.text(json, "to")),
                    ZoneId.of(Messages.text(json, "zone")));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'hours' must be such as {\"from\":\"18:00\",\"to\":\"06:00\",\"zone\":\"Europe/Berlin\"}, not "
                            + json,
                    e);
        }
    }

    /** A limit may be none, but it must be said: a member that is left out is a mistake. */
    private static Optional<JsonValue> optional(JsonObject json, String member) {
        if (!json.containsKey(member)) {
            throw new IllegalArgumentException("'" + member + "' is missing; null means no limit");
        }
        return Optional.of(json.get(member)).filter(value -> value != JsonValue.NULL);
    }

    private static <T extends Comparable<T>> Set<T> set(JsonObject json, String member, Function<String, T> reader) {
        Set<T> set = new TreeSet<>();
        for (JsonValue value : Messages.array(json, member)) {
            if (!(value instanceof JsonString text)) {
                throw new IllegalArgumentException("'" + member + "' must be an array of texts");
            }
            set.add(reader.apply(text.getString()));
        }
        return set;
    }

    private static <T> JsonArrayBuilder texts(Collection<T> values, Function<T, String> text) {
        return Json.createArrayBuilder(values.stream().map(text).toList());
    }
}
