package org.consilium.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.consilium.contract.Head;
import org.junit.jupiter.api.Test;

class StationarityLossTest {

    private static final int BATCH = 5;
    private static final Head HEAD = new Head(0, 7, 3);
    private static final int[] LABELS = {0, 2, 1, 1, 0};

    private final Random random = new Random(3);
    private final float[] weights = normal(HEAD.length());
    private final float[] features = normal(BATCH * HEAD.features());
    private final float[] logits = normal(BATCH * HEAD.classes());
    private final StationarityLoss loss = new StationarityLoss(HEAD, weights, 0.7, 0.3);
    private final float[] byLogits = new float[logits.length];
    private final float[] byFeatures = new float[features.length];

    @Test
    void its_derivatives_are_those_of_finite_differences() {
        Arrays.setAll(loss.dual(), i -> random.nextGaussian());
        value();
        float[] expectedByLogits = byLogits.clone();
        float[] expectedByFeatures = byFeatures.clone();
        for (int i = 0; i < logits.length; i++) {
            assertThat(difference(logits, i, this::value)).isCloseTo(expectedByLogits[i], within(2e-4));
        }
        for (int i = 0; i < features.length; i++) {
            assertThat(difference(features, i, this::value)).isCloseTo(expectedByFeatures[i], within(2e-4));
        }
    }

    @Test
    void it_is_what_its_formula_says() {
        Arrays.setAll(loss.dual(), i -> random.nextGaussian());
        double[][] p = new double[BATCH][3];
        double expected = 0;
        for (int b = 0; b < BATCH; b++) {
            double sum = 0;
            for (int k = 0; k < 3; k++) {
                sum += Math.exp(logits[b * 3 + k]);
            }
            for (int k = 0; k < 3; k++) {
                p[b][k] = Math.exp(logits[b * 3 + k]) / sum;
            }
            expected -= Math.log(p[b][LABELS[b]]) / BATCH;
        }
        for (int k = 0; k < 3; k++) {
            for (int j = 0; j < 7; j++) {
                double m = 0.3 * weights[k * 7 + j];
                for (int b = 0; b < BATCH; b++) {
                    m += (p[b][k] - (k == LABELS[b] ? 1 : 0)) * features[b * 7 + j] / BATCH;
                }
                expected += 0.7 / 2 * m * m + loss.dual()[k * 7 + j] * m;
            }
        }
        assertThat(value()).isCloseTo(expected, within(1e-9));
    }

    @Test
    void a_dual_step_adds_rho_times_the_residual() {
        double[] sum = new double[HEAD.biases()];
        loss.add(logits, features, LABELS, sum);
        double norm = loss.ascend(sum, BATCH);
        double square = 0;
        for (int i = 0; i < sum.length; i++) {
            double residual = sum[i] / BATCH + 0.3 * weights[i];
            assertThat(loss.dual()[i]).isCloseTo(0.7 * residual, within(1e-12));
            square += residual * residual;
        }
        assertThat(norm).isCloseTo(Math.sqrt(square), within(1e-12));
    }

    private double value() {
        return loss.evaluate(logits, features, LABELS, byLogits, byFeatures);
    }

    private static double difference(float[] values, int at, DoubleSupplier function) {
        float kept = values[at];
        float up = kept + 1e-2f;
        float down = kept - 1e-2f;
        values[at] = up;
        double above = function.getAsDouble();
        values[at] = down;
        double below = function.getAsDouble();
        values[at] = kept;
        return (above - below) / ((double) up - down);
    }

    private float[] normal(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
