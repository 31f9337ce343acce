package org.consilium.server.site;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.consilium.contract.Activity;
import org.consilium.contract.Heartbeat;

/**
 * What a site's node said of itself last.
 *
 * @param at when it said so
 * @param activity what it did
 * @param since when it was first heard to do that
 * @param freeDiskBytes free space on its disk
 * @param lease the last work that it named, and when it named it last; older than {@code at} where it does no work now
 */
public record LastHeartbeat(Instant at, Activity activity, Instant since, long freeDiskBytes, Optional<Lease> lease) {

    /** Checks that nothing is missing. */
    public LastHeartbeat {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(activity, "activity");
        Objects.requireNonNull(since, "since");
        if (activity.isWork() && lease.isEmpty()) {
            throw new IllegalArgumentException("activity " + activity + " is work for a round");
        }
    }

    /** Returns the heartbeat that has come now, after what was known before. */
    static LastHeartbeat of(Heartbeat said, Optional<LastHeartbeat> before, Instant now) {
        Optional<Lease> named =
                said.study().map(study -> new Lease(study, said.round().orElseThrow(), now));
        boolean goesOn = before.filter(old -> old.activity == said.activity() && old.isFor(named))
                .isPresent();
        return new LastHeartbeat(
                now,
                said.activity(),
                goesOn ? before.get().since : now,
                said.freeDiskBytes(),
                named.or(() -> before.flatMap(LastHeartbeat::lease)));
    }

    private boolean isFor(Optional<Lease> work) {
        return work().isPresent() == work.isPresent() && work.stream().allMatch(one -> one.isSameWork(work().get()));
    }

    /** Returns the work that it did, where it did any. */
    public Optional<Lease> work() {
        return activity.isWork() ? lease : Optional.empty();
    }
}
