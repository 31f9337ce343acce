package org.consilium.server.study;

import java.time.Instant;
import java.util.Objects;
import org.consilium.contract.SiteId;

/**
 * A site that has left a study.
 *
 * @param site the site
 * @param by its steward
 * @param at when
 * @param reason why
 * @param erasedUpdates how many of its updates were erased, as the protocol says
 */
public record Withdrawal(SiteId site, String by, Instant at, String reason, int erasedUpdates) {

    /** Checks that nothing is missing. */
    public Withdrawal {
        Objects.requireNonNull(site, "site");
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(reason, "reason");
    }
}
