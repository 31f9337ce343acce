package org.consilium.model.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.util.GraphIndices;

/** Reads Deeplearning4j's configurations: the only place, with {@link LayerReader}, where this engine knows of it. */
final class ConfigurationReader {

    private ConfigurationReader() {}

    static Graph read(MultiLayerConfiguration configuration, Shape input, Use use) {
        LayerReader reader = new LayerReader(input, use);
        int last = 0;
        int features = 0;
        List<NeuralNetConfiguration> layers = configuration.getConfs();
        for (int i = 0; i < layers.size(); i++) {
            String name = name(layers.get(i), Integer.toString(i));
            checkPreProcessor(name, configuration.getInputPreProcess(i));
            features = i == layers.size() - 1 ? last : features;
            last = reader.layer(name, layers.get(i), last, i == layers.size() - 1);
        }
        return reader.graph(features);
    }

    static Graph read(ComputationGraphConfiguration configuration, Shape input, Use use) {
        if (configuration.getNetworkInputs().size() != 1
                || configuration.getNetworkOutputs().size() != 1) {
            throw new UnsupportedNetworkException("a graph with several inputs or outputs");
        }
        String inputName = configuration.getNetworkInputs().get(0);
        String outputName = configuration.getNetworkOutputs().get(0);
        LayerReader reader = new LayerReader(input, use);
        Map<String, Integer> nodes = new HashMap<>(Map.of(inputName, 0));
        int features = 0;
        for (String name : order(configuration)) {
            if (name.equals(inputName)) {
                continue;
            }
            List<Integer> inputs = new ArrayList<>();
            configuration.getVertexInputs().get(name).forEach(from -> inputs.add(nodes.get(from)));
            boolean isOutput = name.equals(outputName);
            features = isOutput ? inputs.get(0) : features;
            nodes.put(name, vertex(reader, name, configuration.getVertices().get(name), inputs, isOutput));
        }
        return reader.graph(features);
    }

    /** The order that decides where each layer's parameters lie in the flat vector. */
    private static List<String> order(ComputationGraphConfiguration configuration) {
        GraphIndices indices = new ComputationGraph(configuration).calculateIndices();
        List<String> names = new ArrayList<>();
        for (int index : indices.getTopologicalSortOrder()) {
            names.add(indices.getIdxToName().get(index));
        }
        return names;
    }

    private static int vertex(
            LayerReader reader, String name, GraphVertex vertex, List<Integer> inputs, boolean isOutput) {
        if (vertex instanceof LayerVertex layer) {
            checkPreProcessor(name, layer.getPreProcessor());
            return reader.layer(name, layer.getLayerConf(), inputs.get(0), isOutput);
        }
        if (vertex instanceof MergeVertex merge && merge.getMergeAxis() == 1) {
            return reader.merge(name, inputs);
        }
        if (vertex instanceof ElementWiseVertex element && element.getOp() == ElementWiseVertex.Op.Add) {
            return reader.add(name, inputs);
        }
        throw new UnsupportedNetworkException(
                "vertex '" + name + "', a " + vertex.getClass().getSimpleName());
    }

    static String name(NeuralNetConfiguration layer, String index) {
        String own = layer.getLayer().getLayerName();
        return own == null ? index : own;
    }

    /** Dense layers take maps as they lie; any other change of shape is not known here. */
    private static void checkPreProcessor(String layer, InputPreProcessor preProcessor) {
        if (preProcessor != null && !(preProcessor instanceof CnnToFeedForwardPreProcessor)) {
            throw new UnsupportedNetworkException(
                    "layer '" + layer + "' with a " + preProcessor.getClass().getSimpleName());
        }
    }
}
