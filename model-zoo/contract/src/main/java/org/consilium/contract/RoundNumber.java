package org.consilium.contract;

/**
 * The number of a round within its study, counted from 1.
 *
 * @param value 1 to 100,000
 */
public record RoundNumber(int value) implements Comparable<RoundNumber> {

    /** Checks the range. */
    public RoundNumber {
        if (value < 1 || value > 100_000) {
            throw new IllegalArgumentException("round " + value + " is not valid: rounds are numbered 1 to 100000");
        }
    }

    /** Returns the round after this one. */
    public RoundNumber next() {
        return new RoundNumber(value + 1);
    }

    @Override
    public int compareTo(RoundNumber other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
