package org.consilium.site.policy;

import java.time.Instant;
import java.util.Objects;

/**
 * What a policy is told beside the offer and its protocol.
 *
 * @param examples this site's images of the split that is asked for, by label; empty if it has none
 * @param otherRoundsToday rounds that the node has trained today, without the one that is offered
 * @param now the time
 */
public record Facts(long[] examples, int otherRoundsToday, Instant now) {

    /** Keeps a copy. */
    public Facts {
        examples = examples.clone();
        Objects.requireNonNull(now, "now");
    }

    long total() {
        long sum = 0;
        for (long count : examples) {
            sum += count;
        }
        return sum;
    }

    /** Returns how many there are of the label that has most. */
    long most() {
        long most = 0;
        for (long count : examples) {
            most = Math.max(most, count);
        }
        return most;
    }

    /** Of labels that the site has no image of there is none. */
    long fewest(int labels) {
        long fewest = Long.MAX_VALUE;
        for (int label = 0; label < labels; label++) {
            fewest = Math.min(fewest, label < examples.length ? examples[label] : 0);
        }
        return fewest;
    }
}
