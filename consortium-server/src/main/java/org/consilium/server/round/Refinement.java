package org.consilium.server.round;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.consilium.contract.Sha256;

/**
 * What impressions are to a round: those that it is trained on, and those that are made of its model.
 *
 * @param trainedOn the set that sites train on
 * @param done dual steps of synthesis that are done
 * @param steps how many there are; 0 until synthesis has begun, and where none is due
 * @param seconds how long synthesis took
 * @param at when the refined model was there
 * @param made the set that was made, before it is judged
 * @param released those of its images that may be trained on
 * @param outcome what became of the set, in a sentence; empty where none is due, or it is not decided
 */
public record Refinement(
        Optional<Sha256> trainedOn,
        int done,
        int steps,
        OptionalDouble seconds,
        Optional<Instant> at,
        Optional<Sha256> made,
        Optional<Sha256> released,
        Optional<String> outcome) {

    /** A round without any of it. */
    public static final Refinement NONE = trainedOn(Optional.empty());

    /** Checks that it fits together. */
    public Refinement {
        Objects.requireNonNull(trainedOn, "trainedOn");
        Objects.requireNonNull(seconds, "seconds");
        Objects.requireNonNull(at, "at");
        if (done < 0 || done > steps) {
            throw new IllegalArgumentException(done + " of " + steps + " steps are not valid");
        }
        if (released.isPresent() && (made.isEmpty() || outcome.isEmpty())) {
            throw new IllegalArgumentException("a set is released after it was made and decided on");
        }
    }

    /** Returns what a round begins with. */
    static Refinement trainedOn(Optional<Sha256> set) {
        return new Refinement(
                set,
                0,
                0,
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns whether there is a set that the sites judge. */
    public boolean isUndecided() {
        return made.isPresent() && outcome.isEmpty();
    }

    /** Returns what the next round is trained on: a set that is withheld, or fails, does not take the last good one away. */
    Optional<Sha256> next() {
        return released.or(() -> trainedOn);
    }

    /** Returns it with so many steps done. */
    Refinement stepped(int now, int of) {
        return new Refinement(trainedOn, now, of, seconds, at, made, released, outcome);
    }

    /** Returns it once the refined model is there, without a set. */
    Refinement over(Instant now) {
        return new Refinement(trainedOn, done, steps, seconds, Optional.of(now), made, released, outcome);
    }

    /** Returns it with a set that was made. */
    Refinement made(Sha256 set, double took) {
        return new Refinement(trainedOn, done, steps, OptionalDouble.of(took), at, Optional.of(set), released, outcome);
    }

    /** Returns it with what became of the set. */
    Refinement decided(Optional<Sha256> good, String why) {
        return new Refinement(trainedOn, done, steps, seconds, at, made, good, Optional.of(why));
    }
}
