package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.consilium.model.dl4j.HeavyBall;
import org.consilium.model.dl4j.LossDiceCrossEntropy;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Dice plus cross-entropy of each pixel: alone, and as what trains a network, beside Deeplearning4j in double precision. */
class SegmentationTest {

    private static final Shape INPUT = new Shape(1, 12, 8);
    private static final int CLASSES = 3;
    private static final int POSITIONS = 12 * 8;
    private static final Shape OUTPUT = new Shape(CLASSES, 12, 8);
    private static final int BATCH = 2;
    private static final double SMOOTHING = 1e-3;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.6, 1})
    void the_loss_of_rows_and_its_gradient_are_those_of_deeplearning4js_form(double share) {
        float[] logits = Reference.normal(BATCH * CLASSES * POSITIONS, 1);
        float[] labels = oneHot();
        float[] gradient = new float[logits.length];
        double loss = new DiceCrossEntropy(CLASSES, share, SMOOTHING).evaluate(logits, labels, gradient, POSITIONS);
        LossDiceCrossEntropy theirs = new LossDiceCrossEntropy(share, SMOOTHING);
        INDArray z = rows(logits);
        INDArray y = rows(labels);
        assertThat(loss).isCloseTo(theirs.computeScore(y, z, new ActivationSoftmax(), null, true), within(1e-6));
        INDArray byLogits = theirs.computeGradient(y, z, new ActivationSoftmax(), null);
        assertThat(Compared.relative(gradient, doubles(byLogits.div(BATCH * POSITIONS))))
                .isLessThan(1e-5);
        double[] differences = new double[logits.length];
        double step = 1e-5;
        for (int i = 0; i < logits.length; i++) {
            int row = i / CLASSES;
            int column = i % CLASSES;
            double middle = z.getDouble(row, column);
            z.putScalar(row, column, middle + step);
            double up = theirs.computeScore(y, z, new ActivationSoftmax(), null, false);
            z.putScalar(row, column, middle - step);
            double down = theirs.computeScore(y, z, new ActivationSoftmax(), null, false);
            z.putScalar(row, column, middle);
            differences[i] = (up - down) / (2 * step);
        }
        INDArray flat = byLogits.dup('c').reshape(1, logits.length);
        assertThat(Compared.distance(flat.toDoubleVector(), differences)).isLessThan(1e-5);
    }

    @Test
    @DisabledIfSystemProperty(
            named = "without.onednn",
            matches = ".*",
            disabledReason = "built without oneDNN's library")
    void a_network_has_the_gradient_and_the_steps_that_deeplearning4j_gives_it() {
        ComputationGraphConfiguration configuration = network();
        Reference reference = Reference.of(configuration, INPUT, OUTPUT, BATCH, 5);
        DiceCrossEntropy loss = new DiceCrossEntropy(CLASSES, 0.6, SMOOTHING);
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        graph.setParams(Nd4j.createFromArray(reference.parameters()).castTo(DataType.DOUBLE));
        DataSet batch = new DataSet(
                Nd4j.create(reference.input(), INPUT.dims(BATCH), 'c').castTo(DataType.DOUBLE),
                Nd4j.create(reference.labels(), OUTPUT.dims(BATCH), 'c').castTo(DataType.DOUBLE));
        try (CompiledNetwork network = CompiledNetwork.compile(configuration, INPUT, BATCH, Use.TRAIN)) {
            Training training = Training.start(network, configuration, reference.parameters(), Training.Terms.NONE);
            float[] logits = new float[reference.labels().length];
            float[] above = new float[logits.length];
            float[] parameters = new float[reference.parameters().length];
            for (int step = 0; step < 20; step++) {
                network.forward(reference.input(), logits);
                double mean = loss.evaluate(logits, reference.labels(), above, POSITIONS);
                // Deeplearning4j sums over positions.
                for (int i = 0; i < above.length; i++) {
                    above[i] *= POSITIONS;
                }
                network.backward(above);
                if (step == 0) {
                    network.getGradient(parameters);
                    assertThat(Compared.relative(parameters, divided(reference.gradient(), BATCH)))
                            .isLessThan(1e-4);
                }
                training.step(0);
                graph.fit(batch);
                assertThat(mean).isCloseTo(graph.score() / POSITIONS, within(1e-5));
            }
            training.getParameters(parameters);
            assertThat(Compared.relative(parameters, graph.params().toDoubleVector()))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void a_configuration_with_this_loss_and_this_rule_is_read_back_as_it_was_written() {
        ComputationGraphConfiguration configuration = network();
        assertThat(ComputationGraphConfiguration.fromJson(configuration.toJson()))
                .isEqualTo(configuration);
        assertThat(configuration.toJson()).contains("LossDiceCrossEntropy", "HeavyBall");
    }

    @Test
    void what_it_is_not_made_for_is_refused_by_name() {
        LossDiceCrossEntropy loss = new LossDiceCrossEntropy(0.5, 1);
        INDArray two = Nd4j.zeros(2, 2);
        assertThatThrownBy(() -> loss.computeGradient(two, two, new ActivationSigmoid(), null))
                .hasMessageContaining("of a softmax, not of sigmoid");
        assertThatThrownBy(() -> loss.computeScore(two, two, new ActivationSoftmax(), two, true))
                .hasMessageContaining("no mask");
        assertThatThrownBy(() -> loss.computeScore(two, Nd4j.zeros(3, 2), new ActivationSoftmax(), null, true))
                .hasMessageContaining("do not go with");
        assertThatThrownBy(() -> new LossDiceCrossEntropy(2, 1)).hasMessageContaining("share of Dice 2.0");
        assertThatThrownBy(() -> new LossDiceCrossEntropy(1, 0)).hasMessageContaining("smoothing 0.0");
        assertThatThrownBy(() -> new HeavyBall(0.1, 1)).hasMessageContaining("momentum 1.0");
        assertThatThrownBy(() -> new HeavyBall(0, 0.5)).hasMessageContaining("learning rate 0.0");
    }

    private static double[] divided(double[] values, double by) {
        double[] divided = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            divided[i] = values[i] / by;
        }
        return divided;
    }

    private static float[] oneHot() {
        java.util.Random random = new java.util.Random(2);
        float[] labels = new float[BATCH * CLASSES * POSITIONS];
        for (int i = 0; i < BATCH * POSITIONS; i++) {
            int example = i / POSITIONS;
            labels[(example * CLASSES + random.nextInt(CLASSES)) * POSITIONS + i % POSITIONS] = 1;
        }
        return labels;
    }

    /** One position of one example a row. */
    private static INDArray rows(float[] maps) {
        return Nd4j.create(maps, new long[] {BATCH, CLASSES, POSITIONS}, 'c')
                .castTo(DataType.DOUBLE)
                .permute(0, 2, 1)
                .dup('c')
                .reshape(BATCH * POSITIONS, CLASSES);
    }

    private static double[] doubles(INDArray rows) {
        return rows.dup('c')
                .reshape(BATCH, POSITIONS, CLASSES)
                .permute(0, 2, 1)
                .dup('c')
                .data()
                .asDouble();
    }

    private static ComputationGraphConfiguration network() {
        return new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new HeavyBall(0.01, 0.9))
                .graphBuilder()
                .addInputs("image")
                .setInputTypes(InputType.convolutional(INPUT.height(), INPUT.width(), INPUT.channels()))
                .addLayer("down", convolution(16, 3, Activation.RELU), "image")
                .addLayer(
                        "pool",
                        new SubsamplingLayer.Builder(PoolingType.MAX)
                                .kernelSize(2, 2)
                                .stride(2, 2)
                                .build(),
                        "down")
                .addLayer("middle", convolution(32, 3, Activation.RELU), "pool")
                .addLayer(
                        "rise",
                        new Deconvolution2D.Builder(2, 2)
                                .stride(2, 2)
                                .nOut(16)
                                .activation(Activation.IDENTITY)
                                .build(),
                        "middle")
                .addVertex("join", new MergeVertex(), "down", "rise")
                .addLayer("classes", convolution(CLASSES, 1, Activation.IDENTITY), "join")
                .addLayer(
                        "output",
                        new CnnLossLayer.Builder(new LossDiceCrossEntropy(0.6, SMOOTHING))
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "classes")
                .setOutputs("output")
                .build();
    }

    private static ConvolutionLayer convolution(int maps, int kernel, Activation activation) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .nOut(maps)
                .convolutionMode(ConvolutionMode.Same)
                .activation(activation)
                .build();
    }
}
