package org.consilium.model.engine;

import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What Deeplearning4j itself computes for a network with a softmax output and cross-entropy, summed over the batch:
 * in double precision where the configuration says so.
 *
 * @param parameters flat vector, as float32
 * @param input the batch, {@code [batch, channels, height, width]}
 * @param labels one-hot or soft, {@code [batch, classes...]}
 * @param probabilities the result
 * @param gradient by each parameter
 * @param inputGradient by each value of the input, null for graphs
 */
record Reference(
        float[] parameters,
        float[] input,
        float[] labels,
        double[] probabilities,
        double[] gradient,
        double[] inputGradient) {

    static Reference of(MultiLayerConfiguration configuration, Shape shape, Shape output, int batch, long seed) {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        float[] parameters = parameters(network.params(), seed);
        network.setParams(
                Nd4j.createFromArray(parameters).castTo(network.params().dataType()));
        float[] input = normal(batch * shape.values(), seed + 1);
        float[] labels = labels(batch, output, seed + 2);
        DataType type = network.params().dataType();
        INDArray x = array(input, shape.dims(batch), type);
        INDArray y = array(labels, output.dims(batch), type);
        // A copy: a function in the first layer is applied in place when Deeplearning4j only infers.
        double[] probabilities = doubles(network.output(x.dup(), false));
        Pair<Gradient, INDArray> gradients = network.calculateGradients(x, y, null, null);
        return new Reference(
                parameters,
                input,
                labels,
                probabilities,
                doubles(gradients.getFirst().gradient()),
                doubles(gradients.getSecond()));
    }

    static Reference of(ComputationGraphConfiguration configuration, Shape shape, Shape output, int batch, long seed) {
        ComputationGraph network = new ComputationGraph(configuration);
        network.init();
        float[] parameters = parameters(network.params(), seed);
        network.setParams(
                Nd4j.createFromArray(parameters).castTo(network.params().dataType()));
        float[] input = normal(batch * shape.values(), seed + 1);
        float[] labels = labels(batch, output, seed + 2);
        DataType type = network.params().dataType();
        network.setInput(0, array(input, shape.dims(batch), type));
        network.setLabel(0, array(labels, output.dims(batch), type));
        double[] probabilities = doubles(network.outputSingle(false, array(input, shape.dims(batch), type)));
        network.setInput(0, array(input, shape.dims(batch), type));
        network.computeGradientAndScore();
        return new Reference(
                parameters,
                input,
                labels,
                probabilities,
                doubles(network.gradient().gradient()),
                null);
    }

    /** The network's own start, moved a little so that no bias is 0. */
    private static float[] parameters(INDArray start, long seed) {
        float[] parameters = start.castTo(DataType.FLOAT).dup().data().asFloat();
        Random random = new Random(seed);
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += (float) (random.nextGaussian() * 0.05);
        }
        return parameters;
    }

    private static INDArray array(float[] values, long[] dims, DataType type) {
        return Nd4j.create(values, dims, 'c').castTo(type);
    }

    private static double[] doubles(INDArray array) {
        return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    }

    static float[] normal(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** One class of each position, {@code [batch, classes, positions]}. */
    private static float[] labels(int batch, Shape output, long seed) {
        Random random = new Random(seed);
        int positions = output.isMaps() ? output.height() * output.width() : 1;
        float[] labels = new float[batch * output.values()];
        for (int b = 0; b < batch; b++) {
            for (int p = 0; p < positions; p++) {
                labels[(b * output.channels() + random.nextInt(output.channels())) * positions + p] = 1;
            }
        }
        return labels;
    }
}
