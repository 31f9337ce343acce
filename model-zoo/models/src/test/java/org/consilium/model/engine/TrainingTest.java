package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.consilium.model.dl4j.HeavyBall;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Twenty steps of each way to train beside Deeplearning4j's, in batches of two sizes. */
@DisabledIfSystemProperty(named = "without.onednn", matches = ".*", disabledReason = "built without oneDNN's library")
class TrainingTest {

    private static final Shape INPUT = new Shape(3, 10, 10);
    private static final int CLASSES = 4;
    private static final int STEPS = 20;
    private static final int[] BATCHES = {7, 7, 3};

    static Stream<Arguments> ways() {
        List<Arguments> ways = new ArrayList<>();
        ways.add(Arguments.of("SGD", base().updater(new Sgd(0.1))));
        ways.add(Arguments.of("classical momentum", base().updater(new HeavyBall(0.05, 0.9))));
        ways.add(Arguments.of(
                "classical momentum with a schedule and L2",
                base().updater(new HeavyBall(1, new ExponentialSchedule(ScheduleType.EPOCH, 0.1, 0.9), 0.5))
                        .l2(0.02)));
        ways.add(Arguments.of("Nesterov momentum", base().updater(new Nesterovs(0.05, 0.9))));
        ways.add(Arguments.of("Adam", base().updater(new Adam(0.002))));
        ways.add(Arguments.of(
                "SGD with a schedule",
                base().updater(new Sgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.2, 0.9)))));
        ways.add(Arguments.of("L2", base().updater(new Nesterovs(0.05, 0.9)).l2(0.02)));
        ways.add(Arguments.of(
                "L2 of biases too", base().updater(new Sgd(0.1)).l2(0.02).l2Bias(0.05)));
        ways.add(Arguments.of("AdamW", base().updater(new Adam(0.002)).weightDecay(0.05, true)));
        ways.add(Arguments.of(
                "weight decay apart from the rate", base().updater(new Sgd(0.1)).weightDecay(0.001, false)));
        ways.add(Arguments.of(
                "clipping",
                base().updater(new Sgd(0.1))
                        .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                        .gradientNormalizationThreshold(0.05)));
        return ways.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void parameters_move_as_deeplearning4j_moves_them(String what, NeuralNetConfiguration.Builder way) {
        MultiLayerConfiguration configuration = network(way);
        MultiLayerNetwork reference = new MultiLayerNetwork(configuration);
        reference.init();
        float[] start = reference.params().castTo(DataType.FLOAT).toFloatVector();
        List<CompiledNetwork> compiled = Stream.of(7, 3)
                .map(batch -> CompiledNetwork.compile(configuration, INPUT, batch, Use.TRAIN))
                .toList();
        Training training = Training.start(compiled.get(0), configuration, start, Training.Terms.NONE);
        for (int step = 0; step < STEPS; step++) {
            int batch = BATCHES[step % BATCHES.length];
            float[] x = Reference.normal(batch * INPUT.values(), step);
            int[] y = labels(batch, step);
            step(compiled.get(batch == 7 ? 0 : 1), training, x, y);
            reference.fit(new DataSet(Nd4j.create(x, INPUT.dims(batch), 'c').castTo(DataType.DOUBLE), oneHot(y)));
        }
        float[] moved = new float[start.length];
        training.getParameters(moved);
        double[] wanted = reference.params().toDoubleVector();
        assertThat(Compared.relative(moved, wanted)).as(what).isLessThan(1e-5);
        // And the way is one: a rule that moved nothing would agree as well.
        double[] before = new double[start.length];
        for (int i = 0; i < start.length; i++) {
            before[i] = start[i];
        }
        assertThat(Compared.distance(before, wanted)).isGreaterThan(1e-3);
        compiled.forEach(CompiledNetwork::close);
    }

    @Test
    void a_pull_is_the_gradient_of_half_the_squared_distance_to_its_centre() {
        MultiLayerConfiguration configuration = network(base().updater(new Sgd(0.1)));
        float[] start = start(configuration);
        float[] centre = Reference.normal(start.length, 5);
        float[] free = oneStep(configuration, start, Training.Terms.NONE, Double.POSITIVE_INFINITY);
        float[] pulled =
                oneStep(configuration, start, new Training.Terms(0.3, 0, false, centre), Double.POSITIVE_INFINITY);
        for (int i = 0; i < start.length; i++) {
            double wanted = free[i] - 0.1 * 0.3 * (start[i] - centre[i]);
            assertThat((double) pulled[i]).isCloseTo(wanted, within(1e-6));
        }
    }

    @Test
    void the_last_layer_is_pulled_by_itself() {
        MultiLayerConfiguration configuration = network(base().updater(new Sgd(0.1)));
        float[] start = start(configuration);
        float[] centre = Reference.normal(start.length, 5);
        float[] free = oneStep(configuration, start, Training.Terms.NONE, Double.POSITIVE_INFINITY);
        float[] pulled =
                oneStep(configuration, start, new Training.Terms(0.3, 0.5, false, centre), Double.POSITIVE_INFINITY);
        int head = head(configuration);
        assertThat(head).isBetween(1, start.length - 1);
        for (int i = 0; i < start.length; i++) {
            double wanted = free[i] - 0.1 * (i < head ? 0.3 : 0.8) * (start[i] - centre[i]);
            assertThat((double) pulled[i]).isCloseTo(wanted, within(1e-6));
        }
    }

    @Test
    void a_frozen_last_layer_stays_and_the_others_move() {
        MultiLayerConfiguration configuration = network(base().updater(new Sgd(0.1)));
        float[] start = start(configuration);
        float[] free = oneStep(configuration, start, Training.Terms.NONE, Double.POSITIVE_INFINITY);
        float[] frozen =
                oneStep(configuration, start, new Training.Terms(0, 0, true, new float[0]), Double.POSITIVE_INFINITY);
        int head = head(configuration);
        assertThat(Arrays.copyOf(frozen, head)).isEqualTo(Arrays.copyOf(free, head));
        assertThat(Arrays.copyOfRange(frozen, head, start.length))
                .isEqualTo(Arrays.copyOfRange(start, head, start.length))
                .isNotEqualTo(Arrays.copyOfRange(free, head, start.length));
    }

    private static int head(MultiLayerConfiguration configuration) {
        try (CompiledNetwork network = CompiledNetwork.compile(configuration, INPUT, 1, Use.INFER)) {
            return network.head().orElseThrow().offset();
        }
    }

    @Test
    void the_norm_of_the_whole_gradient_is_clipped() {
        MultiLayerConfiguration configuration = network(base().updater(new Sgd(1)));
        float[] start = start(configuration);
        float[] moved = oneStep(configuration, start, Training.Terms.NONE, 0.01);
        double square = 0;
        for (int i = 0; i < start.length; i++) {
            square += Math.pow((double) moved[i] - start[i], 2);
        }
        assertThat(Math.sqrt(square)).isCloseTo(0.01, within(1e-5));
    }

    @Test
    void examples_are_clipped_one_by_one_and_averaged() {
        MultiLayerConfiguration configuration = network(base().updater(new Sgd(1)));
        float[] start = start(configuration);
        double most = 0.5;
        double[] wanted = new double[start.length];
        boolean someClipped = false;
        try (CompiledNetwork network = CompiledNetwork.compile(configuration, INPUT, 1, Use.TRAIN)) {
            Training training = Training.start(network, configuration, start, Training.Terms.NONE);
            float[] gradient = new float[start.length];
            for (int example = 0; example < 3; example++) {
                float[] logits = new float[CLASSES];
                float[] above = new float[CLASSES];
                network.forward(Reference.normal(INPUT.values(), example), logits);
                SoftmaxCrossEntropy.of(CLASSES).hard(logits, new int[] {example}, above);
                network.backward(above);
                double norm = training.addExample(most);
                network.getGradient(gradient);
                double square = 0;
                for (float one : gradient) {
                    square += (double) one * one;
                }
                assertThat(norm).isCloseTo(Math.sqrt(square), within(1e-4));
                someClipped |= norm > most;
                for (int i = 0; i < wanted.length; i++) {
                    wanted[i] += gradient[i] * Math.min(1, most / norm) / 3;
                }
            }
            training.stepExamples(3, 0);
            float[] moved = new float[start.length];
            training.getParameters(moved);
            for (int i = 0; i < moved.length; i++) {
                assertThat(start[i] - moved[i]).isCloseTo((float) wanted[i], within(1e-5f));
            }
        }
        assertThat(someClipped).isTrue();
    }

    @Test
    void a_parameter_that_is_not_finite_is_noticed_at_once() {
        MultiLayerConfiguration configuration = network(base().updater(new Sgd(Float.MAX_VALUE)));
        try (CompiledNetwork network = CompiledNetwork.compile(configuration, INPUT, 7, Use.TRAIN)) {
            Training training = Training.start(network, configuration, start(configuration), Training.Terms.NONE);
            float[] x = Reference.normal(7 * INPUT.values(), 0);
            boolean sound = true;
            for (int step = 0; step < 3 && sound; step++) {
                sound = step(network, training, x, labels(7, 0));
            }
            assertThat(sound).isFalse();
            assertThat(training.broken())
                    .hasValueSatisfying(name -> assertThat(name).matches("layer[0-9]+_[Wb]"));
        }
    }

    private static float[] oneStep(
            MultiLayerConfiguration configuration, float[] start, Training.Terms terms, double clip) {
        try (CompiledNetwork network = CompiledNetwork.compile(configuration, INPUT, 7, Use.TRAIN)) {
            Training training = new Training(network, start, UpdaterReader.read(configuration), terms, clip);
            step(network, training, Reference.normal(7 * INPUT.values(), 0), labels(7, 0));
            float[] moved = new float[start.length];
            training.getParameters(moved);
            return moved;
        }
    }

    private static boolean step(CompiledNetwork network, Training training, float[] x, int[] y) {
        training.use(network);
        float[] logits = new float[y.length * CLASSES];
        float[] gradient = new float[logits.length];
        network.forward(x, logits);
        SoftmaxCrossEntropy.of(CLASSES).hard(logits, y, gradient);
        network.backward(gradient);
        return training.step(0);
    }

    private static float[] start(MultiLayerConfiguration configuration) {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        return network.params().castTo(DataType.FLOAT).toFloatVector();
    }

    private static int[] labels(int batch, int seed) {
        return new java.util.Random(seed).ints(batch, 0, CLASSES).toArray();
    }

    private static org.nd4j.linalg.api.ndarray.INDArray oneHot(int[] labels) {
        var rows = Nd4j.zeros(DataType.DOUBLE, labels.length, CLASSES);
        for (int i = 0; i < labels.length; i++) {
            rows.putScalar(i, labels[i], 1);
        }
        return rows;
    }

    private static NeuralNetConfiguration.Builder base() {
        return new NeuralNetConfiguration.Builder().seed(3).dataType(DataType.DOUBLE);
    }

    private static MultiLayerConfiguration network(NeuralNetConfiguration.Builder way) {
        return way.list()
                .layer(new ConvolutionLayer.Builder(3, 3)
                        .nOut(10)
                        .activation(Activation.RELU)
                        .build())
                .layer(new SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new DenseLayer.Builder()
                        .nOut(20)
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
