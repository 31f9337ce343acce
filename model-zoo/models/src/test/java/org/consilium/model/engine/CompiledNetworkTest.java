package org.consilium.model.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.consilium.model.dl4j.InstanceNormalization;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
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
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Each kind of layer between an input, and a softmax output, beside Deeplearning4j in double precision. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class CompiledNetworkTest {

    private static final int CLASSES = 5;

    static Stream<Arguments> layers() {
        List<Arguments> all = new ArrayList<>();
        for (int kernel : new int[] {1, 2, 3, 5}) {
            for (int stride : new int[] {1, 2}) {
                all.add(one(
                        "convolution " + kernel + " by " + stride + ", same",
                        convolution(kernel, stride)
                                .convolutionMode(ConvolutionMode.Same)
                                .build()));
                all.add(one(
                        "convolution " + kernel + " by " + stride + ", padded",
                        convolution(kernel, stride).padding(1, 1).build()));
            }
        }
        all.add(one(
                "convolution of an uneven kernel",
                new ConvolutionLayer.Builder(3, 2)
                        .stride(2, 1)
                        .padding(1, 0)
                        .nOut(6)
                        .activation(Activation.TANH)
                        .build()));
        all.add(one(
                "dilated convolution",
                convolution(3, 1)
                        .dilation(2, 2)
                        .convolutionMode(ConvolutionMode.Same)
                        .build()));
        all.add(one("convolution without bias", convolution(3, 1).hasBias(false).build()));
        for (Activation activation : new Activation[] {
            Activation.IDENTITY, Activation.RELU, Activation.LEAKYRELU, Activation.TANH, Activation.SIGMOID
        }) {
            all.add(one(
                    "convolution with " + activation,
                    convolution(3, 1).activation(activation).build()));
            all.add(one(
                    "dense with " + activation,
                    new DenseLayer.Builder().nOut(19).activation(activation).build()));
            all.add(one(
                    activation + " alone",
                    convolution(3, 1).activation(Activation.TANH).build(),
                    new ActivationLayer.Builder().activation(activation).build(),
                    convolution(3, 1).build()));
        }
        for (PoolingType type : new PoolingType[] {PoolingType.MAX, PoolingType.AVG}) {
            for (int kernel : new int[] {2, 3}) {
                all.add(one(
                        type + " pooling " + kernel,
                        convolution(3, 1).build(),
                        pool(type, kernel).build()));
                all.add(one(
                        type + " pooling " + kernel + ", same",
                        convolution(3, 1).build(),
                        pool(type, kernel).convolutionMode(ConvolutionMode.Same).build()));
                all.add(one(
                        type + " pooling " + kernel + ", padded",
                        convolution(3, 1).build(),
                        pool(type, kernel).padding(1, 1).build()));
            }
            all.add(one(
                    "global " + type + " pooling",
                    convolution(3, 1).build(),
                    new GlobalPoolingLayer.Builder().poolingType(type).build()));
        }
        all.add(one(
                "average pooling with padding counted",
                convolution(3, 1).build(),
                pool(PoolingType.AVG, 3)
                        .avgPoolIncludePadInDivisor(true)
                        .padding(1, 1)
                        .build()));
        for (int kernel : new int[] {2, 3}) {
            all.add(one(
                    "transposed convolution " + kernel,
                    convolution(3, 1).build(),
                    new Deconvolution2D.Builder(kernel, kernel)
                            .stride(2, 2)
                            .nOut(7)
                            .activation(Activation.RELU)
                            .build()));
            all.add(one(
                    "transposed convolution " + kernel + ", same",
                    convolution(3, 1).build(),
                    new Deconvolution2D.Builder(kernel, kernel)
                            .stride(2, 2)
                            .convolutionMode(ConvolutionMode.Same)
                            .nOut(16)
                            .activation(Activation.IDENTITY)
                            .build()));
        }
        all.add(one(
                "up-sampling",
                convolution(3, 1).build(),
                new Upsampling2D.Builder(2).build(),
                convolution(3, 1).build()));
        all.add(one(
                "instance normalisation",
                convolution(3, 1).activation(Activation.IDENTITY).build(),
                new InstanceNormalization(1e-5),
                new ActivationLayer.Builder().activation(Activation.RELU).build(),
                convolution(3, 1).build()));
        all.add(one(
                "instance normalisation of an odd number of channels",
                convolution(3, 1).nOut(10).activation(Activation.IDENTITY).build(),
                new InstanceNormalization(1e-3),
                new ActivationLayer.Builder().activation(Activation.TANH).build(),
                convolution(3, 1).build()));
        all.add(one(
                "frozen convolution",
                convolution(3, 1).build(),
                new FrozenLayerWithBackprop(convolution(3, 1).build()),
                convolution(3, 1).build()));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void a_layer_gives_what_deeplearning4j_gives(String what, List<Layer> layers) {
        Shape input = new Shape(3, 11, 13);
        NeuralNetConfiguration.ListBuilder builder = new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .list();
        layers.forEach(builder::layer);
        MultiLayerConfiguration configuration = builder.layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(input.height(), input.width(), input.channels()))
                .build();
        int batch = 4;
        Reference reference = Reference.of(configuration, input, Shape.features(CLASSES), batch, 11);
        Compared.check(
                what,
                ConfigurationReader.read(configuration, input, Use.TRAIN),
                ConfigurationReader.read(configuration, input, Use.INPUT_GRADIENT),
                reference,
                batch);
    }

    private static Arguments one(String what, Layer... layers) {
        return Arguments.of(what, List.of(layers));
    }

    private static ConvolutionLayer.Builder convolution(int kernel, int stride) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .stride(stride, stride)
                .nOut(16)
                .activation(Activation.RELU);
    }

    private static SubsamplingLayer.Builder pool(PoolingType type, int kernel) {
        return new SubsamplingLayer.Builder(type).kernelSize(kernel, kernel).stride(2, 2);
    }
}
