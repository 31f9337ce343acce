package org.consilium.site.policy;

import java.time.Instant;

/** Whether the node may do the work that an offer asks for. */
public sealed interface Verdict {

    /**
     * It may.
     *
     * @param fewest of a label with fewer images than this nothing is scored or described, 1 or more
     * @param trainingLoss whether an update may say its mean loss
     */
    record Permitted(int fewest, boolean trainingLoss) implements Verdict {}

    /**
     * It may not.
     *
     * @param code stable name in kebab case
     * @param reason for people at both sides, with the next action, at most 450 characters
     */
    record Refused(String code, String reason) implements Verdict {}

    /**
     * It may later.
     *
     * @param from from when on
     * @param reason for people
     */
    record Later(Instant from, String reason) implements Verdict {}
}
