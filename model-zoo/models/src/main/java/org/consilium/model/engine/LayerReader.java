package org.consilium.model.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.consilium.model.dl4j.InstanceNormalization;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * Reads layer after layer in the order of their parameters, and refuses by name what it does not know exactly: a network
 * that is run here gives what Deeplearning4j gives, or it is not run here.
 */
final class LayerReader {

    private final Use use;
    private final List<Node> nodes = new ArrayList<>();
    private long offset;

    LayerReader(Shape input, Use use) {
        this.use = use;
        nodes.add(new Node("input", new Op.Input(), List.of(), input));
    }

    Graph graph(int features) {
        return new Graph(nodes, features, offset);
    }

    /** Reads a layer; returns the index of its result. */
    int layer(String name, NeuralNetConfiguration configuration, int input, boolean isOutput) {
        Layer layer = configuration.getLayer();
        boolean frozen = use != Use.TRAIN;
        if (layer instanceof FrozenLayerWithBackprop wrapper) {
            layer = wrapper.getUnderlying();
            frozen = true;
        } else if (layer instanceof FrozenLayer wrapper) {
            if (use == Use.TRAIN) {
                throw new UnsupportedNetworkException(
                        "layer '" + name
                                + "', a FrozenLayer, at which Deeplearning4j ends the backward pass; use FrozenLayerWithBackprop");
            }
            layer = wrapper.getLayer();
        }
        int from = dropout(name, layer, frozen, input);
        return isOutput ? output(name, layer, frozen, from) : hidden(name, layer, frozen, from);
    }

    int merge(String name, List<Integer> inputs) {
        Shape first = nodes.get(inputs.get(0)).shape();
        int channels = 0;
        for (int input : inputs) {
            Shape shape = nodes.get(input).shape();
            if (shape.height() != first.height() || shape.width() != first.width()) {
                throw new UnsupportedNetworkException("vertex '" + name + "', which joins " + first + " and " + shape);
            }
            channels += shape.channels();
        }
        return add(name, new Op.Concat(), inputs, new Shape(channels, first.height(), first.width()));
    }

    int add(String name, List<Integer> inputs) {
        Shape first = nodes.get(inputs.get(0)).shape();
        if (inputs.size() < 2
                || inputs.stream().anyMatch(input -> !nodes.get(input).shape().equals(first))) {
            throw new UnsupportedNetworkException("vertex '" + name + "', which adds inputs of different shapes");
        }
        return add(name, new Op.Add(Activation.NONE), inputs, first);
    }

    private int add(String name, Op op, List<Integer> inputs, Shape shape) {
        nodes.add(new Node(name, op, List.copyOf(inputs), shape));
        return nodes.size() - 1;
    }

    private int dropout(String name, Layer layer, boolean frozen, int input) {
        IDropout dropout = layer.getIDropout();
        if (dropout == null || use != Use.TRAIN || frozen) {
            return input;
        }
        if (dropout instanceof Dropout plain && plain.getPSchedule() == null) {
            return add(
                    name,
                    new Op.Dropout(plain.getP()),
                    List.of(input),
                    nodes.get(input).shape());
        }
        throw new UnsupportedNetworkException(
                "layer '" + name + "' with " + dropout.getClass().getSimpleName());
    }

    private int output(String name, Layer layer, boolean frozen, int input) {
        // Exactly these: what extends them computes something else.
        if (layer.getClass() == OutputLayer.class) {
            OutputLayer dense = (OutputLayer) layer;
            checkOutput(name, dense.getActivationFn());
            return dense(name, dense, dense.hasBias(), frozen, input, Activation.NONE);
        }
        if (layer.getClass() == LossLayer.class || layer.getClass() == CnnLossLayer.class) {
            checkOutput(name, ((BaseLayer) layer).getActivationFn());
            return add(
                    name,
                    new Op.Apply(Activation.NONE),
                    List.of(input),
                    nodes.get(input).shape());
        }
        throw unknown(name, layer);
    }

    private static void checkOutput(String name, IActivation activation) {
        if (!(activation instanceof ActivationSoftmax) && !(activation instanceof ActivationIdentity)) {
            throw new UnsupportedNetworkException("output layer '" + name + "' with the activation " + activation);
        }
    }

    private int hidden(String name, Layer layer, boolean frozen, int input) {
        checkTraining(name, layer, frozen);
        Shape from = nodes.get(input).shape();
        if (layer.getClass() == ConvolutionLayer.class || layer.getClass() == Convolution2D.class) {
            return convolution(name, (ConvolutionLayer) layer, frozen, input);
        }
        if (layer.getClass() == Deconvolution2D.class) {
            return deconvolution(name, (Deconvolution2D) layer, frozen, input);
        }
        if (layer.getClass() == DenseLayer.class) {
            DenseLayer dense = (DenseLayer) layer;
            if (dense.hasLayerNorm()) {
                throw new UnsupportedNetworkException("layer '" + name + "' with layer normalisation");
            }
            return dense(name, dense, dense.isHasBias(), frozen, input, activation(name, dense.getActivationFn()));
        }
        if (layer instanceof SubsamplingLayer pool) {
            return pool(name, pool, input);
        }
        if (layer instanceof GlobalPoolingLayer pool) {
            return globalPool(name, pool, input);
        }
        if (layer instanceof Upsampling2D up && up.getFormat() == CNN2DFormat.NCHW) {
            int[] size = up.getSize();
            return add(
                    name,
                    new Op.Upsample(size[0], size[1]),
                    List.of(input),
                    new Shape(from.channels(), from.height() * size[0], from.width() * size[1]));
        }
        if (layer instanceof ActivationLayer apply) {
            return add(name, new Op.Apply(activation(name, apply.getActivationFn())), List.of(input), from);
        }
        if (layer instanceof DropoutLayer) {
            return input;
        }
        if (layer instanceof BatchNormalization norm) {
            return frozenNorm(name, norm, frozen, input);
        }
        if (layer instanceof InstanceNormalization norm) {
            return add(name, new Op.InstanceNorm((float) norm.getEpsilon(), Activation.NONE), List.of(input), from);
        }
        throw unknown(name, layer);
    }

    private int convolution(String name, ConvolutionLayer layer, boolean frozen, int input) {
        checkFormat(name, layer.getCnn2dDataFormat());
        Shape from = nodes.get(input).shape();
        Window window = Windows.of(
                name,
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding(),
                layer.getConvolutionMode(),
                from);
        int out = Math.toIntExact(layer.getNOut());
        Optional<Block> bias = bias(name, layer.hasBias(), out, frozen);
        Block weights = take(
                Block.rows(name + "_W", offset, !frozen, out, from.channels(), window.kernel()[0], window.kernel()[1]));
        Op op = new Op.Convolution(window, weights, bias, activation(name, layer.getActivationFn()));
        return add(name, op, List.of(input), Windows.result(name, window, from, out));
    }

    private int deconvolution(String name, Deconvolution2D layer, boolean frozen, int input) {
        checkFormat(name, layer.getCnn2dDataFormat());
        Shape from = nodes.get(input).shape();
        int[] kernel = layer.getKernelSize();
        Window window = Windows.transposed(
                name, kernel, layer.getStride(), layer.getDilation(), layer.getPadding(), layer.getConvolutionMode());
        int out = Math.toIntExact(layer.getNOut());
        Optional<Block> bias = bias(name, layer.hasBias(), out, frozen);
        long area = (long) kernel[0] * kernel[1];
        // Deeplearning4j keeps [in, out, kernel height, kernel width].
        Block weights = take(new Block(
                name + "_W",
                offset,
                new long[] {out, from.channels(), kernel[0], kernel[1]},
                new long[] {area, out * area, kernel[1], 1},
                !frozen));
        Op op = new Op.Deconvolution(window, weights, bias, activation(name, layer.getActivationFn()));
        return add(name, op, List.of(input), Windows.transposedResult(window, from, out));
    }

    private int dense(
            String name, FeedForwardLayer layer, boolean hasBias, boolean frozen, int input, Activation activation) {
        Shape from = nodes.get(input).shape();
        int out = Math.toIntExact(layer.getNOut());
        if (layer.getNIn() != from.values()) {
            throw new UnsupportedNetworkException(
                    "layer '" + name + "', which takes " + layer.getNIn() + " values and is given " + from);
        }
        // [in, out] in Fortran order: the weights of one output lie together, over maps as channels, rows, columns.
        Block weights = take(
                from.isMaps()
                        ? Block.rows(name + "_W", offset, !frozen, out, from.channels(), from.height(), from.width())
                        : Block.rows(name + "_W", offset, !frozen, out, from.channels()));
        Optional<Block> bias = bias(name, hasBias, out, frozen);
        return add(name, new Op.Dense(weights, bias, activation), List.of(input), Shape.features(out));
    }

    private int pool(String name, SubsamplingLayer layer, int input) {
        checkFormat(name, layer.getCnn2dDataFormat());
        Shape from = nodes.get(input).shape();
        Op.Pooling pooling =
                switch (layer.getPoolingType()) {
                    case MAX -> Op.Pooling.MAX;
                    case AVG ->
                        layer.isAvgPoolIncludePadInDivisor()
                                ? Op.Pooling.MEAN_WITH_PADDING
                                : Op.Pooling.MEAN_WITHOUT_PADDING;
                    default ->
                        throw new UnsupportedNetworkException(
                                "layer '" + name + "' with pooling " + layer.getPoolingType());
                };
        if (layer.getDilation()[0] != 1 || layer.getDilation()[1] != 1) {
            throw new UnsupportedNetworkException("layer '" + name + "' with dilated pooling");
        }
        Window window = Windows.of(
                name,
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding(),
                layer.getConvolutionMode(),
                from);
        return add(
                name,
                new Op.Pool(pooling, window),
                List.of(input),
                Windows.result(name, window, from, from.channels()));
    }

    private int globalPool(String name, GlobalPoolingLayer layer, int input) {
        Shape from = nodes.get(input).shape();
        boolean known = layer.getPoolingType() == PoolingType.MAX || layer.getPoolingType() == PoolingType.AVG;
        int[] over = layer.getPoolingDimensions();
        boolean overMaps = over == null || Arrays.equals(over, new int[] {2, 3});
        if (!known || !layer.isCollapseDimensions() || !overMaps || !from.isMaps()) {
            throw new UnsupportedNetworkException(
                    "layer '" + name + "' with global pooling " + layer.getPoolingType() + " of this kind");
        }
        int[] whole = {from.height(), from.width()};
        int[] ones = {1, 1};
        int[] none = {0, 0};
        Op.Pooling pooling =
                layer.getPoolingType() == PoolingType.MAX ? Op.Pooling.MAX : Op.Pooling.MEAN_WITHOUT_PADDING;
        Window window = new Window(whole, ones, ones, none, none);
        return add(name, new Op.Pool(pooling, window), List.of(input), new Shape(from.channels(), 1, 1));
    }

    private int frozenNorm(String name, BatchNormalization layer, boolean frozen, int input) {
        if (!frozen) {
            throw new UnsupportedNetworkException("layer '" + name
                    + "', batch normalisation in training: its statistics do not average; freeze it, or use instance"
                    + " normalisation");
        }
        Shape from = nodes.get(input).shape();
        if (layer.isLockGammaBeta() || layer.getCnn2DFormat() != CNN2DFormat.NCHW || !from.isMaps()) {
            throw new UnsupportedNetworkException("layer '" + name + "', batch normalisation of this kind");
        }
        int size = from.channels();
        Block gamma = take(Block.vector(name + "_gamma", offset, size, false));
        Block beta = take(Block.vector(name + "_beta", offset, size, false));
        Block mean = take(Block.vector(name + "_mean", offset, size, false));
        Block spread = take(Block.vector(name + "_var", offset, size, false));
        return add(
                name,
                new Op.FrozenNorm(
                        gamma, beta, mean, spread, layer.isUseLogStd(), (float) layer.getEps(), Activation.NONE),
                List.of(input),
                from);
    }

    private Optional<Block> bias(String name, boolean hasBias, int out, boolean frozen) {
        return hasBias ? Optional.of(take(Block.vector(name + "_b", offset, out, !frozen))) : Optional.empty();
    }

    private Block take(Block block) {
        offset += block.size();
        return block;
    }

    /** What only training does must be known as well. */
    private void checkTraining(String name, Layer layer, boolean frozen) {
        if (frozen || !(layer instanceof BaseLayer trained)) {
            return;
        }
        if (trained.getWeightNoise() != null) {
            throw new UnsupportedNetworkException("layer '" + name + "' with weight noise");
        }
        if (layer.getConstraints() != null && !layer.getConstraints().isEmpty()) {
            throw new UnsupportedNetworkException("layer '" + name + "' with constraints");
        }
    }

    private static void checkFormat(String name, CNN2DFormat format) {
        if (format != CNN2DFormat.NCHW) {
            throw new UnsupportedNetworkException("layer '" + name + "' in the format " + format + "; use NCHW");
        }
    }

    private static Activation activation(String name, IActivation activation) {
        if (activation instanceof ActivationIdentity) {
            return Activation.NONE;
        }
        if (activation.getClass() == ActivationReLU.class) {
            ActivationReLU relu = (ActivationReLU) activation;
            if (relu.getMax() != null && relu.getMax() != 0
                    || relu.getThreshold() != null && relu.getThreshold() != 0) {
                throw new UnsupportedNetworkException("layer '" + name + "' with a bounded ReLU");
            }
            double slope = relu.getNegativeSlope() == null ? 0 : relu.getNegativeSlope();
            return new Activation(Activation.Kind.RELU, (float) slope);
        }
        if (activation instanceof ActivationLReLU leaky) {
            return new Activation(Activation.Kind.RELU, (float) leaky.getAlpha());
        }
        if (activation instanceof ActivationTanH) {
            return new Activation(Activation.Kind.TANH, 0);
        }
        if (activation instanceof ActivationSigmoid) {
            return new Activation(Activation.Kind.SIGMOID, 0);
        }
        throw new UnsupportedNetworkException("layer '" + name + "' with the activation " + activation);
    }

    private static UnsupportedNetworkException unknown(String name, Layer layer) {
        return new UnsupportedNetworkException(
                "layer '" + name + "', a " + layer.getClass().getSimpleName());
    }
}
