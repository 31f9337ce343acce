package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Dropout with a seed: what it drops, that the gradient knows of it, and that inference does not drop. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class DropoutTest {

    private static final Shape INPUT = new Shape(1, 20, 20);
    private static final int BATCH = 8;
    private static final double RETAIN = 0.7;

    /** One convolution of 1 that passes its input on, dropout, and a head: features are what was kept. */
    private static final MultiLayerConfiguration NETWORK = new NeuralNetConfiguration.Builder()
            .seed(3)
            .list()
            .layer(new ConvolutionLayer.Builder(1, 1)
                    .nOut(1)
                    .hasBias(false)
                    .activation(Activation.IDENTITY)
                    .build())
            .layer(new DropoutLayer(RETAIN))
            .layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nOut(2)
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.convolutional(INPUT.height(), INPUT.width(), INPUT.channels()))
            .build();

    @Test
    void equal_seeds_drop_equally_and_what_is_kept_keeps_the_mean() {
        float[] first = features(1);
        assertThat(features(1)).isEqualTo(first);
        assertThat(features(2)).isNotEqualTo(first);
        long kept = 0;
        double sum = 0;
        for (float value : first) {
            assertThat(value == 0 || Math.abs(value - 1 / RETAIN) < 1e-6).isTrue();
            kept += value == 0 ? 0 : 1;
            sum += value;
        }
        int count = first.length;
        assertThat((double) kept / count).isCloseTo(RETAIN, within(4 * Math.sqrt(RETAIN * (1 - RETAIN) / count)));
        assertThat(sum / count).isCloseTo(1, within(0.05));
    }

    @Test
    void the_gradient_passes_only_what_was_kept() {
        float[] parameters = parameters();
        try (CompiledNetwork network = CompiledNetwork.compile(NETWORK, INPUT, BATCH, Use.TRAIN)) {
            network.setParameters(parameters);
            network.drawDropout(new SplittableRandom(1));
            float[] logits = new float[BATCH * 2];
            float[] ones = ones();
            network.forward(ones, logits);
            float[] kept = new float[BATCH * INPUT.values()];
            network.getFeatures(kept);
            float[] above = new float[logits.length];
            Arrays.fill(above, 1);
            network.backward(above);
            float[] gradient = new float[parameters.length];
            network.getGradient(gradient);
            double wanted = 0;
            for (int i = 0; i < kept.length; i++) {
                int at = i % INPUT.values();
                wanted += kept[i] * (parameters[1 + at] + parameters[1 + INPUT.values() + at]);
            }
            assertThat((double) gradient[0]).isCloseTo(wanted, within(1e-3));
        }
    }

    @Test
    void inference_drops_nothing() {
        try (CompiledNetwork network = CompiledNetwork.compile(NETWORK, INPUT, BATCH, Use.INFER)) {
            network.setParameters(parameters());
            network.drawDropout(new SplittableRandom(1));
            float[] ones = ones();
            network.forward(ones, new float[BATCH * 2]);
            float[] features = new float[ones.length];
            network.getFeatures(features);
            assertThat(features).isEqualTo(ones);
        }
    }

    private static float[] features(long seed) {
        try (CompiledNetwork network = CompiledNetwork.compile(NETWORK, INPUT, BATCH, Use.TRAIN)) {
            network.setParameters(parameters());
            network.drawDropout(new SplittableRandom(seed));
            float[] ones = ones();
            network.forward(ones, new float[BATCH * 2]);
            float[] features = new float[ones.length];
            network.getFeatures(features);
            return features;
        }
    }

    private static float[] ones() {
        float[] ones = new float[BATCH * INPUT.values()];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** The convolution's weight is 1, so that it passes the input on. */
    private static float[] parameters() {
        float[] parameters = Reference.normal(1 + 2 * INPUT.values() + 2, 7);
        parameters[0] = 1;
        return parameters;
    }
}
