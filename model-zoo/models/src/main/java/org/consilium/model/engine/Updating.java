package org.consilium.model.engine;

import java.util.Map;

/**
 * How training moves parameters along their mean gradient, as Deeplearning4j defines it: clipping, L2, the rule, weight
 * decay, in this order.
 *
 * @param rule the rule
 * @param rate its step size
 * @param perBlock what is particular to each array of parameters, by its name
 */
record Updating(Rule rule, Schedule rate, Map<String, OfBlock> perBlock) {

    Updating {
        perBlock = Map.copyOf(perBlock);
    }

    /** A figure that may change while training goes on. */
    @FunctionalInterface
    interface Schedule {
        /** Returns the figure for the step and the epoch, both counted from 0. */
        double at(int step, int epoch);

        /** Returns the sum of both. */
        default Schedule plus(Schedule other) {
            return (step, epoch) -> at(step, epoch) + other.at(step, epoch);
        }
    }

    /** The rule. */
    sealed interface Rule {
        /** p = p - rate g. */
        record Sgd() implements Rule {}

        /** v = mu v - rate g; p = p + v (Polyak, 1964). */
        record HeavyBall(float momentum) implements Rule {}

        /** v' = mu v - rate g; p = p - mu v + (1 + mu) v'. */
        record Nesterov(Schedule momentum) implements Rule {}

        /** Kingma and Ba, 2015. With weight decay it is AdamW (Loshchilov and Hutter, 2019). */
        record Adam(double beta1, double beta2, double epsilon) implements Rule {}
    }

    /**
     * What is particular to one array.
     *
     * @param layer the layer that it is clipped together with
     * @param clip largest norm of that layer's gradient, infinite where there is none
     * @param l2 factor of the parameters that is added to the gradient
     * @param decay factor of the parameters that is taken off after the rule
     * @param decayByRate likewise, times the step size
     */
    record OfBlock(String layer, double clip, Schedule l2, Schedule decay, Schedule decayByRate) {}
}
