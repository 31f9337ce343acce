package org.consilium.site.policy;

import org.consilium.algorithm.StatisticsNoise;

/**
 * What a hospital says of its images' features, class by class.
 *
 * @param accepted whether it says anything of them
 * @param minimumImagesPerClass classes with fewer training images are left out, 2 to 1,000,000; a protocol may ask for more
 * @param noise standard deviation of the noise that is added, as a multiple of what one image adds, 0 to 10; see {@link
 *     StatisticsNoise}
 */
public record StatisticsPolicy(boolean accepted, int minimumImagesPerClass, double noise) {

    /** What a node begins with. */
    static final StatisticsPolicy INITIAL = new StatisticsPolicy(true, 5, 0);

    private static final int MOST_IMAGES = 1_000_000;

    /** Checks the ranges. */
    public StatisticsPolicy {
        if (minimumImagesPerClass < 2 || minimumImagesPerClass > MOST_IMAGES) {
            throw new IllegalArgumentException("'minimumImagesPerClass' of 'statistics' must be 2 to " + MOST_IMAGES
                    + ", not " + minimumImagesPerClass);
        }
        if (!(noise >= 0 && noise <= StatisticsNoise.MOST)) {
            throw new IllegalArgumentException("'noise' of 'statistics' must be 0 to 10, not " + noise);
        }
    }
}
