package org.consilium.model;

import org.consilium.contract.Optimiser;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
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
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Networks with branches, as Deeplearning4j's graph configurations. */
public final class GraphArchitectures {

    private static final String IMAGE = "image";

    private GraphArchitectures() {}

    /**
     * Returns a residual network (He et al., 2016) without normalisation: a 3x3 convolution of 32 maps; two blocks each at
     * 32, 64 and 128 maps, halving the size before the second and third; global mean; softmax. A block adds two 3x3
     * convolutions to its input, of which the second starts at 0, so that the network starts as a shallow one (Zhang et
     * al., 2019).
     *
     * @param shape size of the images, at least 8 by 8
     * @param classes number of classes, at least 2
     * @param seed decides the initial parameters
     * @param optimiser how it is trained
     */
    public static ComputationGraphConfiguration residual(
            ImageShape shape, int classes, long seed, Optimiser optimiser) {
        ComputationGraphConfiguration.GraphBuilder graph = graph(shape, seed, optimiser)
                .addLayer("stem", convolution(32, 3, 1, Activation.RELU, WeightInit.RELU), IMAGE);
        String last = block(graph, "a1", 32, 1, "stem");
        last = block(graph, "a2", 32, 1, last);
        last = block(graph, "b1", 64, 2, last);
        last = block(graph, "b2", 64, 1, last);
        last = block(graph, "c1", 128, 2, last);
        last = block(graph, "c2", 128, 1, last);
        return graph.addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), last)
                .addLayer(
                        "output",
                        new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                                .nOut(classes)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "mean")
                .setOutputs("output")
                .build();
    }

    private static String block(
            ComputationGraphConfiguration.GraphBuilder graph, String name, int maps, int stride, String from) {
        String past = from;
        if (stride > 1) {
            past = name + "-short";
            graph.addLayer(past, convolution(maps, 1, stride, Activation.IDENTITY, WeightInit.RELU), from);
        }
        graph.addLayer(name + "-1", convolution(maps, 3, stride, Activation.RELU, WeightInit.RELU), from)
                .addLayer(name + "-2", convolution(maps, 3, 1, Activation.IDENTITY, WeightInit.ZERO), name + "-1")
                .addVertex(name + "-sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), name + "-2", past)
                .addLayer(name, new ActivationLayer(Activation.RELU), name + "-sum");
        return name;
    }

    /**
     * Returns a U-Net (Ronneberger et al., 2015) of two halvings: at each size two 3x3 convolutions with ReLU, 2x2 max
     * pooling on the way down, 2x2 transposed convolutions on the way up joined with the maps of the same size; softmax
     * over the classes of each pixel.
     *
     * @param shape size of the images, multiples of 4
     * @param classes number of classes of a pixel, background included
     * @param maps maps at full size; doubled with each halving
     * @param seed decides the initial parameters
     * @param optimiser how it is trained
     */
    public static ComputationGraphConfiguration uNet(
            ImageShape shape, int classes, int maps, long seed, Optimiser optimiser) {
        if (shape.height() % 4 != 0 || shape.width() % 4 != 0) {
            throw new IllegalArgumentException("a U-Net takes images whose sides are multiples of 4, not " + shape);
        }
        ComputationGraphConfiguration.GraphBuilder graph = graph(shape, seed, optimiser);
        twice(graph, "down1", maps, IMAGE);
        graph.addLayer("pool1", pooling(), "down1-2");
        twice(graph, "down2", 2 * maps, "pool1");
        graph.addLayer("pool2", pooling(), "down2-2");
        twice(graph, "middle", 4 * maps, "pool2");
        graph.addLayer("rise2", rising(2 * maps), "middle-2").addVertex("join2", new MergeVertex(), "down2-2", "rise2");
        twice(graph, "up2", 2 * maps, "join2");
        graph.addLayer("rise1", rising(maps), "up2-2").addVertex("join1", new MergeVertex(), "down1-2", "rise1");
        twice(graph, "up1", maps, "join1");
        return graph.addLayer("classes", convolution(classes, 1, 1, Activation.IDENTITY, WeightInit.XAVIER), "up1-2")
                .addLayer(
                        "output",
                        new CnnLossLayer.Builder(LossFunctions.LossFunction.MCXENT)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "classes")
                .setOutputs("output")
                .build();
    }

    private static void twice(ComputationGraphConfiguration.GraphBuilder graph, String name, int maps, String from) {
        graph.addLayer(name + "-1", convolution(maps, 3, 1, Activation.RELU, WeightInit.RELU), from)
                .addLayer(name + "-2", convolution(maps, 3, 1, Activation.RELU, WeightInit.RELU), name + "-1");
    }

    private static ComputationGraphConfiguration.GraphBuilder graph(ImageShape shape, long seed, Optimiser optimiser) {
        return new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(Architectures.updater(optimiser))
                .graphBuilder()
                .addInputs(IMAGE)
                .setInputTypes(InputType.convolutional(shape.height(), shape.width(), shape.channels()));
    }

    private static ConvolutionLayer convolution(
            int maps, int kernel, int stride, Activation activation, WeightInit start) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .stride(stride, stride)
                .nOut(maps)
                .convolutionMode(ConvolutionMode.Same)
                .weightInit(start)
                .activation(activation)
                .build();
    }

    private static Deconvolution2D rising(int maps) {
        return new Deconvolution2D.Builder(2, 2)
                .stride(2, 2)
                .nOut(maps)
                .weightInit(WeightInit.XAVIER)
                .activation(Activation.IDENTITY)
                .build();
    }

    private static SubsamplingLayer pooling() {
        return new SubsamplingLayer.Builder(PoolingType.MAX)
                .kernelSize(2, 2)
                .stride(2, 2)
                .build();
    }
}
