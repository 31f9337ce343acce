package org.consilium.contract;

import java.util.Objects;
import java.util.Optional;

/**
 * A node's sign of life: what it does, and little more, so that nobody takes silence for work.
 *
 * @param activity what it does
 * @param study for which study, exactly where the activity is work
 * @param round for which of its rounds, exactly where the activity is work
 * @param freeDiskBytes free space on the node's disk, rounded down to whole GiB: a coarse figure says enough
 * @param nodeVersion the version of the node's software, 1 to 80 characters
 */
public record Heartbeat(
        Activity activity,
        Optional<StudyId> study,
        Optional<RoundNumber> round,
        long freeDiskBytes,
        String nodeVersion) {

    /** Bytes of one GiB. */
    public static final long GIB = 1L << 30;

    private static final int LONGEST_VERSION = 80;

    /** Checks that work names its round, and rounds the free space. */
    public Heartbeat {
        Objects.requireNonNull(activity, "activity");
        if (study.isPresent() != activity.isWork() || round.isPresent() != activity.isWork()) {
            throw new IllegalArgumentException("activity " + activity
                    + (activity.isWork() ? " needs 'study' and 'round'" : " has no 'study' and no 'round'"));
        }
        if (freeDiskBytes < 0) {
            throw new IllegalArgumentException("'freeDiskBytes' must not be negative, it is " + freeDiskBytes);
        }
        freeDiskBytes -= freeDiskBytes % GIB;
        if (nodeVersion == null
                || nodeVersion.isBlank()
                || nodeVersion.length() > LONGEST_VERSION
                || nodeVersion.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "'nodeVersion' must have 1 to " + LONGEST_VERSION + " characters and no control characters");
        }
    }
}
