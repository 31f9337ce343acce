package org.consilium.algorithm;

import java.util.List;
import org.consilium.contract.SiteId;

/** The updates of one round as their store keeps them: equally cut vectors that are read a chunk at a time. */
public interface Updates {

    /** Returns who sent an update and with how many examples, in the order of the site ids; never empty. */
    List<Contribution> contributions();

    /** Returns into how many chunks each vector is cut; the same for all. */
    int chunks();

    /**
     * Returns one chunk of one site's vector.
     *
     * @param contribution index into {@link #contributions()}
     * @param chunk number of the chunk, from 0
     * @return its values, to be read only
     */
    float[] chunk(int contribution, int chunk);

    /**
     * One site's share in a round.
     *
     * @param site the site
     * @param examples its training images, at least 1
     */
    record Contribution(SiteId site, long examples) {
        /** Checks the range. */
        public Contribution {
            if (examples < 1) {
                throw new IllegalArgumentException(
                        "site " + site + " contributes " + examples + " examples; at least" + " 1 is needed");
            }
        }
    }
}
