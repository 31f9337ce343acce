package org.consilium.server.round;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.SiteId;

/**
 * The scores of one model over all sites that sent theirs: of the merged counts, so that each image weighs the same,
 * and of the worst site. Empty where there are no images.
 *
 * @param loss mean cross-entropy in nats
 * @param accuracy 0 to 1
 * @param macroF1 0 to 1
 * @param auc one-vs-rest, macro-averaged, 0 to 1; kept for the test alone
 * @param worst the site with the lowest accuracy, the first of them by its id
 * @param worstAccuracy its accuracy
 */
public record RoundResult(
        OptionalDouble loss,
        OptionalDouble accuracy,
        OptionalDouble macroF1,
        OptionalDouble auc,
        Optional<SiteId> worst,
        OptionalDouble worstAccuracy) {

    private record Site(SiteId id, double accuracy) {}

    /** Returns the result of the scores that the function finds in the shares; empty if there are none. */
    public static Optional<RoundResult> of(List<Share> parts, Function<Share, Optional<SiteScores>> kind) {
        // Of a site that left in the middle of the round nothing counts any more.
        List<Share> shares = parts.stream()
                .filter(share -> share.state() != ShareState.WITHDRAWN)
                .toList();
        Optional<ClassificationScores> merged = shares.stream()
                .flatMap(share -> kind.apply(share).stream())
                .map(SiteScores::value)
                .reduce(ClassificationScores::plus);
        Optional<Site> worst = shares.stream()
                .flatMap(share ->
                        kind
                                .apply(share)
                                .map(scores ->
                                        new Site(share.site(), scores.value().accuracy()))
                                .stream())
                .filter(site -> !Double.isNaN(site.accuracy()))
                .min(Comparator.comparingDouble(Site::accuracy).thenComparing(Site::id));
        return merged.map(all -> new RoundResult(
                some(all.loss()),
                some(all.accuracy()),
                some(all.macroF1()),
                some(all.macroAuc()),
                worst.map(Site::id),
                worst.map(site -> some(site.accuracy())).orElse(OptionalDouble.empty())));
    }

    private static OptionalDouble some(double value) {
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
