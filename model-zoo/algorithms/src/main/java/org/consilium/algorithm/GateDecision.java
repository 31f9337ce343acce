package org.consilium.algorithm;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.consilium.contract.GatePlan;
import org.consilium.contract.ImpressionVerdict;

/**
 * What becomes of a set of impressions once the sites have judged it: an image that any of them vetoes is dropped, and a set
 * of too few images is withheld.
 *
 * @param released numbers of the images that may be used, ascending; none if the set is withheld
 * @param vetoed how many images were vetoed by at least one site
 * @param reason what was decided and why, in a sentence
 */
public record GateDecision(List<Integer> released, int vetoed, String reason) {

    /** Copies. */
    public GateDecision {
        released = List.copyOf(released);
    }

    /**
     * Decides.
     *
     * @param plan the thresholds
     * @param size images of the set
     * @param verdicts of the sites; from at least one
     */
    public static GateDecision of(GatePlan plan, int size, Collection<ImpressionVerdict> verdicts) {
        if (verdicts.isEmpty()) {
            return new GateDecision(List.of(), 0, "withheld: no site has judged the set");
        }
        List<Integer> kept = IntStream.range(0, size)
                .filter(i -> verdicts.stream()
                        .noneMatch(verdict -> verdict.images().get(i).vetoed()))
                .boxed()
                .toList();
        int vetoed = size - kept.size();
        String dropped = vetoed == 0 ? "none" : Integer.toString(vetoed);
        if (kept.size() < plan.least()) {
            return new GateDecision(
                    List.of(),
                    vetoed,
                    "withheld: " + dropped + " of " + size + " images were vetoed, and " + kept.size()
                            + " are fewer than the least number " + plan.least());
        }
        return new GateDecision(
                kept, vetoed, "released: " + kept.size() + " of " + size + " images, " + dropped + " vetoed");
    }

    /** Returns whether the set is released. */
    public boolean isReleased() {
        return !released.isEmpty();
    }
}
