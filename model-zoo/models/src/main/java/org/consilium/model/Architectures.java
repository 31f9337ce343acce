package org.consilium.model;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Optimiser;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
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
 * Convolutions keep the size, pooling halves it and drops an odd last row or column.
 */
public final class Architectures {

    private static final Pattern FORM = Pattern.compile("([a-z-]+)\\.(\\d{1,4})x(\\d{1,4})x(\\d)\\.(\\d{1,4})");

    private Architectures() {}

    /** Returns the names of the families. */
    public static List<String> families() {
        return List.of("cnn", "cnn-wide");
    }

    /**
     * Returns the id of a family's network for images of one size.
     *
     * @param family one of {@link #families()}
     * @param shape size of the images, at least 4 by 4
     * @param classes 2 to 1,000
     * @throws IllegalArgumentException if there is no such network, saying which there are
     */
    public static ArchitectureId id(String family, ImageShape shape, int classes) {
        ArchitectureId id = new ArchitectureId(family + "." + shape + "." + classes);
        Network.of(id);
        return id;
    }

    /**
     * Returns the configuration of a network.
     *
     * @param id as {@link #id} makes it
     * @param seed decides the initial parameters (He et al., 2015, normal)
     * @param optimiser how it is trained
     * @throws IllegalArgumentException if there is no such network, saying which there are
     */
    public static MultiLayerConfiguration configuration(ArchitectureId id, long seed, Optimiser optimiser) {
        Network network = Network.of(id);
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
                        .nOut(network.denseUnits())
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

    /** Returns how many parameters a network has, without building it. */
    static long parameterCount(ArchitectureId id) {
        return configuration(id, 0, new Optimiser.Sgd(1, 0)).getConfs().stream()
                .mapToLong(layer -> layer.getLayer().initializer().numParams(layer))
                .sum();
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

    static IUpdater updater(Optimiser optimiser) {
        if (optimiser instanceof Optimiser.Adam adam) {
            return new Adam(adam.learningRate(), 0.9, 0.999, 1e-8);
        }
        Optimiser.Sgd sgd = (Optimiser.Sgd) optimiser;
        return sgd.momentum() == 0 ? new Sgd(sgd.learningRate()) : new Nesterovs(sgd.learningRate(), sgd.momentum());
    }

    /**
     * What an id says.
     *
     * @param shape size of the images
     * @param classes number of classes
     * @param denseUnits units of the dense layer
     */
    record Network(ImageShape shape, int classes, int denseUnits) {

        static Network of(ArchitectureId id) {
            Matcher parts = FORM.matcher(id.value());
            if (!parts.matches() || !families().contains(parts.group(1))) {
                throw new IllegalArgumentException("architecture '" + id + "' is not known: use FAMILY.HxWxC.K with"
                        + " FAMILY one of " + String.join(", ", families()) + ", such as cnn.28x28x3.8");
            }
            ImageShape shape = new ImageShape(number(parts, 2), number(parts, 3), number(parts, 4));
            int classes = number(parts, 5);
            if (shape.height() < 4 || shape.width() < 4 || classes < 2 || classes > 1_000) {
                throw new IllegalArgumentException("architecture '" + id
                        + "' is not known: images need at least 4 by 4 pixels, and classes are 2 to 1000");
            }
            return new Network(shape, classes, parts.group(1).equals("cnn") ? 128 : 3_500);
        }

        private static int number(Matcher parts, int group) {
            return Integer.parseInt(parts.group(group));
        }
    }
}
