package org.consilium.contract;

/**
 * By what a site judges impressions on its own images before any other site may train on them.
 *
 * @param nearest 0 to 1: an impression is vetoed that is nearer to a training image than this part of the site's held-out
 *     images are to theirs; 0 for no such rule
 * @param duplicate 0 to 1: an impression is vetoed whose distance to a training image is below this part of the median of
 *     held-out images; 0 for no such rule
 * @param membershipAuc 0.5 to 1: the whole set is vetoed if the nearness of its images tells training from held-out images
 *     by more than this area under the curve, with 97.5 per cent confidence; 1 for no such rule
 * @param least images that a set needs to be released at all, after vetoes, 1 to 100,000
 */
public record GatePlan(double nearest, double duplicate, double membershipAuc, int least) {

    /** Checks the ranges. */
    public GatePlan {
        within("nearest", nearest, 0, 1);
        within("duplicate", duplicate, 0, 1);
        within("membershipAuc", membershipAuc, 0.5, 1);
        within("least", least, 1, 100_000);
    }

    private static void within(String what, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    "'" + what + "' of the privacy gate is " + value + "; use " + least + " to " + most);
        }
    }
}
