package org.consilium.model.dl4j;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The arithmetic of {@link InstanceNormalization}. Not by a SameDiff layer: Deeplearning4j 1.0.0-M2.1 gives twice the
 * gradient for one whose input is used twice, as finite differences showed.
 */
final class InstanceNormalizationLayer extends AbstractLayer<InstanceNormalization> {

    private static final long serialVersionUID = 1L;

    InstanceNormalizationLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public Type type() {
        return Layer.Type.NORMALIZATION;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        INDArray rows = rows(input);
        INDArray centred = rows.subColumnVector(rows.mean(true, 1));
        INDArray normalised = centred.muliColumnVector(inverseDeviation(centred));
        return workspaces.dup(ArrayType.ACTIVATIONS, normalised.reshape('c', input.shape()));
    }

    /** dx = (dy - mean(dy) - y mean(dy y)) / deviation, over each map. */
    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        INDArray rows = rows(input);
        INDArray centred = rows.subColumnVector(rows.mean(true, 1));
        INDArray inverse = inverseDeviation(centred);
        INDArray y = centred.mulColumnVector(inverse);
        INDArray above = rows(epsilon);
        INDArray shared = y.mulColumnVector(above.mul(y).mean(true, 1));
        INDArray below = above.subColumnVector(above.mean(true, 1)).subi(shared).muliColumnVector(inverse);
        return new Pair<>(
                new DefaultGradient(), workspaces.dup(ArrayType.ACTIVATION_GRAD, below.reshape('c', input.shape())));
    }

    private INDArray inverseDeviation(INDArray centred) {
        INDArray variance = centred.mul(centred).mean(true, 1);
        return Transforms.sqrt(variance.addi(layerConf().getEpsilon())).rdivi(1);
    }

    /** One map of one example a row. */
    private static INDArray rows(INDArray maps) {
        return maps.dup('c').reshape('c', maps.size(0) * maps.size(1), maps.size(2) * maps.size(3));
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public void clearNoiseWeightParams() {}

    @Override
    public INDArray params() {
        return null;
    }

    @Override
    public double calcRegularizationScore(boolean backpropOnlyParams) {
        return 0;
    }
}
