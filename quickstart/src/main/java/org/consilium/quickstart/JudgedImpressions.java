package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Impressions;
import org.consilium.contract.Messages;

/**
 * A set of impressions and what sites say of it.
 *
 * @param set the images
 * @param verdicts of the sites that have judged it, maybe none
 */
record JudgedImpressions(Impressions set, List<SiteVerdict> verdicts) {

    /**
     * What one site says.
     *
     * @param site its id
     * @param verdict on the set
     */
    record SiteVerdict(String site, ImpressionVerdict verdict) {}

    /**
     * Copies, and checks that the verdicts are on this set.
     *
     * @throws IllegalArgumentException if one is on another
     */
    JudgedImpressions {
        verdicts = List.copyOf(verdicts);
        for (SiteVerdict said : verdicts) {
            if (!said.verdict().set().equals(set.digest())
                    || said.verdict().images().size() != set.size()) {
                throw new IllegalArgumentException("the verdict of " + said.site() + " is on "
                        + said.verdict().images().size() + " images of the set "
                        + said.verdict().set().brief() + ", not on these " + set.size() + " of "
                        + set.digest().brief());
            }
        }
    }

    /** Returns how many sites veto an image. */
    int vetoes(int image) {
        return (int) verdicts.stream()
                .filter(said -> said.verdict().images().get(image).vetoed())
                .count();
    }

    /** Returns how many images are vetoed by at least one site. */
    int vetoed() {
        return (int) IntStream.range(0, set.size())
                .filter(image -> vetoes(image) > 0)
                .count();
    }

    /** Returns the verdicts' JSON form: {@code {"verdicts": [{"site": "site-1", "verdict": {...}}]}}. */
    JsonObject toJson() {
        JsonArrayBuilder all = Json.createArrayBuilder();
        verdicts.forEach(said -> all.add(
                Json.createObjectBuilder().add("site", said.site()).add("verdict", Messages.toJson(said.verdict()))));
        return Json.createObjectBuilder().add("verdicts", all).build();
    }

    /**
     * Reads the verdicts' JSON form, or a single verdict as a site sends it.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static List<SiteVerdict> verdicts(JsonObject json) {
        try {
            if (!json.containsKey("verdicts")) {
                return List.of(new SiteVerdict("the site", Messages.verdict(json)));
            }
            return json.getJsonArray("verdicts").getValuesAs(JsonObject.class).stream()
                    .map(said ->
                            new SiteVerdict(said.getString("site"), Messages.verdict(said.getJsonObject("verdict"))))
                    .toList();
        } catch (ClassCastException | NullPointerException e) {
            throw new IllegalArgumentException(
                    "a verdict is not as it should be: use {\"verdicts\": [{\"site\": ..., \"verdict\": {...}}]}", e);
        }
    }
}
