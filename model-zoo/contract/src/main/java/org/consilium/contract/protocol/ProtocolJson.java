package org.consilium.contract.protocol;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Messages;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;

/**
 * The JSON form of a study protocol.
 *
 * <p>Reading refuses a missing or malformed member with an {@link IllegalArgumentException} that names it.
 */
public final class ProtocolJson {

    private ProtocolJson() {}

    /** Returns the JSON form. */
    public static JsonObject toJson(StudyProtocol protocol) {
        DataSpecification data = protocol.data();
        Schedule schedule = protocol.schedule();
        JsonObjectBuilder settings = Json.createObjectBuilder();
        protocol.method().settings().forEach(settings::add);
        JsonArrayBuilder rules = Json.createArrayBuilder();
        protocol.stoppingRules().forEach(rule -> rules.add(json(rule)));
        return Json.createObjectBuilder()
                .add("study", protocol.study().value())
                .add("version", protocol.version())
                .add("title", protocol.title())
                .add("purpose", protocol.purpose())
                .add("principalInvestigator", protocol.principalInvestigator())
                .add(
                        "data",
                        Json.createObjectBuilder()
                                .add("dataset", data.dataset())
                                .add("modality", data.modality())
                                .add("labels", Json.createArrayBuilder(data.labels()))
                                .add("inclusion", data.inclusion())
                                .add("minimumExamples", data.minimumExamples())
                                .add("minimumExamplesPerClass", data.minimumExamplesPerClass()))
                .add("architecture", protocol.architecture().value())
                .add("initialModel", protocol.initialModel().hex())
                .add(
                        "method",
                        Json.createObjectBuilder()
                                .add("strategy", protocol.method().strategy())
                                .add("settings", settings))
                .add("plan", Messages.toJson(protocol.plan()))
                .add(
                        "privacy",
                        Json.createObjectBuilder()
                                .add("minimumMetricExamples", protocol.privacy().minimumMetricExamples())
                                .add("impressions", protocol.privacy().impressions()))
                .add(
                        "participants",
                        Json.createArrayBuilder(protocol.participants().stream()
                                .map(SiteId::value)
                                .toList()))
                .add(
                        "schedule",
                        Json.createObjectBuilder()
                                .add("rounds", schedule.rounds())
                                .add("quorum", schedule.quorum())
                                .add(
                                        "roundDeadlineSeconds",
                                        schedule.roundDeadline().toSeconds())
                                .add("test", schedule.test()))
                .add(
                        "primaryEndpoint",
                        Json.createObjectBuilder()
                                .add("measure", protocol.endpoint().measure().label())
                                .add("description", protocol.endpoint().description()))
                .add("stoppingRules", rules)
                .add(
                        "retention",
                        Json.createObjectBuilder()
                                .add("updateDays", protocol.retention().updateDays())
                                .add(
                                        "withdrawnUpdates",
                                        protocol.retention().withdrawn().label()))
                .build();
    }

    /** Reads a protocol. */
    public static StudyProtocol protocol(JsonObject json) {
        return protocol(json, Messages.integer(json, "version"));
    }

    /**
     * Reads a protocol whose version the server gives.
     *
     * @param version its version, whatever the text says
     */
    public static StudyProtocol protocol(JsonObject json, int version) {
        JsonObject method = Messages.object(json, "method");
        JsonObject privacy = Messages.object(json, "privacy");
        JsonObject endpoint = Messages.object(json, "primaryEndpoint");
        JsonObject retention = Messages.object(json, "retention");
        return new StudyProtocol(
                new StudyId(Messages.text(json, "study")),
                version,
                Messages.text(json, "title"),
                Messages.text(json, "purpose"),
                Messages.text(json, "principalInvestigator"),
                data(Messages.object(json, "data")),
                new ArchitectureId(Messages.text(json, "architecture")),
                new Sha256(Messages.text(json, "initialModel")),
                new MethodSettings(Messages.text(method, "strategy"), settings(Messages.object(method, "settings"))),
                Messages.plan(Messages.object(json, "plan")),
                new PrivacySettings(
                        Messages.integer(privacy, "minimumMetricExamples"), Messages.flag(privacy, "impressions")),
                texts(json, "participants").stream().map(SiteId::new).toList(),
                schedule(Messages.object(json, "schedule")),
                new PrimaryEndpoint(
                        Measure.of(Messages.text(endpoint, "measure")), Messages.text(endpoint, "description")),
                rules(json),
                new Retention(
                        Messages.integer(retention, "updateDays"),
                        Retention.OnWithdrawal.of(Messages.text(retention, "withdrawnUpdates"))));
    }

    private static DataSpecification data(JsonObject json) {
        return new DataSpecification(
                Messages.text(json, "dataset"),
                Messages.text(json, "modality"),
                texts(json, "labels"),
                Messages.text(json, "inclusion"),
                Messages.longNumber(json, "minimumExamples"),
                Messages.longNumber(json, "minimumExamplesPerClass"));
    }

    private static Schedule schedule(JsonObject json) {
        return new Schedule(
                Messages.integer(json, "rounds"),
                Messages.integer(json, "quorum"),
                Duration.ofSeconds(Messages.longNumber(json, "roundDeadlineSeconds")),
                Messages.flag(json, "test"));
    }

    private static Map<String, String> settings(JsonObject json) {
        Map<String, String> settings = new TreeMap<>();
        json.keySet().forEach(name -> settings.put(name, Messages.text(json, name)));
        return settings;
    }

    private static List<String> texts(JsonObject json, String key) {
        try {
            return Messages.array(json, key).getValuesAs(JsonString.class).stream()
                    .map(JsonString::getString)
                    .toList();
        } catch (ClassCastException e) {
            throw new IllegalArgumentException("'" + key + "' must be an array of texts", e);
        }
    }

    private static List<StoppingRule> rules(JsonObject json) {
        try {
            return Messages.array(json, "stoppingRules").getValuesAs(JsonObject.class).stream()
                    .map(ProtocolJson::rule)
                    .toList();
        } catch (ClassCastException e) {
            throw new IllegalArgumentException("'stoppingRules' must be an array of objects", e);
        }
    }

    private static StoppingRule rule(JsonObject json) {
        String kind = Messages.text(json, "rule");
        return switch (kind) {
            case "target-reached" -> new StoppingRule.TargetReached(measure(json), Messages.number(json, "value"));
            case "no-improvement" ->
                new StoppingRule.NoImprovement(
                        measure(json), Messages.integer(json, "rounds"), Messages.number(json, "leastGain"));
            case "harm" ->
                new StoppingRule.Harm(
                        Messages.integer(json, "fromRound"),
                        Messages.number(json, "margin"),
                        baselines(Messages.object(json, "baselines")));
            case "byte-budget" -> new StoppingRule.ByteBudget(Messages.longNumber(json, "bytes"));
            default ->
                throw new IllegalArgumentException("stopping rule '" + kind
                        + "' is not known: use one of target-reached, no-improvement, harm, byte-budget");
        };
    }

    private static Measure measure(JsonObject json) {
        return Measure.of(Messages.text(json, "measure"));
    }

    private static Map<SiteId, Double> baselines(JsonObject json) {
        Map<SiteId, Double> baselines = new TreeMap<>();
        json.forEach((site, accuracy) -> {
            if (!(accuracy instanceof JsonNumber number)) {
                throw new IllegalArgumentException("'baselines." + site + "' must be a number");
            }
            baselines.put(new SiteId(site), number.doubleValue());
        });
        return baselines;
    }

    private static JsonObjectBuilder json(StoppingRule rule) {
        JsonObjectBuilder json = Json.createObjectBuilder().add("rule", rule.kind());
        if (rule instanceof StoppingRule.TargetReached target) {
            json.add("measure", target.measure().label()).add("value", target.value());
        } else if (rule instanceof StoppingRule.NoImprovement none) {
            json.add("measure", none.measure().label())
                    .add("rounds", none.rounds())
                    .add("leastGain", none.leastGain());
        } else if (rule instanceof StoppingRule.Harm harm) {
            JsonObjectBuilder baselines = Json.createObjectBuilder();
            harm.baselines().forEach((site, accuracy) -> baselines.add(site.value(), accuracy));
            json.add("fromRound", harm.fromRound()).add("margin", harm.margin()).add("baselines", baselines);
        } else if (rule instanceof StoppingRule.ByteBudget budget) {
            json.add("bytes", budget.bytes());
        }
        return json;
    }
}
