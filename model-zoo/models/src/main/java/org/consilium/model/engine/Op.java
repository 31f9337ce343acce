package org.consilium.model.engine;

import java.util.Optional;

/** What a node of a network computes; shapes are those of {@link Node}. */
sealed interface Op {

    /** Returns the function applied to the result. */
    default Activation activation() {
        return Activation.NONE;
    }

    /** Returns the same with a function applied to its result, empty where that takes a node of its own. */
    default Optional<Op> with(Activation activation) {
        return Optional.empty();
    }

    /** The network's input. */
    record Input() implements Op {}

    /**
     * Convolution.
     *
     * @param weights {@code [out, in, kernel height, kernel width]}
     * @param bias {@code [out]}
     */
    record Convolution(Window window, Block weights, Optional<Block> bias, Activation activation) implements Op {
        @Override
        public Optional<Op> with(Activation next) {
            return Optional.of(new Convolution(window, weights, bias, next));
        }
    }

    /**
     * Transposed convolution.
     *
     * @param weights {@code [out, in, kernel height, kernel width]}
     * @param bias {@code [out]}
     */
    record Deconvolution(Window window, Block weights, Optional<Block> bias, Activation activation) implements Op {
        @Override
        public Optional<Op> with(Activation next) {
            return Optional.of(new Deconvolution(window, weights, bias, next));
        }
    }

    /**
     * Fully connected.
     *
     * @param weights {@code [out, in]}, or {@code [out, channels, height, width]} over maps
     * @param bias {@code [out]}
     */
    record Dense(Block weights, Optional<Block> bias, Activation activation) implements Op {
        @Override
        public Optional<Op> with(Activation next) {
            return Optional.of(new Dense(weights, bias, next));
        }
    }

    /** Maximum or mean over windows. */
    record Pool(Pooling pooling, Window window) implements Op {}

    /** How a window becomes one value. */
    enum Pooling {
        MAX,
        MEAN_WITH_PADDING,
        MEAN_WITHOUT_PADDING
    }

    /** Each value repeated. */
    record Upsample(int height, int width) implements Op {}

    /** Channels of the inputs one after the other. */
    record Concat() implements Op {}

    /** Sum of the inputs, equal in shape. */
    record Add(Activation activation) implements Op {
        @Override
        public Optional<Op> with(Activation next) {
            return Optional.of(new Add(next));
        }
    }

    /** The function alone. */
    record Apply(Activation activation) implements Op {
        @Override
        public Optional<Op> with(Activation next) {
            return activation.isNone() ? Optional.of(new Apply(next)) : Optional.empty();
        }
    }

    /**
     * Inverted dropout (Srivastava et al., 2014): while training, a value is kept and divided by {@code retain} with
     * that probability, and 0 otherwise.
     */
    record Dropout(double retain) implements Op {}

    /**
     * Batch normalisation with statistics that stay as they are: a scale and a shift a channel.
     *
     * @param spread the variance, or the decimal logarithm of the standard deviation
     * @param isLogarithm whether it is the logarithm
     */
    record FrozenNorm(
            Block gamma,
            Block beta,
            Block mean,
            Block spread,
            boolean isLogarithm,
            float epsilon,
            Activation activation)
            implements Op {
        @Override
        public Optional<Op> with(Activation next) {
            return Optional.of(new FrozenNorm(gamma, beta, mean, spread, isLogarithm, epsilon, next));
        }
    }

    /** Instance normalisation (Ulyanov et al., 2016) without scale and shift. */
    record InstanceNorm(float epsilon, Activation activation) implements Op {
        @Override
        public Optional<Op> with(Activation next) {
            return Optional.of(new InstanceNorm(epsilon, next));
        }
    }
}
