package org.consilium.model.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.consilium.model.dl4j.HeavyBall;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/** Reads how a Deeplearning4j configuration trains, and refuses by name what this engine does not do likewise. */
final class UpdaterReader {

    private static final Updating.Schedule NONE = (step, epoch) -> 0;

    private final Map<String, Updating.OfBlock> blocks = new HashMap<>();
    private IUpdater common;

    private UpdaterReader() {}

    static Updating read(MultiLayerConfiguration configuration) {
        UpdaterReader reader = new UpdaterReader();
        List<NeuralNetConfiguration> layers = configuration.getConfs();
        for (int i = 0; i < layers.size(); i++) {
            reader.layer(ConfigurationReader.name(layers.get(i), Integer.toString(i)), layers.get(i));
        }
        return reader.updating();
    }

    static Updating read(ComputationGraphConfiguration configuration) {
        UpdaterReader reader = new UpdaterReader();
        configuration.getVertices().forEach((name, vertex) -> {
            if (vertex instanceof LayerVertex layer) {
                reader.layer(name, layer.getLayerConf());
            }
        });
        return reader.updating();
    }

    private Updating updating() {
        if (common == null) {
            throw new UnsupportedNetworkException("a network in which nothing is trained");
        }
        return new Updating(rule(common), common::getLearningRate, blocks);
    }

    private void layer(String name, NeuralNetConfiguration configuration) {
        if (!(configuration.getLayer() instanceof BaseLayer layer)
                || configuration.getLayer().initializer().numParams(configuration) == 0) {
            return;
        }
        if (!configuration.isMiniBatch()) {
            throw new UnsupportedNetworkException("layer '" + name + "', which does not divide by the batch");
        }
        for (String parameter : List.of("W", "b")) {
            IUpdater updater = layer.getUpdaterByParam(parameter);
            if (common != null && !common.equals(updater)) {
                throw new UnsupportedNetworkException("layer '" + name + "' with an updater of its own");
            }
            common = updater;
            blocks.put(name + "_" + parameter, block(name, layer, parameter));
        }
    }

    private static Updating.OfBlock block(String name, BaseLayer layer, String parameter) {
        Updating.Schedule l2 = NONE;
        Updating.Schedule decay = NONE;
        Updating.Schedule decayByRate = NONE;
        List<Regularization> regularization = layer.getRegularizationByParam(parameter);
        // All that is there: Deeplearning4j 1.0.0-M2.1 puts a weight decay of the whole network twice into each layer.
        for (Regularization each : regularization == null ? List.<Regularization>of() : regularization) {
            if (each instanceof L2Regularization square) {
                l2 = l2.plus(square.getL2()::valueAt);
            } else if (each instanceof WeightDecay weights && weights.isApplyLR()) {
                decayByRate = decayByRate.plus(weights.getCoeff()::valueAt);
            } else if (each instanceof WeightDecay weights) {
                decay = decay.plus(weights.getCoeff()::valueAt);
            } else {
                throw new UnsupportedNetworkException(
                        "layer '" + name + "' with " + each.getClass().getSimpleName());
            }
        }
        GradientNormalization clipping = layer.getGradientNormalization();
        double clip;
        if (clipping == null || clipping == GradientNormalization.None) {
            clip = Double.POSITIVE_INFINITY;
        } else if (clipping == GradientNormalization.ClipL2PerLayer) {
            clip = layer.getGradientNormalizationThreshold();
        } else {
            throw new UnsupportedNetworkException("layer '" + name + "' with gradient normalisation " + clipping);
        }
        return new Updating.OfBlock(name, clip, l2, decay, decayByRate);
    }

    private static Updating.Rule rule(IUpdater updater) {
        if (updater instanceof Sgd) {
            return new Updating.Rule.Sgd();
        }
        if (updater instanceof HeavyBall ball) {
            return new Updating.Rule.HeavyBall((float) ball.getMomentum());
        }
        if (updater instanceof Nesterovs nesterovs) {
            return new Updating.Rule.Nesterov(nesterovs::currentMomentum);
        }
        if (updater instanceof Adam adam) {
            return new Updating.Rule.Adam(adam.getBeta1(), adam.getBeta2(), adam.getEpsilon());
        }
        throw new UnsupportedNetworkException(
                "the updater " + updater.getClass().getSimpleName());
    }
}
