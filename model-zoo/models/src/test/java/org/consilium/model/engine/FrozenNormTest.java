package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Batch normalisation whose statistics stay as they are. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class FrozenNormTest {

    private static final Shape INPUT = new Shape(2, 7, 7);
    private static final int CLASSES = 3;
    private static final int BATCH = 4;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void its_results_are_deeplearning4js_and_its_gradient_is_that_of_finite_differences(boolean logarithm) {
        MultiLayerConfiguration configuration = network(new FrozenLayerWithBackprop(
                new BatchNormalization.Builder().useLogStd(logarithm).build()));
        Reference reference = Reference.of(configuration, INPUT, Shape.features(CLASSES), BATCH, 3);
        float[] gradient = new float[reference.parameters().length];
        try (CompiledNetwork network = CompiledNetwork.compile(configuration, INPUT, BATCH, Use.TRAIN)) {
            network.setParameters(reference.parameters());
            float[] back = new float[gradient.length];
            network.getParameters(back);
            assertThat(back).isEqualTo(reference.parameters());
            float[] logits = new float[BATCH * CLASSES];
            network.forward(reference.input(), logits);
            double[] probabilities = Compared.softmax(logits, BATCH, Shape.features(CLASSES));
            assertThat(Compared.distance(probabilities, reference.probabilities()))
                    .isLessThan(1e-5);
            network.backward(Compared.gradient(probabilities, reference.labels()));
            network.getGradient(gradient);
        }
        double[] wanted = finiteDifferences(configuration, reference);
        int firstOfNorm = 6 * 2 * 9 + 6;
        for (int i = firstOfNorm; i < firstOfNorm + 4 * 6; i++) {
            assertThat(gradient[i]).as("gradient of frozen parameter %d", i).isZero();
            wanted[i] = 0;
        }
        assertThat(Compared.relative(gradient, wanted)).isLessThan(1e-4);
    }

    /** Deeplearning4j 1.0.0-M2.1 takes the formula of training for a frozen layer too; should it mend that, we may say so. */
    @Test
    void deeplearning4j_itself_gives_another_gradient_than_finite_differences() {
        MultiLayerConfiguration configuration =
                network(new FrozenLayerWithBackprop(new BatchNormalization.Builder().build()));
        Reference reference = Reference.of(configuration, INPUT, Shape.features(CLASSES), BATCH, 3);
        double[] wanted = finiteDifferences(configuration, reference);
        double apart = 0;
        for (int i = 0; i < 6 * 2 * 9 + 6; i++) {
            apart = Math.max(apart, Math.abs(wanted[i] - reference.gradient()[i]));
        }
        assertThat(apart).isGreaterThan(0.01);
    }

    @Test
    void in_training_it_is_refused_and_in_inference_it_is_run() {
        MultiLayerConfiguration configuration = network(new BatchNormalization.Builder().build());
        assertThatThrownBy(() -> CompiledNetwork.compile(configuration, INPUT, BATCH, Use.TRAIN))
                .isInstanceOf(UnsupportedNetworkException.class)
                .hasMessageContaining("layer 'layer1', batch normalisation in training");
        Reference reference = Reference.of(configuration, INPUT, Shape.features(CLASSES), BATCH, 3);
        try (CompiledNetwork network = CompiledNetwork.compile(configuration, INPUT, BATCH, Use.INFER)) {
            network.setParameters(reference.parameters());
            float[] logits = new float[BATCH * CLASSES];
            network.forward(reference.input(), logits);
            double[] probabilities = Compared.softmax(logits, BATCH, Shape.features(CLASSES));
            assertThat(Compared.distance(probabilities, reference.probabilities()))
                    .isLessThan(1e-5);
        }
    }

    /** By the score of Deeplearning4j's inference, which knows no batch statistics; summed over the batch. */
    private static double[] finiteDifferences(MultiLayerConfiguration configuration, Reference reference) {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        network.setParams(Nd4j.createFromArray(reference.parameters()).castTo(DataType.DOUBLE));
        INDArray x = Nd4j.create(reference.input(), INPUT.dims(BATCH), 'c').castTo(DataType.DOUBLE);
        INDArray y = Nd4j.create(reference.labels(), new long[] {BATCH, CLASSES}, 'c')
                .castTo(DataType.DOUBLE);
        double step = 1e-6;
        double[] gradient = new double[reference.parameters().length];
        for (int i = 0; i < gradient.length; i++) {
            double value = network.params().getDouble(i);
            network.params().putScalar(i, value + step);
            double up = network.score(new DataSet(x.dup(), y), false);
            network.params().putScalar(i, value - step);
            double down = network.score(new DataSet(x.dup(), y), false);
            network.params().putScalar(i, value);
            gradient[i] = (up - down) / (2 * step) * BATCH;
        }
        return gradient;
    }

    private static MultiLayerConfiguration network(Layer norm) {
        return new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                // Deeplearning4j's own check of its workspaces fails in a frozen norm.
                .trainingWorkspaceMode(WorkspaceMode.NONE)
                .inferenceWorkspaceMode(WorkspaceMode.NONE)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3)
                        .nOut(6)
                        .activation(Activation.TANH)
                        .build())
                .layer(norm)
                .layer(new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .activation(Activation.TANH)
                        .build())
                .layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(INPUT.height(), INPUT.width(), INPUT.channels()))
                .build();
    }
}
