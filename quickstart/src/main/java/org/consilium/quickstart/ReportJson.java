package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonGenerator;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;

/** The JSON form of a {@link StudyReport}: keys in the order in which a reader wants them, indented. */
final class ReportJson {

    private ReportJson() {}

    /** Returns the report as JSON. */
    static JsonObject of(StudyReport report) {
        JsonObjectBuilder strategy =
                Json.createObjectBuilder().add("name", report.strategy().name());
        report.strategy().settings().forEach(strategy::add);
        JsonArrayBuilder rounds = Json.createArrayBuilder();
        report.rounds().forEach(round -> rounds.add(round(round)));
        StudyReport.Training training = report.training();
        return Json.createObjectBuilder()
                .add("command", report.command())
                .add("dataset", report.dataset())
                .add("data", data(report.data()))
                .add("partition", report.partition())
                .add("seed", report.seed())
                .add(
                        "model",
                        Json.createObjectBuilder()
                                .add("name", report.model().name())
                                .add("parameters", report.model().parameters()))
                .add("strategy", strategy)
                .add(
                        "training",
                        Json.createObjectBuilder()
                                .add("localEpochs", training.localEpochs())
                                .add("batch", training.batch())
                                .add("learningRate", training.learningRate())
                                .add("momentum", training.momentum()))
                .add("rounds", rounds)
                .add(
                        "modelFile",
                        report.modelFile().<JsonValue>map(Json::createValue).orElse(JsonValue.NULL))
                .add("final", finalScores(report.finalScores()))
                .add("centralisedTestAccuracy", number(report.baselines().centralisedTestAccuracy()))
                .add("localOnlyTestAccuracy", number(report.baselines().localOnlyTestAccuracy()))
                .add("localOnlyPerSite", tests(report.baselines().localOnly()))
                .add("wallSeconds", seconds(report.resources().wallSeconds()))
                .add("peakRssMb", rounded(report.resources().peakRssMb(), 1))
                .add(
                        "threads",
                        report.resources().threads() == 0
                                ? JsonValue.NULL
                                : Json.createValue(report.resources().threads()))
                .add("commit", report.commit().<JsonValue>map(Json::createValue).orElse(JsonValue.NULL))
                .build();
    }

    /** Returns where images come from. */
    static JsonObjectBuilder data(StudyReport.Data data) {
        return Json.createObjectBuilder()
                .add("source", data.source())
                .add("licence", data.licence())
                .add("phantom", data.phantom());
    }

    /** Returns a number, null for NaN. */
    static JsonValue number(double value) {
        return Double.isFinite(value)
                ? Json.createValue(new BigDecimal(value, new MathContext(7)).stripTrailingZeros())
                : JsonValue.NULL;
    }

    /** Returns JSON as indented text that ends with a line break. */
    static String text(JsonStructure json) {
        StringWriter text = new StringWriter();
        try (var writer = Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true))
                .createWriter(text)) {
            writer.write(json);
        }
        return text.toString().strip() + "\n";
    }

    private static JsonObjectBuilder round(StudyReport.Round round) {
        JsonArrayBuilder perSite = Json.createArrayBuilder();
        round.perSite()
                .forEach(site -> perSite.add(Json.createObjectBuilder()
                        .add("site", site.site())
                        .add("examples", site.examples())
                        .add("valAccuracy", number(site.valAccuracy()))));
        return Json.createObjectBuilder()
                .add("round", round.round())
                .add("globalModelSha256", round.globalModelSha256())
                .add("trainLoss", number(round.trainLoss()))
                .add("valAccuracy", number(round.valAccuracy()))
                .add("valMacroF1", number(round.valMacroF1()))
                .add(
                        "worstSiteValAccuracy",
                        number(round.worstSite()
                                .map(StudyReport.SiteRound::valAccuracy)
                                .orElse(Double.NaN)))
                .add("perSite", perSite)
                .add("trainSeconds", seconds(round.trainSeconds()))
                .add("overheadSeconds", seconds(round.overheadSeconds()))
                .add("aggregateSeconds", seconds(round.aggregateSeconds()))
                .add("evaluateSeconds", seconds(round.evaluateSeconds()))
                .add("synthesiseSeconds", seconds(round.synthesiseSeconds()))
                .add("bytesUp", round.bytesUp())
                .add("bytesDown", round.bytesDown());
    }

    private static JsonObjectBuilder finalScores(StudyReport.Final scores) {
        return Json.createObjectBuilder()
                .add("selectedRound", scores.selectedRound())
                .add("testAccuracy", number(scores.testAccuracy()))
                .add("testMacroF1", number(scores.testMacroF1()))
                .add("testAuc", number(scores.testAuc()))
                .add("worstSiteTestAccuracy", number(scores.worstSiteTestAccuracy()))
                .add("perSite", tests(scores.perSite()));
    }

    private static JsonArrayBuilder tests(List<StudyReport.SiteTest> tests) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        tests.forEach(site -> array.add(Json.createObjectBuilder()
                .add("site", site.site())
                .add("examples", site.examples())
                .add("testAccuracy", number(site.testAccuracy()))));
        return array;
    }

    private static JsonValue seconds(double value) {
        return rounded(value, 4);
    }

    private static JsonValue rounded(double value, int decimals) {
        if (!Double.isFinite(value)) {
            return JsonValue.NULL;
        }
        JsonNumber number =
                Json.createValue(BigDecimal.valueOf(value).setScale(decimals, java.math.RoundingMode.HALF_UP));
        return number;
    }
}
