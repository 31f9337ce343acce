package org.consilium.model.dl4j;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.InputTypeUtil;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Instance normalisation (Ulyanov, Vedaldi, Lempitsky, 2016, arXiv 1607.08022) as a Deeplearning4j layer, which has none
 * of its own: each map of each example less its mean, divided by the square root of its variance plus epsilon. Without
 * parameters, and without statistics that would have to be averaged between sites.
 */
public final class InstanceNormalization extends NoParamLayer {

    private static final long serialVersionUID = 1L;

    private final double epsilon;

    /** @param epsilon added to the variance, above 0, usually 1e-5 */
    public InstanceNormalization(@JsonProperty("epsilon") double epsilon) {
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("epsilon " + epsilon + " is not valid: use a number above 0");
        }
        this.epsilon = epsilon;
    }

    /** Returns what is added to the variance. */
    public double getEpsilon() {
        return epsilon;
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialise,
            DataType type) {
        InstanceNormalizationLayer layer = new InstanceNormalizationLayer(conf, type);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(parameters);
        layer.setParamTable(initializer().init(conf, parameters, initialise));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
        if (input == null || input.getType() != InputType.Type.CNN) {
            throw new IllegalStateException(
                    "layer '" + getLayerName() + "', instance normalisation, takes maps and is given " + input);
        }
        return input;
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType input) {
        return InputTypeUtil.getPreProcessorForInputTypeCnnLayers(input, getLayerName());
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType input) {
        long values = input.arrayElementsPerExample();
        return new LayerMemoryReport.Builder(getLayerName(), InstanceNormalization.class, input, input)
                .standardMemory(0, 0)
                .workingMemory(0, values, 0, 2 * values)
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InstanceNormalization norm
                && super.equals(norm)
                && Double.compare(epsilon, norm.epsilon) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), epsilon);
    }
}
