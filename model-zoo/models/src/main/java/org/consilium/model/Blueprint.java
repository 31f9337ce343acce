package org.consilium.model;

import org.consilium.model.engine.CompiledNetwork;
import org.consilium.model.engine.Shape;
import org.consilium.model.engine.Training;
import org.consilium.model.engine.Use;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** A network as Deeplearning4j configures it, which has two kinds: layers in a row, and graphs of them. */
public sealed interface Blueprint {

    /** Returns the length of the flat parameter vector. */
    long parameterCount();

    /**
     * Compiles the network; see {@link CompiledNetwork#compile(MultiLayerConfiguration, Shape, int, Use)}.
     *
     * @param input shape of an example
     * @param batch number of examples in each pass
     * @param use what is wanted of it
     */
    CompiledNetwork compile(Shape input, int batch, Use use);

    /**
     * Starts to train a network that was compiled from this.
     *
     * @param network the network that runs first
     * @param start flat parameters
     * @param terms what is done beside following the loss's gradient
     */
    Training training(CompiledNetwork network, float[] start, Training.Terms terms);

    /** Returns a network of Deeplearning4j, not initialised yet, that belongs to the caller. */
    Dl4jNetwork deeplearning4j();

    /**
     * Layers in a row.
     *
     * @param configuration as Deeplearning4j has it
     */
    record Layers(MultiLayerConfiguration configuration) implements Blueprint {

        @Override
        public long parameterCount() {
            return configuration.getConfs().stream()
                    .mapToLong(layer -> layer.getLayer().initializer().numParams(layer))
                    .sum();
        }

        @Override
        public CompiledNetwork compile(Shape input, int batch, Use use) {
            return CompiledNetwork.compile(configuration, input, batch, use);
        }

        @Override
        public Training training(CompiledNetwork network, float[] start, Training.Terms terms) {
            return Training.start(network, configuration, start, terms);
        }

        @Override
        public Dl4jNetwork deeplearning4j() {
            return new Dl4jNetwork.Layers(new MultiLayerNetwork(configuration));
        }
    }

    /**
     * A graph of layers with one input and one output.
     *
     * @param configuration as Deeplearning4j has it
     */
    record Branches(ComputationGraphConfiguration configuration) implements Blueprint {

        @Override
        public long parameterCount() {
            return configuration.getVertices().values().stream()
                    .mapToLong(vertex -> vertex.numParams(false))
                    .sum();
        }

        @Override
        public CompiledNetwork compile(Shape input, int batch, Use use) {
            return CompiledNetwork.compile(configuration, input, batch, use);
        }

        @Override
        public Training training(CompiledNetwork network, float[] start, Training.Terms terms) {
            return Training.start(network, configuration, start, terms);
        }

        @Override
        public Dl4jNetwork deeplearning4j() {
            return new Dl4jNetwork.Branches(new ComputationGraph(configuration));
        }
    }
}
