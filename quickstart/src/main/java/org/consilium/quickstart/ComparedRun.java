package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.ClassificationScores;

/**
 * One run of a comparison, as its file in the work folder keeps it; scores are of VAL. A run that diverged has no rounds.
 *
 * @param rounds the rounds in order; of training at each site alone, none
 * @param selectedRound the round whose model was selected, 0 where there is none
 * @param valAccuracy of the selected model, NaN where there is none
 * @param models how many models are kept: one, or one a site
 * @param seconds that the run took
 * @param commit of the program that ran it
 * @param diverged why there is no model, empty where there is one
 */
record ComparedRun(
        List<Round> rounds,
        int selectedRound,
        double valAccuracy,
        int models,
        double seconds,
        String commit,
        Optional<String> diverged) {

    /** The last rounds, over which the spread is taken. */
    static final int LAST = 10;

    /** Copies. */
    ComparedRun {
        rounds = List.copyOf(rounds);
    }

    /**
     * One round.
     *
     * @param round its number
     * @param valAccuracy of all sites' images together
     * @param recalls by class
     * @param sites validation accuracy by site, in the order of the site ids; none for a reference
     * @param bytesUp from all sites
     * @param bytesDown to all sites
     */
    record Round(
            int round, double valAccuracy, List<Double> recalls, List<Double> sites, long bytesUp, long bytesDown) {
        /** Copies. */
        Round {
            recalls = List.copyOf(recalls);
            sites = List.copyOf(sites);
        }
    }

    /**
     * The selected model on TEST.
     *
     * @param accuracy of all sites' images together
     * @param macroF1 of all sites' images together
     * @param auc of all sites' images together
     * @param recalls by class
     * @param sites by site
     */
    record Tested(double accuracy, double macroF1, double auc, List<Double> recalls, List<StudyReport.SiteTest> sites) {
        /** Copies. */
        Tested {
            recalls = List.copyOf(recalls);
            sites = List.copyOf(sites);
        }

        /** Returns the lowest recall of a class, NaN without images. */
        double worstRecall() {
            return lowest(recalls);
        }

        /** Returns the lowest accuracy of a site, NaN without images. */
        double worstSite() {
            return lowest(sites.stream().map(StudyReport.SiteTest::testAccuracy).toList());
        }

        private static double lowest(List<Double> values) {
            return values.stream()
                    .mapToDouble(Double::doubleValue)
                    .filter(value -> !Double.isNaN(value))
                    .min()
                    .orElse(Double.NaN);
        }
    }

    /** Returns the recall of each class. */
    static List<Double> recalls(ClassificationScores scores) {
        return java.util.stream.IntStream.range(0, scores.classes())
                .mapToObj(scores::recall)
                .toList();
    }

    /** Returns a run that gave no model. */
    static ComparedRun diverged(String why, double seconds, String commit) {
        return new ComparedRun(List.of(), 0, Double.NaN, 0, seconds, commit, Optional.of(why));
    }

    /** Returns validation accuracy in the last rounds, at most {@value #LAST}. */
    List<Double> lastRounds() {
        return rounds.subList(Math.max(0, rounds.size() - LAST), rounds.size()).stream()
                .map(Round::valAccuracy)
                .toList();
    }

    /** Returns the bytes from all sites in all rounds. */
    long bytesUp() {
        return rounds.stream().mapToLong(Round::bytesUp).sum();
    }

    /** Returns the bytes to all sites in all rounds. */
    long bytesDown() {
        return rounds.stream().mapToLong(Round::bytesDown).sum();
    }

    /** Returns the JSON form. */
    JsonObject toJson() {
        JsonArrayBuilder all = Json.createArrayBuilder();
        rounds.forEach(round -> all.add(Json.createObjectBuilder()
                .add("round", round.round())
                .add("valAccuracy", ReportJson.number(round.valAccuracy()))
                .add("valRecallByClass", numbers(round.recalls()))
                .add("valAccuracyBySite", numbers(round.sites()))
                .add("bytesUp", round.bytesUp())
                .add("bytesDown", round.bytesDown())));
        return Json.createObjectBuilder()
                .add("selectedRound", selectedRound)
                .add("valAccuracy", ReportJson.number(valAccuracy))
                .add("models", models)
                .add("seconds", ReportJson.number(seconds))
                .add("commit", commit)
                .add("diverged", diverged.<JsonValue>map(Json::createValue).orElse(JsonValue.NULL))
                .add("rounds", all)
                .build();
    }

    /** Reads the JSON form. */
    static ComparedRun of(JsonObject json) {
        return new ComparedRun(
                json.getJsonArray("rounds").getValuesAs(JsonObject.class).stream()
                        .map(round -> new Round(
                                round.getInt("round"),
                                number(round.get("valAccuracy")),
                                numbers(round.getJsonArray("valRecallByClass")),
                                numbers(round.getJsonArray("valAccuracyBySite")),
                                round.getJsonNumber("bytesUp").longValueExact(),
                                round.getJsonNumber("bytesDown").longValueExact()))
                        .toList(),
                json.getInt("selectedRound"),
                number(json.get("valAccuracy")),
                json.getInt("models"),
                number(json.get("seconds")),
                json.getString("commit"),
                json.isNull("diverged") ? Optional.empty() : Optional.of(json.getString("diverged")));
    }

    /** Returns the JSON form of a test. */
    static JsonObject toJson(Tested tested) {
        JsonArrayBuilder sites = Json.createArrayBuilder();
        tested.sites()
                .forEach(site -> sites.add(Json.createObjectBuilder()
                        .add("site", site.site())
                        .add("examples", site.examples())
                        .add("testAccuracy", ReportJson.number(site.testAccuracy()))));
        return Json.createObjectBuilder()
                .add("testAccuracy", ReportJson.number(tested.accuracy()))
                .add("testMacroF1", ReportJson.number(tested.macroF1()))
                .add("testAuc", ReportJson.number(tested.auc()))
                .add("testRecallByClass", numbers(tested.recalls()))
                .add("perSite", sites)
                .build();
    }

    /** Reads the JSON form of a test. */
    static Tested tested(JsonObject json) {
        return new Tested(
                number(json.get("testAccuracy")),
                number(json.get("testMacroF1")),
                number(json.get("testAuc")),
                numbers(json.getJsonArray("testRecallByClass")),
                json.getJsonArray("perSite").getValuesAs(JsonObject.class).stream()
                        .map(site -> new StudyReport.SiteTest(
                                site.getString("site"),
                                site.getJsonNumber("examples").longValueExact(),
                                number(site.get("testAccuracy"))))
                        .toList());
    }

    private static JsonArrayBuilder numbers(List<Double> values) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        values.forEach(value -> array.add(ReportJson.number(value)));
        return array;
    }

    private static List<Double> numbers(JsonArray values) {
        return values.stream().map(ComparedRun::number).toList();
    }

    private static double number(JsonValue value) {
        return value instanceof JsonNumber number ? number.doubleValue() : Double.NaN;
    }
}
