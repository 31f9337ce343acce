package org.consilium.quickstart;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Messages;
import org.consilium.contract.Sha256;

/**
 * A study as the consortium server tells it right now.
 *
 * @param id its id
 * @param state {@code RUNNING}, {@code COMPLETED}, {@code STOPPED} or what comes before the start
 * @param reason why it was stopped
 * @param roundsPlanned how many rounds it shall have
 * @param completed the rounds that ended well, in order
 * @param running the round that is going on
 * @param selected digest of the selected model, once the study is completed
 * @param finalScores it on TEST, once the study is completed
 */
record LiveStudy(
        String id,
        String state,
        Optional<String> reason,
        int roundsPlanned,
        List<StudyReport.Round> completed,
        Optional<Running> running,
        Optional<Sha256> selected,
        Optional<StudyReport.Final> finalScores) {

    /**
     * The round that is going on.
     *
     * @param round its number
     * @param state {@code TRAINING}, {@code AGGREGATING}, {@code DESCRIBING}, {@code REFINING}, {@code EVALUATING} or {@code FAILED}
     * @param sites what each site is at
     */
    record Running(int round, String state, List<SiteState> sites) {}

    /**
     * One site in the round that is going on.
     *
     * @param site its id
     * @param state {@code AWAITED}, {@code OFFERED}, {@code ANSWERED}, {@code EVALUATED}, {@code REFUSED}, {@code MISSED}
     * @param since when it came into that state, where the server knows
     * @param reason why it refused
     */
    record SiteState(String site, String state, Optional<Instant> since, Optional<String> reason) {}

    /** Reads the server's answer. */
    static LiveStudy of(JsonObject json) {
        List<JsonObject> rounds = Messages.array(json, "rounds").getValuesAs(JsonObject.class);
        Optional<JsonObject> scores = member(json, "final").map(JsonValue::asJsonObject);
        return new LiveStudy(
                Messages.text(json, "id"),
                Messages.text(json, "state"),
                text(json, "reason"),
                Messages.integer(json, "roundsPlanned"),
                rounds.stream()
                        .filter(round -> Messages.text(round, "state").equals("COMPLETED"))
                        .map(LiveStudy::round)
                        .toList(),
                rounds.stream()
                        .filter(round -> !Messages.text(round, "state").equals("COMPLETED"))
                        .map(LiveStudy::running)
                        .findFirst(),
                scores.map(test -> new Sha256(Messages.text(test, "model"))),
                scores.map(LiveStudy::test));
    }

    private static StudyReport.Round round(JsonObject json) {
        return new StudyReport.Round(
                Messages.integer(json, "round"),
                Messages.text(json, "globalModel"),
                number(json, "trainLoss"),
                number(json, "valAccuracy"),
                number(json, "valMacroF1"),
                Messages.array(json, "sites").getValuesAs(JsonObject.class).stream()
                        .map(site -> new StudyReport.SiteRound(
                                Messages.text(site, "site"), whole(site, "examples"), number(site, "valAccuracy")))
                        .toList(),
                number(json, "trainSeconds"),
                number(json, "overheadSeconds"),
                number(json, "aggregateSeconds"),
                number(json, "evaluateSeconds"),
                number(json, "synthesiseSeconds"),
                whole(json, "bytesUp"),
                whole(json, "bytesDown"));
    }

    private static Running running(JsonObject json) {
        return new Running(
                Messages.integer(json, "round"),
                Messages.text(json, "state"),
                Messages.array(json, "sites").getValuesAs(JsonObject.class).stream()
                        .map(site -> new SiteState(
                                Messages.text(site, "site"),
                                Messages.text(site, "state"),
                                text(site, "since").map(Instant::parse),
                                text(site, "reason")))
                        .toList());
    }

    private static StudyReport.Final test(JsonObject json) {
        return new StudyReport.Final(
                Messages.integer(json, "selectedRound"),
                number(json, "testAccuracy"),
                number(json, "testMacroF1"),
                number(json, "testAuc"),
                Messages.array(json, "perSite").getValuesAs(JsonObject.class).stream()
                        .map(site -> new StudyReport.SiteTest(
                                Messages.text(site, "site"), whole(site, "examples"), number(site, "testAccuracy")))
                        .toList());
    }

    private static Optional<JsonValue> member(JsonObject json, String key) {
        return Optional.ofNullable(json.get(key)).filter(value -> value != JsonValue.NULL);
    }

    private static Optional<String> text(JsonObject json, String key) {
        return member(json, key).map(value -> Messages.text(json, key));
    }

    private static double number(JsonObject json, String key) {
        return member(json, key).map(value -> Messages.number(json, key)).orElse(Double.NaN);
    }

    private static long whole(JsonObject json, String key) {
        return member(json, key).map(value -> ((JsonNumber) value).longValue()).orElse(0L);
    }
}
