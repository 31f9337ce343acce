package org.consilium.server.round;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Messages;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.site.Site;
import org.consilium.server.study.Protocol;
import org.consilium.server.study.Study;

/** The JSON form of studies; what is not known yet is null. */
final class StudyJson {

    private StudyJson() {}

    /** Reads a protocol, refusing with an {@link IllegalArgumentException} that names the member. */
    static Protocol protocol(JsonObject json) {
        List<SiteId> participants;
        try {
            participants = Messages.array(json, "participants").getValuesAs(JsonString.class).stream()
                    .map(text -> new SiteId(text.getString()))
                    .toList();
        } catch (ClassCastException e) {
            throw new IllegalArgumentException("'participants' must be an array of site ids", e);
        }
        JsonValue test = json.getOrDefault("test", JsonValue.TRUE);
        if (test != JsonValue.TRUE && test != JsonValue.FALSE) {
            throw new IllegalArgumentException("'test' must be true or false");
        }
        return new Protocol(
                new StudyId(Messages.text(json, "id")),
                Messages.text(json, "title"),
                Messages.text(json, "dataset"),
                new ArchitectureId(Messages.text(json, "architecture")),
                new Sha256(Messages.text(json, "initialModel")),
                Messages.text(json, "strategy"),
                participants,
                Messages.integer(json, "rounds"),
                Messages.integer(json, "quorum"),
                Duration.ofSeconds(Messages.longNumber(json, "roundDeadlineSeconds")),
                Messages.plan(Messages.object(json, "plan")),
                test == JsonValue.TRUE);
    }

    /** Returns a study without its rounds. */
    static JsonObjectBuilder brief(Study study) {
        Protocol protocol = study.protocol();
        JsonObjectBuilder settings = Json.createObjectBuilder();
        new java.util.TreeMap<>(protocol.method().settings()).forEach(settings::add);
        JsonArrayBuilder participants = Json.createArrayBuilder();
        protocol.participants().forEach(site -> participants.add(site.value()));
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("id", study.id().value())
                .add("title", protocol.title())
                .add("dataset", protocol.dataset())
                .add("architecture", protocol.architecture().value())
                .add(
                        "strategy",
                        Json.createObjectBuilder()
                                .add("name", protocol.strategy())
                                .add("settings", settings))
                .add("state", study.state().name());
        text(json, "reason", study.reason());
        json.add("participants", participants)
                .add("roundsPlanned", protocol.rounds())
                .add("quorum", protocol.quorum())
                .add("roundDeadlineSeconds", protocol.roundDeadline().toSeconds())
                .add("plan", Messages.toJson(protocol.plan()))
                .add("initialModel", protocol.initialModel().hex())
                .add("createdAt", study.createdAt().toString());
        text(json, "endedAt", study.endedAt());
        return json;
    }

    /** Returns a study with its rounds and, where it has completed, its result. */
    static JsonObject whole(StudyView view) {
        JsonArrayBuilder rounds = Json.createArrayBuilder();
        view.rounds().forEach(round -> rounds.add(round(view, round)));
        JsonObjectBuilder json = brief(view.study()).add("rounds", rounds);
        Optional<Round> selected = view.selected();
        if (selected.isPresent()) {
            json.add("final", result(selected.get()));
        } else {
            json.addNull("final");
        }
        return json.build();
    }

    private static JsonObjectBuilder round(StudyView view, Round round) {
        JsonArrayBuilder sites = Json.createArrayBuilder();
        round.shares().forEach(share -> sites.add(share(view.sites().get(share.site()), share)));
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("round", round.number().value())
                .add("state", round.state().name())
                .add("openedAt", round.openedAt().toString());
        text(json, "aggregatedAt", round.aggregatedAt());
        text(json, "completedAt", round.completedAt());
        json.add("startModel", round.startModel().hex());
        text(json, "globalModel", round.globalModel());
        number(json, "trainLoss", RoundFigures.trainLoss(round));
        number(json, "valLoss", RoundFigures.figure(round, RoundResult::loss));
        number(json, "valAccuracy", RoundFigures.figure(round, RoundResult::accuracy));
        number(json, "valMacroF1", RoundFigures.figure(round, RoundResult::macroF1));
        text(json, "worstSite", round.result().flatMap(RoundResult::worst));
        number(json, "worstSiteValAccuracy", RoundFigures.figure(round, RoundResult::worstAccuracy));
        json.add("sites", sites);
        number(json, "trainSeconds", RoundFigures.trainSeconds(round));
        number(json, "aggregateSeconds", round.aggregateSeconds());
        number(json, "evaluateSeconds", RoundFigures.evaluateSeconds(round));
        number(json, "overheadSeconds", RoundFigures.overheadSeconds(round));
        return json.add("synthesiseSeconds", 0.0)
                .add("bytesUp", RoundFigures.bytesUp(round))
                .add("bytesDown", RoundFigures.bytesDown(round));
    }

    private static JsonObjectBuilder share(Site site, Share share) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("site", share.site().value())
                .add("state", share.state().name())
                .add("since", share.since().toString());
        text(json, "lastSeenAt", Optional.ofNullable(site).flatMap(Site::lastSeenAt));
        if (share.update().isPresent()) {
            Update update = share.update().get();
            json.add("examples", update.metrics().examples())
                    .add("trainLoss", update.metrics().loss())
                    .add("trainSeconds", update.metrics().seconds())
                    .add("executor", update.metrics().executor())
                    .add("updateSha256", update.digest().hex());
        } else {
            json.addNull("examples")
                    .addNull("trainLoss")
                    .addNull("trainSeconds")
                    .addNull("executor")
                    .addNull("updateSha256");
        }
        Optional<ClassificationScores> scores = share.validation().map(SiteScores::value);
        if (scores.isPresent()) {
            json.add("valExamples", scores.get().examples());
        } else {
            json.addNull("valExamples");
        }
        number(json, "valAccuracy", scores.map(ClassificationScores::accuracy));
        number(json, "valLoss", scores.map(ClassificationScores::loss));
        json.add("bytesUp", share.bytesUp()).add("bytesDown", share.bytesDown());
        text(json, "reason", share.reason());
        return json;
    }

    private static JsonObjectBuilder result(Round selected) {
        Optional<RoundResult> test = RoundResult.of(selected.shares(), Share::test);
        JsonArrayBuilder perSite = Json.createArrayBuilder();
        selected.shares()
                .forEach(share -> share.test().map(SiteScores::value).ifPresent(scores -> {
                    JsonObjectBuilder site = Json.createObjectBuilder()
                            .add("site", share.site().value())
                            .add("examples", scores.examples());
                    number(site, "testAccuracy", Optional.of(scores.accuracy()));
                    perSite.add(site);
                }));
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("selectedRound", selected.number().value())
                .add("model", selected.globalModel().orElseThrow().hex());
        number(json, "testLoss", test.map(RoundResult::loss).orElse(OptionalDouble.empty()));
        number(json, "testAccuracy", test.map(RoundResult::accuracy).orElse(OptionalDouble.empty()));
        number(json, "testMacroF1", test.map(RoundResult::macroF1).orElse(OptionalDouble.empty()));
        number(json, "testAuc", test.map(RoundResult::auc).orElse(OptionalDouble.empty()));
        text(json, "worstSite", test.flatMap(RoundResult::worst));
        number(
                json,
                "worstSiteTestAccuracy",
                test.map(RoundResult::worstAccuracy).orElse(OptionalDouble.empty()));
        return json.add("perSite", perSite);
    }

    private static void text(JsonObjectBuilder json, String key, Optional<?> value) {
        if (value.isPresent()) {
            json.add(key, value.get().toString());
        } else {
            json.addNull(key);
        }
    }

    /** JSON has no infinity: a sum of what sites report may overflow. */
    private static void number(JsonObjectBuilder json, String key, OptionalDouble value) {
        if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
            json.add(key, value.getAsDouble());
        } else {
            json.addNull(key);
        }
    }

    private static void number(JsonObjectBuilder json, String key, Optional<Double> value) {
        number(json, key, value.map(OptionalDouble::of).orElse(OptionalDouble.empty()));
    }
}
