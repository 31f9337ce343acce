package org.consilium.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.TrainingPlan;
import org.junit.jupiter.api.Test;

class FedAvgTest {

    private final Strategy fedAvg = Strategies.named("fedavg");

    @Test
    void sites_count_by_their_examples() {
        float[] mean = aggregate(2, List.of(new float[] {1, 2, 3}, new float[] {5, 6, 7}), 300, 100);

        assertThat(mean).containsExactly(2, 3, 4);
    }

    @Test
    void one_site_alone_gives_its_own_parameters_back() {
        float[] odd = {0.1f, -1e-30f, 3e30f};

        assertThat(aggregate(2, List.of(odd), 7)).containsExactly(odd);
    }

    @Test
    void how_the_vectors_are_cut_does_not_change_a_bit() {
        SplittableRandom random = new SplittableRandom(1);
        List<float[]> vectors = new ArrayList<>();
        for (int k = 0; k < 5; k++) {
            float[] vector = new float[1_000];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) random.nextGaussian();
            }
            vectors.add(vector);
        }
        long[] examples = {3, 1_000, 77, 12, 5_000};

        float[] whole = aggregate(1_000, vectors, examples);

        assertThat(aggregate(1, vectors, examples)).containsExactly(whole);
        assertThat(aggregate(7, vectors, examples)).containsExactly(whole);
        assertThat(aggregate(999, vectors, examples)).containsExactly(whole);
    }

    @Test
    void the_sum_is_kept_in_double_precision() {
        // In float32, 16777216 + 1 is 16777216: a float accumulator would lose every one of the small addends.
        List<float[]> vectors = new ArrayList<>(List.of(new float[] {16_777_216f}));
        for (int i = 0; i < 15; i++) {
            vectors.add(new float[] {1f});
        }
        long[] examples = new long[16];
        Arrays.fill(examples, 1);

        assertThat(aggregate(1, vectors, examples)).containsExactly((16_777_216 + 15) / 16f);
    }

    @Test
    void the_mean_lies_within_what_the_sites_sent() {
        SplittableRandom random = new SplittableRandom(2);
        for (int trial = 0; trial < 200; trial++) {
            int sites = 1 + random.nextInt(8);
            List<float[]> vectors = new ArrayList<>();
            long[] examples = new long[sites];
            for (int k = 0; k < sites; k++) {
                vectors.add(new float[] {(float) random.nextGaussian()});
                examples[k] = 1 + random.nextInt(10_000);
            }
            float mean = aggregate(1, vectors, examples)[0];
            double least = vectors.stream().mapToDouble(v -> v[0]).min().orElseThrow();
            double most = vectors.stream().mapToDouble(v -> v[0]).max().orElseThrow();

            assertThat((double) mean).isBetween(least, most);
        }
    }

    @Test
    void each_chunk_of_each_site_is_read_once() {
        // A read is a query of a megabyte where the updates lie in a database.
        List<String> read = new ArrayList<>();
        fedAvg.aggregateTrain(
                new Updates() {
                    @Override
                    public List<Contribution> contributions() {
                        return List.of(
                                new Contribution(new SiteId("site-a"), 1), new Contribution(new SiteId("site-b"), 1));
                    }

                    @Override
                    public int chunks() {
                        return 2;
                    }

                    @Override
                    public float[] chunk(int contribution, int chunk) {
                        read.add(contribution + "/" + chunk);
                        return new float[] {1};
                    }
                },
                (chunk, values) -> assertThat(values).containsExactly(1));

        assertThat(read).containsExactly("0/0", "1/0", "0/1", "1/1");
    }

    @Test
    void vectors_of_different_length_are_refused() {
        assertThatThrownBy(() -> aggregate(4, List.of(new float[4], new float[3]), 1, 1))
                .hasMessageContaining("differ in length");
    }

    @Test
    void each_site_and_round_gets_a_seed_of_its_own_and_the_same_one_each_time() {
        TrainingPlan base = new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.1, 0), 7);
        TrainingPlan plan = fedAvg.configureTrain(base, new RoundNumber(2), new SiteId("site-1"));

        assertThat(plan).isEqualTo(base.withSeed(plan.seed()));
        assertThat(fedAvg.configureTrain(base, new RoundNumber(2), new SiteId("site-1")))
                .isEqualTo(plan);
        assertThat(List.of(
                        plan.seed(),
                        fedAvg.configureTrain(base, new RoundNumber(3), new SiteId("site-1"))
                                .seed(),
                        fedAvg.configureTrain(base, new RoundNumber(2), new SiteId("site-2"))
                                .seed(),
                        fedAvg.configureTrain(base.withSeed(8), new RoundNumber(2), new SiteId("site-1"))
                                .seed()))
                .doesNotHaveDuplicates();
    }

    @Test
    void an_unknown_strategy_is_answered_with_those_that_exist() {
        assertThat(Strategies.named("fedavg").name()).isEqualTo("fedavg");
        assertThatThrownBy(() -> Strategies.named("fedmagic"))
                .hasMessage(
                        "strategy 'fedmagic' is not known: use one of fedavg, fedimpression, fedimpression-plus, fedprox");
    }

    @Test
    void a_contribution_without_examples_is_refused() {
        assertThatThrownBy(() -> new Updates.Contribution(new SiteId("site-1"), 0))
                .hasMessageContaining("at least 1");
    }

    private float[] aggregate(int chunkLength, List<float[]> vectors, long... examples) {
        int length = vectors.get(0).length;
        List<Updates.Contribution> contributions = new ArrayList<>();
        for (int k = 0; k < vectors.size(); k++) {
            contributions.add(new Updates.Contribution(new SiteId("site-" + (char) ('a' + k)), examples[k]));
        }
        float[] result = new float[length];
        fedAvg.aggregateTrain(
                new Updates() {
                    @Override
                    public List<Contribution> contributions() {
                        return contributions;
                    }

                    @Override
                    public int chunks() {
                        return (length + chunkLength - 1) / chunkLength;
                    }

                    @Override
                    public float[] chunk(int contribution, int chunk) {
                        float[] vector = vectors.get(contribution);
                        return Arrays.copyOfRange(
                                vector, chunk * chunkLength, Math.min(vector.length, (chunk + 1) * chunkLength));
                    }
                },
                (chunk, values) -> System.arraycopy(values, 0, result, chunk * chunkLength, values.length));
        return result;
    }
}
