package org.consilium.model.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.consilium.model.dl4j.InstanceNormalization;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Small networks drawn at random, beside Deeplearning4j in double precision. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class RandomNetworksTest {

    private static final int COUNT = 200;

    private static final Activation[] FUNCTIONS = {
        Activation.IDENTITY, Activation.RELU, Activation.LEAKYRELU, Activation.TANH, Activation.SIGMOID
    };

    static IntStream seeds() {
        return IntStream.range(0, COUNT);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_network_gives_what_deeplearning4j_gives(int seed) {
        Drawn drawn = new Drawn(new Random(seed));
        MultiLayerConfiguration configuration = drawn.configuration();
        Reference reference =
                Reference.of(configuration, drawn.input, Shape.features(drawn.classes), drawn.batch, seed);
        Compared.check(
                "network " + seed + " " + drawn.description,
                ConfigurationReader.read(configuration, drawn.input, Use.TRAIN),
                ConfigurationReader.read(configuration, drawn.input, Use.INPUT_GRADIENT),
                reference,
                drawn.batch);
    }

    /** Draws layers that fit the maps that are left. */
    private static final class Drawn {

        private final Random random;
        private final Shape input;
        private final int batch;
        private final int classes;
        private final List<String> description = new ArrayList<>();
        private final List<Layer> layers = new ArrayList<>();
        private int height;
        private int width;

        Drawn(Random random) {
            this.random = random;
            this.height = 6 + random.nextInt(9);
            this.width = 6 + random.nextInt(9);
            this.input = new Shape(1 + random.nextInt(4), height, width);
            this.batch = 1 + random.nextInt(5);
            this.classes = 2 + random.nextInt(5);
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                add();
            }
            if (random.nextBoolean()) {
                if (random.nextBoolean()) {
                    layers.add(new GlobalPoolingLayer.Builder()
                            .poolingType(random.nextBoolean() ? PoolingType.MAX : PoolingType.AVG)
                            .build());
                    description.add("global");
                }
                layers.add(new DenseLayer.Builder()
                        .nOut(channels())
                        .activation(function())
                        .build());
                description.add("dense");
            }
        }

        private void add() {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> convolution();
                case 3 -> pool();
                case 4 -> {
                    layers.add(new ActivationLayer(function()));
                    description.add("function");
                }
                case 5 -> upsample();
                case 6 -> transposed();
                default -> {
                    // Over a single value the norm is 0 everywhere and its gradient a question of rounding.
                    if (height * width >= 9) {
                        convolution();
                        layers.add(new InstanceNormalization(1e-3));
                        // The mean of normed maps is 0 whatever comes in; of rectified ones it is not.
                        layers.add(new ActivationLayer(Activation.RELU));
                        description.add("norm");
                    }
                }
            }
        }

        private void convolution() {
            int kernel = 1 + random.nextInt(Math.min(5, Math.min(height, width)));
            int stride = kernel == 1 ? 1 : 1 + random.nextInt(2);
            boolean same = random.nextBoolean();
            int padding = same || kernel == 1 ? 0 : random.nextInt(2);
            layers.add(new ConvolutionLayer.Builder(kernel, kernel)
                    .stride(stride, stride)
                    .convolutionMode(same ? ConvolutionMode.Same : ConvolutionMode.Truncate)
                    .padding(padding, padding)
                    .nOut(channels())
                    .hasBias(random.nextInt(4) > 0)
                    .activation(function())
                    .build());
            description.add("conv" + kernel + "/" + stride + (same ? "same" : "+" + padding));
            resize(kernel, stride, same, padding);
        }

        private void pool() {
            if (height < 3 || width < 3) {
                return;
            }
            int kernel = 2 + random.nextInt(2);
            boolean same = random.nextBoolean();
            layers.add(new SubsamplingLayer.Builder(random.nextBoolean() ? PoolingType.MAX : PoolingType.AVG)
                    .kernelSize(kernel, kernel)
                    .stride(2, 2)
                    .convolutionMode(same ? ConvolutionMode.Same : ConvolutionMode.Truncate)
                    .build());
            description.add("pool" + kernel + (same ? "same" : ""));
            resize(kernel, 2, same, 0);
        }

        private void upsample() {
            if (height * width > 100) {
                return;
            }
            layers.add(new Upsampling2D.Builder(2).build());
            description.add("up");
            height *= 2;
            width *= 2;
        }

        private void transposed() {
            if (height * width > 100) {
                return;
            }
            int kernel = 2 + random.nextInt(2);
            layers.add(new Deconvolution2D.Builder(kernel, kernel)
                    .stride(2, 2)
                    .nOut(channels())
                    .activation(function())
                    .build());
            description.add("transposed" + kernel);
            height = 2 * (height - 1) + kernel;
            width = 2 * (width - 1) + kernel;
        }

        private void resize(int kernel, int stride, boolean same, int padding) {
            height = same ? (height + stride - 1) / stride : (height + 2 * padding - kernel) / stride + 1;
            width = same ? (width + stride - 1) / stride : (width + 2 * padding - kernel) / stride + 1;
        }

        private int channels() {
            return random.nextInt(3) == 0 ? 16 : 1 + random.nextInt(20);
        }

        private Activation function() {
            return FUNCTIONS[random.nextInt(FUNCTIONS.length)];
        }

        MultiLayerConfiguration configuration() {
            NeuralNetConfiguration.ListBuilder builder = new NeuralNetConfiguration.Builder()
                    .seed(3)
                    .dataType(DataType.DOUBLE)
                    // Deeplearning4j's own check of its workspaces fails where a function follows the input.
                    .trainingWorkspaceMode(WorkspaceMode.NONE)
                    .inferenceWorkspaceMode(WorkspaceMode.NONE)
                    .list();
            layers.forEach(builder::layer);
            return builder.layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                            .nOut(classes)
                            .activation(Activation.SOFTMAX)
                            .build())
                    .setInputType(InputType.convolutional(input.height(), input.width(), input.channels()))
                    .build();
        }
    }
}
