package org.consilium.server.round;

import java.time.Instant;
import java.util.Objects;

/**
 * The right of one replica to aggregate a round; it expires, so that another replica redoes the work of one that died.
 *
 * @param holder a name that no two claims share
 * @param until when it expires
 */
public record Claim(String holder, Instant until) {

    /** Checks that nothing is missing. */
    public Claim {
        Objects.requireNonNull(holder, "holder");
        Objects.requireNonNull(until, "until");
    }
}
