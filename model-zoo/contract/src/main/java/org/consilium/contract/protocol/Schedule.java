package org.consilium.contract.protocol;

import java.time.Duration;

/**
 * How long a study goes on, and whom it waits for.
 *
 * @param rounds most rounds, 1 to 100,000
 * @param quorum fewest updates that a round needs, 1 or more
 * @param roundDeadline how long a site may take to answer, 1 s to 30 days, whole seconds
 * @param test whether the selected model is scored once on the test images at the end
 */
public record Schedule(int rounds, int quorum, Duration roundDeadline, boolean test) {

    private static final int MOST_ROUNDS = 100_000;
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(30);

    /** Checks the ranges. */
    public Schedule {
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new IllegalArgumentException("'rounds' must be 1 to " + MOST_ROUNDS + ", not " + rounds);
        }
        if (quorum < 1) {
            throw new IllegalArgumentException("'quorum' must be 1 or more, not " + quorum);
        }
        if (roundDeadline.compareTo(Duration.ofSeconds(1)) < 0
                || roundDeadline.compareTo(LONGEST_DEADLINE) > 0
                || roundDeadline.getNano() != 0) {
            throw new IllegalArgumentException("'roundDeadlineSeconds' must be a whole number of 1 to "
                    + LONGEST_DEADLINE.toSeconds() + ", not " + roundDeadline.toSeconds());
        }
    }

    void write(CanonicalForm form) {
        form.whole("rounds", rounds)
                .whole("quorum", quorum)
                .whole("roundDeadlineSeconds", roundDeadline.toSeconds())
                .flag("test", test);
    }
}
