package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.consilium.model.dl4j.InstanceNormalization;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Networks with branches beside Deeplearning4j in double precision. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class CompiledGraphTest {

    @ParameterizedTest
    @ValueSource(ints = {16, 10})
    void a_residual_network(int maps) {
        Shape input = new Shape(3, 12, 12);
        ComputationGraphConfiguration.GraphBuilder graph = builder(input)
                .addLayer("stem", convolution(maps, 3, Activation.RELU), "image")
                .addLayer("a1", convolution(maps, 3, Activation.RELU), "stem")
                .addLayer("a2", convolution(maps, 3, Activation.IDENTITY), "a1")
                .addVertex("a", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a2", "stem")
                .addLayer("ra", new ActivationLayer(Activation.RELU), "a")
                .addLayer("b1", strided(2 * maps, 3), "ra")
                .addLayer("b2", convolution(2 * maps, 3, Activation.IDENTITY), "b1")
                .addLayer("short", strided(2 * maps, 1), "ra")
                .addVertex("b", new ElementWiseVertex(ElementWiseVertex.Op.Add), "b2", "short", "b1")
                .addLayer("rb", new ActivationLayer(Activation.RELU), "b")
                .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "rb")
                .addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                                .nOut(4)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "mean");
        check("residual network of " + maps, graph.setOutputs("out").build(), input, Shape.features(4), 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 6})
    void a_u_net(int maps) {
        Shape input = new Shape(1, 16, 24);
        ComputationGraphConfiguration.GraphBuilder graph = builder(input)
                .addLayer("d1", convolution(maps, 3, Activation.RELU), "image")
                .addLayer("p1", pool(), "d1")
                .addLayer("d2", convolution(2 * maps, 3, Activation.IDENTITY), "p1")
                .addLayer("n2", new InstanceNormalization(1e-5), "d2")
                .addLayer("r2", new ActivationLayer(Activation.RELU), "n2")
                .addLayer("p2", pool(), "r2")
                .addLayer("d3", convolution(4 * maps, 3, Activation.RELU), "p2")
                .addLayer(
                        "u2",
                        new Deconvolution2D.Builder(2, 2)
                                .stride(2, 2)
                                .nOut(2 * maps)
                                .activation(Activation.IDENTITY)
                                .build(),
                        "d3")
                .addVertex("m2", new MergeVertex(), "u2", "r2")
                .addLayer("e2", convolution(2 * maps, 3, Activation.RELU), "m2")
                .addLayer("u1", new Upsampling2D.Builder(2).build(), "e2")
                .addVertex("m1", new MergeVertex(), "u1", "d1")
                .addLayer("e1", convolution(maps, 3, Activation.RELU), "m1")
                .addLayer("map", convolution(3, 1, Activation.IDENTITY), "e1")
                .addLayer(
                        "out",
                        new CnnLossLayer.Builder(LossFunctions.LossFunction.MCXENT)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "map");
        check("U-Net of " + maps, graph.setOutputs("out").build(), input, new Shape(3, 16, 24), 2);
    }

    @Test
    void what_is_not_known_is_refused_by_name() {
        Shape input = new Shape(3, 12, 12);
        ComputationGraphConfiguration graph = builder(input)
                .addLayer("stem", convolution(4, 3, Activation.RELU), "image")
                .addVertex("norm", new L2NormalizeVertex(), "stem")
                .addLayer(
                        "out",
                        new CnnLossLayer.Builder(LossFunctions.LossFunction.MCXENT)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "norm")
                .setOutputs("out")
                .build();
        assertThatThrownBy(() -> CompiledNetwork.compile(graph, input, 2, Use.TRAIN))
                .isInstanceOf(UnsupportedNetworkException.class)
                .hasMessageContaining("vertex 'norm', a L2NormalizeVertex");
    }

    private static void check(
            String what, ComputationGraphConfiguration configuration, Shape input, Shape output, int batch) {
        Reference reference = Reference.of(configuration, input, output, batch, 5);
        Graph training = ConfigurationReader.read(configuration, input, Use.TRAIN);
        assertThat(training.parameters()).isEqualTo(reference.parameters().length);
        Compared.check(what, training, training, reference, batch);
    }

    private static ComputationGraphConfiguration.GraphBuilder builder(Shape input) {
        return new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("image")
                .setInputTypes(InputType.convolutional(input.height(), input.width(), input.channels()));
    }

    private static ConvolutionLayer convolution(int maps, int kernel, Activation activation) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .nOut(maps)
                .convolutionMode(ConvolutionMode.Same)
                .activation(activation)
                .build();
    }

    private static ConvolutionLayer strided(int maps, int kernel) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .stride(2, 2)
                .nOut(maps)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.IDENTITY)
                .build();
    }

    private static SubsamplingLayer pool() {
        return new SubsamplingLayer.Builder(PoolingType.MAX)
                .kernelSize(2, 2)
                .stride(2, 2)
                .build();
    }
}
