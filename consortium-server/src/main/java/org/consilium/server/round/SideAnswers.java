package org.consilium.server.round;

import java.util.Objects;
import java.util.Optional;
import org.consilium.contract.Sha256;

/**
 * What a site answers beside its update and its scores; that it will not has no bearing on these.
 *
 * @param statistics SHA-256 of what it said of its features
 * @param notDescribed why it says nothing of them
 * @param verdict what it says of the round's impressions
 * @param notJudged why it does not judge them
 */
public record SideAnswers(
        Optional<Sha256> statistics,
        Optional<String> notDescribed,
        Optional<KeptVerdict> verdict,
        Optional<String> notJudged) {

    /** Nothing was said. */
    public static final SideAnswers NONE =
            new SideAnswers(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Checks that nothing is missing. */
    public SideAnswers {
        Objects.requireNonNull(statistics, "statistics");
        Objects.requireNonNull(notDescribed, "notDescribed");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(notJudged, "notJudged");
    }

    boolean describes() {
        return statistics.isEmpty() && notDescribed.isEmpty();
    }

    boolean judges() {
        return verdict.isEmpty() && notJudged.isEmpty();
    }

    SideAnswers described(Sha256 digest) {
        return new SideAnswers(Optional.of(digest), Optional.empty(), verdict, notJudged);
    }

    SideAnswers undescribed(String why) {
        return new SideAnswers(statistics, Optional.of(why), verdict, notJudged);
    }

    SideAnswers judged(KeptVerdict said) {
        return new SideAnswers(statistics, notDescribed, Optional.of(said), Optional.empty());
    }

    SideAnswers unjudged(String why) {
        return new SideAnswers(statistics, notDescribed, verdict, Optional.of(why));
    }
}
