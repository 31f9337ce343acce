package org.consilium.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Optimiser;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The networks of the model zoo as Deeplearning4j configurations, named {@code FAMILY.HxWxC.K}: family, image height,
 * width and channels, and number of classes, as in {@code cnn.28x28x3.8}.
 *
 * <p>{@code cnn}: 3x3 convolution, 32 maps, ReLU, 2x2 max pooling; 3x3 convolution, 64 maps, ReLU, 2x2 max pooling; 128
 * dense ReLU units; softmax. {@code cnn-wide}: the same with 3,500 dense units, for measuring what size costs.
 * Convolutions keep the size, pooling halves it and drops an odd last row or column. {@code resnet}:
 * {@link GraphArchitectures#residual}, for images of any size from 8 by 8, since a mean over all positions precedes its
 * softmax.
 */
public final class Architectures {

    private static final Pattern FORM = Pattern.compile("([a-z-]+)\\.(\\d{1,4})x(\\d{1,4})x(\\d)\\.(\\d{1,4})");

    private Architectures() {}

    /** Returns the names of the families. */
    public static List<String> families() {
        return Arrays.stream(Family.values()).map(Family::label).toList();
    }

    /**
     * Returns the id of a family's network for images of one size.
     *
     * @param family one of {@link #families()}
     * @param shape size of the images, at least 4 by 4, for {@code resnet} 8 by 8
     * @param classes 2 to 1,000
     * @throws IllegalArgumentException if there is no such network, saying which there are
     */
    public static ArchitectureId id(String family, ImageShape shape, int classes) {
        ArchitectureId id = new ArchitectureId(family + "." + shape + "." + classes);
        Network.of(id);
        return id;
    }

    /**
     * Returns a network as Deeplearning4j configures it.
     *
     * @param id as {@link #id} makes it
     * @param seed decides the initial parameters (He et al., 2015, normal)
     * @param optimiser how it is trained
     * @throws IllegalArgumentException if there is no such network, saying which there are
     */
    public static Blueprint blueprint(ArchitectureId id, long seed, Optimiser optimiser) {
        Network network = Network.of(id);
        return switch (network.family()) {
            case CNN -> new Blueprint.Layers(convolutional(network, 128, seed, optimiser));
            case CNN_WIDE -> new Blueprint.Layers(convolutional(network, 3_500, seed, optimiser));
            case RESNET ->
                new Blueprint.Branches(
                        GraphArchitectures.residual(network.shape(), network.classes(), seed, optimiser));
        };
    }

    private static MultiLayerConfiguration convolutional(
            Network network, int denseUnits, long seed, Optimiser optimiser) {
        return new NeuralNetConfiguration.Builder()
                .seed(seed)
                .weightInit(WeightInit.RELU)
                .updater(updater(optimiser))
                .list()
                .layer(convolution(32))
                .layer(pooling())
                .layer(convolution(64))
                .layer(pooling())
                .layer(new DenseLayer.Builder()
                        .nOut(denseUnits)
                        .activation(Activation.RELU)
                        .build())
                .layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(network.classes())
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(
                        network.shape().height(),
                        network.shape().width(),
                        network.shape().channels()))
                .build();
    }

    /**
     * Returns the size of the images that a network takes.
     *
     * @throws IllegalArgumentException if there is no such network, saying which there are
     */
    public static ImageShape shape(ArchitectureId id) {
        return Network.of(id).shape();
    }

    /**
     * Returns the number of a network's classes.
     *
     * @throws IllegalArgumentException if there is no such network, saying which there are
     */
    public static int classes(ArchitectureId id) {
        return Network.of(id).classes();
    }

    /** Returns how many parameters a network has, without building it. */
    static long parameterCount(ArchitectureId id) {
        return blueprint(id, 0, new Optimiser.Sgd(1, 0)).parameterCount();
    }

    private static ConvolutionLayer convolution(int maps) {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(maps)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.RELU)
                .build();
    }

    private static SubsamplingLayer pooling() {
        return new SubsamplingLayer.Builder(PoolingType.MAX)
                .kernelSize(2, 2)
                .stride(2, 2)
                .build();
    }

    /** Returns the length of the features that a network's last layer works on. */
    static int features(ArchitectureId id) {
        Blueprint blueprint = blueprint(id, 0, new Optimiser.Sgd(1, 0));
        Layer last = blueprint instanceof Blueprint.Layers layers
                ? layers.configuration()
                        .getConf(layers.configuration().getConfs().size() - 1)
                        .getLayer()
                : last(((Blueprint.Branches) blueprint).configuration());
        return Math.toIntExact(((FeedForwardLayer) last).getNIn());
    }

    private static Layer last(ComputationGraphConfiguration graph) {
        return ((LayerVertex) graph.getVertices().get(graph.getNetworkOutputs().get(0)))
                .getLayerConf()
                .getLayer();
    }

    static IUpdater updater(Optimiser optimiser) {
        if (optimiser instanceof Optimiser.Adam adam) {
            return new Adam(adam.learningRate(), 0.9, 0.999, 1e-8);
        }
        Optimiser.Sgd sgd = (Optimiser.Sgd) optimiser;
        return sgd.momentum() == 0 ? new Sgd(sgd.learningRate()) : new Nesterovs(sgd.learningRate(), sgd.momentum());
    }

    /** What the networks of one kind have in common. */
    enum Family {
        CNN(4),
        CNN_WIDE(4),
        RESNET(8);

        private final int leastSide;

        /** @param leastSide pixels that an image has at least, in both directions */
        Family(int leastSide) {
            this.leastSide = leastSide;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Optional<Family> of(String label) {
            return Arrays.stream(values())
                    .filter(family -> family.label().equals(label))
                    .findFirst();
        }
    }

    /**
     * What an id says.
     *
     * @param family what kind of network
     * @param shape size of the images
     * @param classes number of classes
     */
    record Network(Family family, ImageShape shape, int classes) {

        static Network of(ArchitectureId id) {
            Matcher parts = FORM.matcher(id.value());
            Optional<Family> named = parts.matches() ? Family.of(parts.group(1)) : Optional.empty();
            Family family = named.orElseThrow(() -> new IllegalArgumentException("architecture '" + id
                    + "' is not known: use FAMILY.HxWxC.K with FAMILY one of " + String.join(", ", families())
                    + ", such as cnn.28x28x3.8"));
            ImageShape shape = new ImageShape(number(parts, 2), number(parts, 3), number(parts, 4));
            int classes = number(parts, 5);
            int least = family.leastSide;
            if (shape.height() < least || shape.width() < least || classes < 2 || classes > 1_000) {
                throw new IllegalArgumentException("architecture '" + id + "' is not known: images of "
                        + family.label() + " need at least " + least + " by " + least
                        + " pixels, and classes are 2 to 1000");
            }
            return new Network(family, shape, classes);
        }

        private static int number(Matcher parts, int group) {
            return Integer.parseInt(parts.group(group));
        }
    }
}
