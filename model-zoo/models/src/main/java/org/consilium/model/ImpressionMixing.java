package org.consilium.model;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ArraySampler;
import org.apache.commons.rng.simple.RandomSource;
import org.consilium.contract.Impressions;
import org.consilium.contract.LocalObjective.Mixing;
import org.consilium.contract.TrainingPlan;

/** Takes one step on a site's images and, where there are impressions, on a batch of these. */
interface ImpressionMixing {

    /** Returns the mean loss of the site's own images; arguments as for {@link Executor.TrainingRun#step}. */
    double step(Executor.TrainingRun run, Pixels pixels, int[] labels, int epoch);

    /** Returns how the plan mixes. */
    static ImpressionMixing of(TrainingPlan plan, Optional<Impressions> impressions) {
        Optional<Mixing> mixing = plan.objective().mixing();
        if (mixing.isEmpty() || impressions.isEmpty()) {
            return (run, pixels, labels, epoch) -> run.step(pixels, labels, new float[0], 1, epoch);
        }
        Turns turns = new Turns(impressions.get(), mixing.get().batch(), plan.seed());
        if (mixing.get() instanceof Mixing.Separate separate) {
            return (run, pixels, labels, epoch) -> {
                double loss = run.step(pixels, labels, new float[0], 1, epoch);
                int[] chosen = turns.next();
                run.step(turns.pixels(chosen, 0), new int[0], turns.targets(chosen), separate.weight(), epoch);
                return loss;
            };
        }
        return (run, pixels, labels, epoch) -> {
            int[] chosen = turns.next();
            Pixels rest = turns.pixels(chosen, labels.length);
            Pixels both = into -> {
                pixels.write(into);
                rest.write(into);
            };
            return run.step(both, labels, turns.targets(chosen), 1, epoch);
        };
    }

    /** Deals a set in batches of one size, shuffled anew when all have had their turn. */
    final class Turns {

        private final Impressions impressions;
        private final UniformRandomProvider random;
        private final int batch;
        private final int[] order;
        private int at;

        Turns(Impressions impressions, int batch, long seed) {
            this.impressions = impressions;
            this.batch = Math.min(batch, impressions.size());
            // Another stream than that of the site's own images, whose order must not depend on impressions.
            this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(~seed);
            this.order = new int[impressions.size()];
            Arrays.setAll(order, i -> i);
            this.at = order.length;
        }

        int[] next() {
            int[] chosen = new int[batch];
            for (int i = 0; i < batch; i++) {
                if (at == order.length) {
                    ArraySampler.shuffle(random, order);
                    at = 0;
                }
                chosen[i] = order[at++];
            }
            return chosen;
        }

        Pixels pixels(int[] chosen, int after) {
            return into -> {
                for (int i = 0; i < chosen.length; i++) {
                    impressions.write(chosen[i], into, (after + i) * impressions.samples());
                }
            };
        }

        float[] targets(int[] chosen) {
            return impressions.targets(chosen);
        }
    }
}
