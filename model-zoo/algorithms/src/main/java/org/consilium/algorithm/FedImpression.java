package org.consilium.algorithm;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.GatePlan;
import org.consilium.contract.LocalObjective;
import org.consilium.contract.LocalObjective.Mixing;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SynthesisPlan;

/**
 * Federated impression as published (Arya, Ayromlou, Saadat, Abolmaesumi, Li, arXiv 2409.07351, and the authors' code, whose
 * names the settings have): the mean of all sites' parameters, each counting the same; from it the server synthesises one set
 * of images, which the sites train on beside their own in the next round.
 *
 * <p>Settings: {@code data_size} images, {@code labels} dealt to them, {@code init}ial pixels, {@code iters_admm} dual steps
 * of {@code iters_img} steps on the pixels with {@code lr_img}, {@code rho} and {@code gamma}; none before round {@code
 * pre_iter} has ended, anew every {@code refresh} rounds; {@code mixing} with {@code syn_batch} images a step and, where
 * separate, {@code syn_weight}; {@code reg_coef} pulls the head to the global one.
 */
record FedImpression(Terms terms, ImpressionSettings impressions) implements Averaging {

    static final String NAME = "fedimpression";

    static FedImpression of(Map<String, String> given) {
        Settings read = new Settings(NAME, given);
        Weighting weighting = Weighting.of(read, Weighting.UNIFORM);
        ImpressionSettings impressions = ImpressionSettings.published(read);
        double headPull = read.number("reg_coef", 4, 0, 1_000);
        LocalObjective objective = new LocalObjective(0, headPull, 0, false, Optional.of(impressions.mixing()));
        return new FedImpression(new Terms(NAME, read.all(), weighting, objective), impressions);
    }

    @Override
    public Optional<SynthesisPlan> synthesis(long study, RoundNumber round) {
        return impressions.plan(study, round);
    }

    @Override
    public Optional<GatePlan> gate() {
        return Optional.of(impressions.gate());
    }

    /** What a method with impressions is told about them. */
    record ImpressionSettings(SynthesisPlan plan, int warmUp, int refresh, Mixing mixing, GatePlan gate) {

        /** Reads the settings, of which some are fixed as published. */
        static ImpressionSettings published(Settings read) {
            SynthesisPlan plan = new SynthesisPlan(
                    read.whole("data_size", 160, 1, 100_000),
                    choice(SynthesisPlan.Labels.class, read.choice("labels", "balanced", "random")),
                    choice(SynthesisPlan.Initial.class, read.choice("init", "noise", "phantoms", "public")),
                    read.whole("img_batch", 160, 1, 65_536),
                    read.whole("iters_admm", 3, 1, 1_000),
                    read.whole("iters_img", 30, 1, 100_000),
                    read.number("lr_img", 100, 1e-9, 1e6),
                    read.number("momentum_img", 0.9, 0, 0.999),
                    read.number("rho", 0.2, 0, 1_000),
                    read.number("gamma", 0.001, 0, 1_000),
                    new SynthesisPlan.Prior(
                            read.number("tv", 0, 0, 1_000),
                            read.whole("jitter", 0, 0, 32),
                            read.number("feature_pull", 0, 0, 1_000)),
                    read.number("temperature", 0, 0, 1_000),
                    0);
            int batch = read.whole("syn_batch", 32, 1, 65_536);
            double weight = read.number("syn_weight", 0.25, 1e-6, 100);
            Mixing mixing = read.choice("mixing", "separate", "joined").equals("separate")
                    ? new Mixing.Separate(batch, weight)
                    : new Mixing.Joined(batch);
            return new ImpressionSettings(
                    plan,
                    read.whole("pre_iter", 1, 1, 100_000),
                    read.whole("refresh", 1, 1, 100_000),
                    mixing,
                    GateSettings.of(read));
        }

        private static <E extends Enum<E>> E choice(Class<E> type, String word) {
            return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
        }

        Optional<SynthesisPlan> plan(long study, RoundNumber round) {
            int since = round.value() - warmUp;
            return since < 0 || since % refresh != 0
                    ? Optional.empty()
                    : Optional.of(plan.withSeed(Seeds.derived(study, "synthesis/" + round.value())));
        }
    }
}
