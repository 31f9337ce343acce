package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Losses beside Deeplearning4j's, and their gradients beside finite differences. */
class LossesTest {

    private static final int EXAMPLES = 5;
    private static final int CLASSES = 4;
    private static final float[] LOGITS = Reference.normal(EXAMPLES * CLASSES, 3);
    private static final int[] LABELS = {0, 3, 1, 1, 2};
    private static final float[] WEIGHTS = {0.5f, 2, 1, 3};

    private final SoftmaxCrossEntropy plain = SoftmaxCrossEntropy.of(CLASSES);

    @Test
    void hard_labels_give_the_loss_and_the_gradient_of_deeplearning4j() {
        compare(plain, new LossMCXENT());
    }

    @Test
    void class_weights_mean_what_deeplearning4j_means_by_them() {
        compare(
                plain.weighted(WEIGHTS),
                new LossMCXENT(Nd4j.createFromArray(WEIGHTS).castTo(DataType.DOUBLE)));
    }

    @Test
    void offsets_are_added_to_the_logits() {
        float[] offsets = {1, -2, 0.5f, 0};
        float[] shifted = LOGITS.clone();
        for (int i = 0; i < shifted.length; i++) {
            shifted[i] += offsets[i % CLASSES];
        }
        float[] one = new float[LOGITS.length];
        float[] other = new float[LOGITS.length];
        assertThat(plain.offset(offsets).hard(LOGITS, LABELS, one))
                .isCloseTo(plain.hard(shifted, LABELS, other), within(1e-6));
        assertThat(one).containsExactly(other, within(1e-6f));
    }

    @Test
    void soft_labels_over_positions_have_the_gradient_of_finite_differences() {
        int positions = 3;
        float[] logits = Reference.normal(EXAMPLES * CLASSES * positions, 4);
        float[] labels = new float[logits.length];
        Random random = new Random(5);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextFloat();
        }
        SoftmaxCrossEntropy loss = plain.weighted(WEIGHTS).offset(new float[] {0.3f, 0, -1, 0});
        float[] gradient = new float[logits.length];
        loss.soft(logits, labels, gradient, positions);
        checkGradient(logits, gradient, z -> loss.soft(z, labels, new float[z.length], positions));
    }

    @Test
    void soft_labels_that_are_hard_give_the_same() {
        float[] oneHot = new float[LOGITS.length];
        for (int i = 0; i < EXAMPLES; i++) {
            oneHot[i * CLASSES + LABELS[i]] = 1;
        }
        float[] one = new float[LOGITS.length];
        float[] other = new float[LOGITS.length];
        SoftmaxCrossEntropy loss = plain.weighted(WEIGHTS);
        assertThat(loss.soft(LOGITS, oneHot, one, 1)).isCloseTo(loss.hard(LOGITS, LABELS, other), within(1e-6));
        assertThat(one).containsExactly(other, within(1e-6f));
    }

    @Test
    void large_logits_neither_overflow_nor_lose_the_loss() {
        float[] gradient = new float[4];
        double loss =
                SoftmaxCrossEntropy.of(2).hard(new float[] {1e4f, -1e4f, 3e38f, 3e38f}, new int[] {1, 0}, gradient);
        assertThat(loss).isCloseTo((2e4 + Math.log(2)) / 2, within(1.0));
        assertThat(gradient).containsExactly(new float[] {0.5f, -0.5f, -0.25f, 0.25f}, within(1e-6f));
    }

    @Test
    void dice_and_cross_entropy_have_the_gradient_of_finite_differences() {
        int positions = 6;
        float[] logits = Reference.normal(2 * CLASSES * positions, 6);
        float[] labels = new float[logits.length];
        Random random = new Random(7);
        for (int example = 0; example < 2; example++) {
            for (int position = 0; position < positions; position++) {
                labels[(example * CLASSES + random.nextInt(CLASSES)) * positions + position] = 1;
            }
        }
        DiceCrossEntropy loss = new DiceCrossEntropy(CLASSES, 0.7, 1e-5);
        float[] gradient = new float[logits.length];
        loss.evaluate(logits, labels, gradient, positions);
        checkGradient(logits, gradient, z -> loss.evaluate(z, labels, new float[z.length], positions));
    }

    @Test
    void a_perfect_segmentation_loses_nothing_and_a_wrong_one_a_whole_dice() {
        int positions = 4;
        float[] labels = {1, 1, 0, 0, 0, 0, 1, 1};
        float[] right = new float[8];
        float[] wrong = new float[8];
        for (int i = 0; i < 8; i++) {
            right[i] = labels[i] == 1 ? 50 : -50;
            wrong[i] = -right[i];
        }
        DiceCrossEntropy diceAlone = new DiceCrossEntropy(2, 1, 1e-5);
        assertThat(diceAlone.evaluate(right, labels, new float[8], positions)).isCloseTo(0, within(1e-6));
        assertThat(diceAlone.evaluate(wrong, labels, new float[8], positions)).isCloseTo(1, within(1e-5));
    }

    @Test
    void figures_that_do_not_fit_are_refused() {
        assertThatThrownBy(() -> plain.weighted(new float[3])).hasMessageContaining("3 figures");
        assertThatThrownBy(() -> plain.offset(new float[] {0, Float.NaN, 0, 0})).hasMessageContaining("NaN");
    }

    private static void compare(SoftmaxCrossEntropy ours, LossMCXENT theirs) {
        INDArray z = Nd4j.create(LOGITS, new long[] {EXAMPLES, CLASSES}, 'c').castTo(DataType.DOUBLE);
        INDArray y = Nd4j.zeros(DataType.DOUBLE, EXAMPLES, CLASSES);
        for (int i = 0; i < EXAMPLES; i++) {
            y.putScalar(i, LABELS[i], 1);
        }
        float[] gradient = new float[LOGITS.length];
        double loss = ours.hard(LOGITS, LABELS, gradient);
        assertThat(loss).isCloseTo(theirs.computeScore(y, z.dup(), new ActivationSoftmax(), null, true), within(1e-6));
        double[] wanted = theirs.computeGradient(y, z.dup(), new ActivationSoftmax(), null)
                .div(EXAMPLES)
                .dup('c')
                .data()
                .asDouble();
        assertThat(Compared.relative(gradient, wanted)).isLessThan(1e-5);
    }

    private static void checkGradient(float[] logits, float[] gradient, ToDoubleFunction<float[]> loss) {
        float step = 1f / 256;
        double[] wanted = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            float[] moved = logits.clone();
            moved[i] = logits[i] + step;
            double up = loss.applyAsDouble(moved);
            moved[i] = logits[i] - step;
            wanted[i] = (up - loss.applyAsDouble(moved)) / (2 * step);
        }
        assertThat(Compared.relative(gradient, wanted)).isLessThan(2e-4);
    }
}
