package org.consilium.quickstart;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Measurements of one thing on several seeds.
 *
 * @param values in the order of the seeds, at least one; a number that does not exist is NaN, and so is what is made of it
 */
record Sample(List<Double> values) {

    /** Copies. */
    Sample {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("there are no measurements");
        }
    }

    /**
     * An interval around a mean.
     *
     * @param mean the mean
     * @param low lower end, NaN of fewer than two values
     * @param high upper end, NaN of fewer than two values
     */
    record Interval(double mean, double low, double high) {}

    /** Returns the mean. */
    double mean() {
        return values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
    }

    /** Returns the standard deviation, with n - 1 below the sum; NaN of fewer than two values. */
    double sd() {
        if (values.size() < 2) {
            return Double.NaN;
        }
        double mean = mean();
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return Math.sqrt(squares / (values.size() - 1));
    }

    /** Returns the largest less the smallest. */
    double range() {
        double low = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow() - low;
    }

    /** Returns the differences to another sample on the same seeds. */
    Sample minus(Sample other) {
        if (other.values.size() != values.size()) {
            throw new IllegalArgumentException(
                    "samples of " + values.size() + " and " + other.values.size() + " values are no pairs");
        }
        return new Sample(IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i) - other.values.get(i))
                .toList());
    }

    /** Returns the mean with its 95 per cent interval by Student's t with n - 1 degrees of freedom. */
    Interval interval() {
        int n = values.size();
        if (n < 2) {
            return new Interval(mean(), Double.NaN, Double.NaN);
        }
        double half = TDistribution.of(n - 1).inverseSurvivalProbability(0.025) * sd() / Math.sqrt(n);
        return new Interval(mean(), mean() - half, mean() + half);
    }
}
