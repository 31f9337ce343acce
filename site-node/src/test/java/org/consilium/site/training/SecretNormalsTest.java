package org.consilium.site.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.consilium.contract.Sha256;
import org.junit.jupiter.api.Test;

class SecretNormalsTest {

    private static final int MANY = 200_000;

    @Test
    void draws_are_of_a_standard_normal_distribution() {
        double[] drawn = DoubleStream.generate(new SecretNormals(Sha256.of(new byte[] {1})))
                .limit(MANY)
                .sorted()
                .toArray();
        double[] probabilities = {0.001, 0.025, 0.158655, 0.5, 0.841345, 0.975, 0.999};
        double[] quantiles = {-3.090, -1.960, -1, 0, 1, 1.960, 3.090};
        for (int i = 0; i < quantiles.length; i++) {
            assertThat(drawn[(int) (probabilities[i] * MANY)]).isCloseTo(quantiles[i], within(0.06));
        }
        double variance = Arrays.stream(drawn).map(z -> z * z).sum() / MANY;
        assertThat(variance).isCloseTo(1, within(0.02));
    }

    @Test
    void neighbouring_draws_have_nothing_to_do_with_each_other() {
        double[] drawn = DoubleStream.generate(new SecretNormals(Sha256.of(new byte[] {2})))
                .limit(MANY)
                .toArray();
        for (int lag = 1; lag <= 4; lag++) {
            double sum = 0;
            for (int i = lag; i < MANY; i++) {
                sum += drawn[i] * drawn[i - lag];
            }
            assertThat(sum / MANY).as("lag " + lag).isCloseTo(0, within(0.012));
        }
    }

    @Test
    void one_key_gives_one_sequence_and_another_key_another() {
        SecretNormals one = new SecretNormals(Sha256.of(new byte[] {3}));
        SecretNormals same = new SecretNormals(Sha256.of(new byte[] {3}));
        SecretNormals other = new SecretNormals(Sha256.of(new byte[] {4}));
        for (int i = 0; i < 10; i++) {
            assertThat(one.getAsDouble()).isEqualTo(same.getAsDouble()).isNotEqualTo(other.getAsDouble());
        }
    }
}
