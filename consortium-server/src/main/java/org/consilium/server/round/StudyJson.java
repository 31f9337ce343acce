package org.consilium.server.round;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.ImpressionsHeader;
import org.consilium.contract.Messages;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.site.Site;
import org.consilium.server.study.ProtocolVersion;
import org.consilium.server.study.Signature;
import org.consilium.server.study.Study;
import org.consilium.server.study.Withdrawal;

/** The JSON form of studies and their versions; what is not known yet is null. */
final class StudyJson {

    private StudyJson() {}

    /** Returns a study without its rounds. */
    static JsonObjectBuilder brief(Study study) {
        StudyProtocol protocol = study.protocol();
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("id", study.id().value())
                .add("title", protocol.title())
                .add("state", study.state().name());
        text(json, "reason", study.reason());
        json.add("version", study.current().number())
                .add("awaitsSignatures", study.awaitsSignatures())
                .add("dataset", protocol.data().dataset())
                .add("architecture", protocol.architecture().value())
                .add("strategy", protocol.method().strategy())
                .add("participants", texts(protocol.participants()))
                .add("roundsPlanned", protocol.schedule().rounds())
                .add("createdAt", study.createdAt().toString());
        text(json, "startedAt", study.course().startedAt());
        text(json, "pausedAt", study.course().pausedAt());
        text(json, "endedAt", study.endedAt());
        return json;
    }

    /** Returns a version of a protocol with its signatures. */
    static JsonObjectBuilder version(ProtocolVersion version) {
        JsonArrayBuilder signatures = Json.createArrayBuilder();
        version.signatures().forEach(one -> signatures.add(signature(one)));
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("version", version.number())
                .add("state", version.state().name())
                .add("declined", version.isDeclined())
                .add("sha256", version.digest().hex())
                .add("author", version.author())
                .add("createdAt", version.createdAt().toString());
        text(json, "proposedAt", version.proposedAt());
        text(json, "decidedAt", version.decidedAt());
        return json.add("protocol", ProtocolJson.toJson(version.protocol())).add("signatures", signatures);
    }

    /** Returns a signature without its evidence. */
    static JsonObjectBuilder signature(Signature signature) {
        SigningStatement statement = signature.statement();
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("site", signature.site().value())
                .add("decision", statement.decision().name())
                .add("name", signature.name())
                .add("signedAt", signature.signedAt().toString())
                .add("meaning", statement.meaning());
        text(json, "reason", statement.reason());
        return json.add("protocolSha256", statement.protocol().hex())
                .add("statementSha256", Sha256.of(statement.canonical()).hex())
                .add("signer", statement.signer())
                .add("authenticatedAt", signature.authenticatedAt().toString());
    }

    /** Returns a study with its rounds and, where it has completed, its result. */
    static JsonObject whole(StudyView view) {
        JsonArrayBuilder rounds = Json.createArrayBuilder();
        view.rounds().forEach(round -> rounds.add(round(view, round)));
        JsonArrayBuilder versions = Json.createArrayBuilder();
        view.versions().forEach(version -> versions.add(version(version)));
        JsonArrayBuilder withdrawals = Json.createArrayBuilder();
        view.study().withdrawals().forEach(one -> withdrawals.add(withdrawal(one)));
        JsonObjectBuilder json = brief(view.study());
        text(json, "stalledSince", view.stalledSince());
        json.add("versions", versions).add("withdrawals", withdrawals).add("rounds", rounds);
        Optional<Round> selected = view.selected();
        if (selected.isPresent()) {
            json.add("final", result(selected.get()));
        } else {
            json.addNull("final");
        }
        return json.build();
    }

    private static JsonObjectBuilder withdrawal(Withdrawal withdrawal) {
        return Json.createObjectBuilder()
                .add("site", withdrawal.site().value())
                .add("by", withdrawal.by())
                .add("at", withdrawal.at().toString())
                .add("reason", withdrawal.reason())
                .add("erasedUpdates", withdrawal.erasedUpdates());
    }

    private static JsonArrayBuilder decisions(StudyView view, Round round) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        view.decisions().stream()
                .filter(decision -> decision.round().equals(round.number()))
                .forEach(decision -> {
                    JsonObjectBuilder inputs = Json.createObjectBuilder();
                    decision.inputs().forEach(inputs::add);
                    array.add(Json.createObjectBuilder()
                            .add("rule", decision.rule())
                            .add("fires", decision.fires())
                            .add("inputs", inputs));
                });
        return array;
    }

    private static JsonArrayBuilder texts(List<SiteId> sites) {
        return Json.createArrayBuilder(sites.stream().map(SiteId::value).toList());
    }

    private static JsonObjectBuilder round(StudyView view, Round round) {
        JsonArrayBuilder sites = Json.createArrayBuilder();
        round.shares().forEach(share -> sites.add(share(view, round, share)));
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("round", round.number().value())
                .add("protocolVersion", round.protocolVersion())
                .add("state", round.state().name())
                .add("openedAt", round.openedAt().toString());
        text(json, "aggregatedAt", round.aggregatedAt());
        text(json, "completedAt", round.completedAt());
        json.add("startModel", round.startModel().hex());
        text(json, "startImpressions", round.refinement().trainedOn());
        text(json, "aggregate", round.aggregate());
        text(json, "globalModel", round.globalModel());
        number(json, "trainLoss", RoundFigures.trainLoss(round));
        number(json, "valLoss", RoundFigures.figure(round, RoundResult::loss));
        number(json, "valAccuracy", RoundFigures.figure(round, RoundResult::accuracy));
        number(json, "valMacroF1", RoundFigures.figure(round, RoundResult::macroF1));
        text(json, "worstSite", round.result().flatMap(RoundResult::worst));
        number(json, "worstSiteValAccuracy", RoundFigures.figure(round, RoundResult::worstAccuracy));
        json.add("sites", sites).add("stoppingRules", decisions(view, round));
        number(json, "trainSeconds", RoundFigures.trainSeconds(round));
        number(json, "aggregateSeconds", round.aggregateSeconds());
        number(json, "evaluateSeconds", RoundFigures.evaluateSeconds(round));
        number(json, "overheadSeconds", RoundFigures.overheadSeconds(round));
        return json.add("synthesis", synthesis(round.refinement()))
                .add("synthesiseSeconds", round.refinement().seconds().orElse(0))
                .add("bytesUp", RoundFigures.bytesUp(round))
                .add("bytesDown", RoundFigures.bytesDown(round));
    }

    private static JsonObjectBuilder share(StudyView view, Round round, Share share) {
        Site site = view.sites().get(share.site());
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("site", share.site().value())
                .add("state", share.state().name())
                .add("since", share.since().toString());
        text(json, "lastSeenAt", Optional.ofNullable(site).flatMap(Site::lastSeenAt));
        text(json, "stalledSince", view.stalledSince(round, share));
        if (share.update().isPresent()) {
            Update update = share.update().get();
            json.add("examples", update.metrics().examples());
            number(json, "trainLoss", update.metrics().loss());
            json.add("trainSeconds", update.metrics().seconds())
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
        text(json, "statisticsSha256", share.beside().statistics());
        text(json, "notDescribed", share.beside().notDescribed());
        json.add("judged", share.beside().verdict().isPresent());
        text(json, "notJudged", share.beside().notJudged());
        text(json, "reason", share.reason());
        return json;
    }

    private static JsonObjectBuilder synthesis(Refinement refinement) {
        JsonObjectBuilder json =
                Json.createObjectBuilder().add("stepsDone", refinement.done()).add("steps", refinement.steps());
        text(json, "made", refinement.made());
        text(json, "released", refinement.released());
        text(json, "outcome", refinement.outcome());
        return json;
    }

    /**
     * Returns the sets that were made in a study, by round.
     *
     * @param headers what precedes each set that is there
     */
    static JsonArrayBuilder impressions(StudyView view, Function<Sha256, ImpressionsHeader> headers) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        view.rounds().stream()
                .filter(round -> round.refinement().made().isPresent()
                        || round.refinement().outcome().isPresent())
                .forEach(round -> array.add(impressions(round, headers)));
        return array;
    }

    private static JsonObjectBuilder impressions(Round round, Function<Sha256, ImpressionsHeader> headers) {
        Refinement refinement = round.refinement();
        JsonObjectBuilder json =
                Json.createObjectBuilder().add("round", round.number().value());
        text(json, "model", round.globalModel());
        text(json, "made", refinement.made());
        text(json, "released", refinement.released());
        text(json, "outcome", refinement.outcome());
        refinement
                .made()
                .map(headers)
                .ifPresent(header ->
                        json.add("images", header.images()).add("classes", Json.createArrayBuilder(header.counts())));
        refinement.released().map(headers).ifPresent(header -> json.add("releasedImages", header.images()));
        JsonArrayBuilder verdicts = Json.createArrayBuilder();
        round.verdicts()
                .forEach(share -> verdicts.add(Json.createObjectBuilder(Messages.toJson(
                                share.beside().verdict().orElseThrow().value()))
                        .add("site", share.site().value())));
        return json.add("verdicts", verdicts);
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
