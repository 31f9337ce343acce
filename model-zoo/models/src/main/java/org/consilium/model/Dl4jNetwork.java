package org.consilium.model;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j's two kinds of network behind what both can do and call differently. Used by one thread at a time; memory
 * outside the heap until it is closed.
 */
public sealed interface Dl4jNetwork extends AutoCloseable {

    /** Returns the network. */
    Model model();

    /** Draws the initial parameters as its configuration says. */
    default void init() {
        model().init();
    }

    /** Starts with the given flat parameters, {@code [parameterCount]}. */
    void init(float[] parameters);

    /** Moves the parameters by one batch. */
    void fit(DataSet batch);

    /** Returns the result for a batch {@code [n, channels, height, width]}, which the caller closes. */
    INDArray output(INDArray batch);

    /** Returns what the last layer works on, for a batch {@code [n, channels, height, width]}; the caller closes it. */
    INDArray features(INDArray batch);

    /** Forgets momentum, moments and the count of steps that Adam's bias correction depends on. */
    void forget();

    @Override
    default void close() {
        model().close();
    }

    /**
     * Layers in a row.
     *
     * @param model the network
     */
    record Layers(MultiLayerNetwork model) implements Dl4jNetwork {

        @Override
        public void init(float[] parameters) {
            model.init(row(parameters), false);
        }

        @Override
        public void fit(DataSet batch) {
            model.fit(batch);
        }

        @Override
        public INDArray output(INDArray batch) {
            return model.output(batch);
        }

        @Override
        public INDArray features(INDArray batch) {
            List<INDArray> activations = model.feedForwardToLayer(model.getnLayers() - 2, batch, false);
            return activations.get(activations.size() - 1);
        }

        @Override
        public void forget() {
            model.getLayerWiseConfigurations().setIterationCount(0);
            model.getLayerWiseConfigurations().setEpochCount(0);
            clear(model.getUpdater().getStateViewArray());
        }
    }

    /**
     * A graph of layers.
     *
     * @param model the network
     */
    record Branches(ComputationGraph model) implements Dl4jNetwork {

        @Override
        public void init(float[] parameters) {
            model.init(row(parameters), false);
        }

        @Override
        public void fit(DataSet batch) {
            model.fit(batch);
        }

        @Override
        public INDArray output(INDArray batch) {
            return model.outputSingle(batch);
        }

        @Override
        public INDArray features(INDArray batch) {
            ComputationGraphConfiguration configuration = model.getConfiguration();
            String output = configuration.getNetworkOutputs().get(0);
            String before = configuration.getVertexInputs().get(output).get(0);
            return model.feedForward(batch, false).get(before);
        }

        @Override
        public void forget() {
            model.getConfiguration().setIterationCount(0);
            model.getConfiguration().setEpochCount(0);
            clear(model.getUpdater().getStateViewArray());
        }
    }

    private static INDArray row(float[] parameters) {
        return Nd4j.createFromArray(parameters).reshape(1, parameters.length);
    }

    /** @param state null for a rule without any */
    private static void clear(INDArray state) {
        if (state != null) {
            state.assign(0);
        }
    }
}
