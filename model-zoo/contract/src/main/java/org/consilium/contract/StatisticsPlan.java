package org.consilium.contract;

import java.util.Objects;

/**
 * What a site is asked to say of the features of its images; see {@link ClassStatistics}.
 *
 * @param products which products are summed up
 * @param least images that a class has at least to be described at all, 2 to 1,000,000; a site's own policy may ask for more
 */
public record StatisticsPlan(ClassStatistics.Products products, int least) {

    /** Checks the range. */
    public StatisticsPlan {
        Objects.requireNonNull(products, "products");
        if (least < 2 || least > 1_000_000) {
            throw new IllegalArgumentException(
                    "classes of " + least + " images cannot be described: use 2 to 1000000 as the least number");
        }
    }
}
