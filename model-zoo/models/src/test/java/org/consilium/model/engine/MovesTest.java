package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What twenty steps beside Deeplearning4j do not show of the rules. */
class MovesTest {

    private static final int STEPS = 3_000;
    private static final float[] NO_GRADIENT = {0};

    @Test
    void momentum_of_a_weight_without_gradient_does_not_end_among_denormals() {
        float[] p = {1};
        float[] classical = {1};
        float[] nesterov = {1};
        for (int step = 0; step < STEPS; step++) {
            Moves.heavyBall(p, NO_GRADIENT, classical, 0.1f, 0.9f, 0, 1);
            Moves.nesterov(p, NO_GRADIENT, nesterov, 0.1f, 0.9f, 0, 1);
        }
        assertNegligibleAndNormal(classical[0]);
        assertNegligibleAndNormal(nesterov[0]);
    }

    @Test
    void moments_of_a_weight_without_gradient_do_not_end_among_denormals() {
        float[] p = {1};
        float[] mean = {1};
        float[] square = {1};
        for (int step = 0; step < 100 * STEPS; step++) {
            Moves.adam(p, NO_GRADIENT, mean, square, 0.1f, 0.9f, 0.999f, 1e-8f, 0, 1);
        }
        assertNegligibleAndNormal(mean[0]);
        assertNegligibleAndNormal(square[0]);
    }

    private static void assertNegligibleAndNormal(float value) {
        assertThat(value).isLessThan(1e-34f);
        assertThat(value == 0 || value >= Float.MIN_NORMAL)
                .as("%s is not denormal", value)
                .isTrue();
    }

    @Test
    void a_small_momentum_is_kept() {
        float[] p = {0};
        float[] v = {1e-20f};
        Moves.heavyBall(p, NO_GRADIENT, v, 0.1f, 0.5f, 0, 1);
        assertThat(v[0]).isCloseTo(5e-21f, within(1e-27f));
        assertThat(p[0]).isEqualTo(v[0]);
    }
}
