package org.consilium.model;

import java.util.Locale;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Effort;
import org.consilium.contract.Head;
import org.consilium.contract.Impressions;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.SynthesisPlan;
import org.consilium.contract.TrainingMetrics;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.engine.NativeMemoryException;

/**
 * Trains and scores the model zoo's networks: compiled to oneDNN where its library is here and all layers of the network
 * are known to it, by Deeplearning4j otherwise. Which one is said once in the log; a network runs wholly on one of them.
 *
 * <p>Safe for use by several threads at once; each call computes on its calling thread alone.
 */
public final class Networks implements LocalTrainer, ModelScorer, FeatureDescriber, Synthesizer {

    private static final Optimiser ANY = new Optimiser.Sgd(1, 0);
    private static final double NANOS = 1e9;

    private final ExecutorChoice executors;

    private Networks(ExecutorChoice executors) {
        this.executors = executors;
    }

    /** Returns a trainer and scorer with no networks yet. */
    public static Networks create() {
        return new Networks(new ExecutorChoice(true));
    }

    /** Returns one that has Deeplearning4j run everything: the reference, some twenty times slower. */
    public static Networks byDeeplearning4j() {
        return new Networks(new ExecutorChoice(false));
    }

    /**
     * Returns what runs a network, such as {@code onednn 3.13.0 avx512_core, 1 thread} or {@code deeplearning4j, 1
     * thread}: equal results, bit for bit, need the same.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    public String executor(ArchitectureId architecture) {
        return executors.of(architecture).description() + ", 1 thread";
    }

    /**
     * Returns the parameters that a study starts from.
     *
     * @param architecture the network
     * @param seed equal seeds give equal parameters
     * @throws IllegalArgumentException if there is no such network
     */
    public Parameters initial(ArchitectureId architecture, long seed) {
        SingleThread.enter();
        try (Dl4jNetwork network =
                Architectures.blueprint(architecture, seed, ANY).deeplearning4j()) {
            network.init();
            return Parameters.of(architecture, network.model().params().toFloatVector());
        }
    }

    /**
     * Returns how many parameters a network has.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    public long parameterCount(ArchitectureId architecture) {
        return Architectures.parameterCount(architecture);
    }

    @Override
    public Trained train(
            Parameters start, TrainingPlan plan, LabelledImages images, Optional<Impressions> impressions) {
        Fit.check(start, images);
        if (images.size() == 0) {
            throw new IllegalArgumentException(
                    "there are no training images; import images of the train split and train again");
        }
        impressions.ifPresent(set -> Fit.check(start, set));
        if (plan.effort().equals(new Effort.Epochs(0))) {
            return new Trained(start, new TrainingMetrics(images.size(), 0, 0, executor(start.architecture())), 0);
        }
        SingleThread.enter();
        long began = System.nanoTime();
        Batches batches = new Batches(images, plan.batchSize());
        try (Executor.TrainingRun run = executors
                .of(start.architecture())
                .training(
                        start.architecture(),
                        plan.optimiser(),
                        plan.objective(),
                        LogitAdjustment.of(images, plan.objective().logitAdjustment()),
                        start.toArray(),
                        batches.size())) {
            ImpressionMixing mixing = ImpressionMixing.of(plan, impressions);
            double loss = train(run, plan, batches, mixing);
            float[] values = run.parameters();
            double seconds = (System.nanoTime() - began) / NANOS;
            return new Trained(
                    Parameters.of(start.architecture(), values),
                    new TrainingMetrics(images.size(), loss, seconds, executor(start.architecture())),
                    batches.seconds() / seconds);
        } catch (NativeMemoryException e) {
            throw new MemoryExhaustedException(e.getMessage(), e);
        }
    }

    /** Goes batch after batch until the effort is spent; returns the mean loss over the last pass. */
    private static double train(Executor.TrainingRun run, TrainingPlan plan, Batches batches, ImpressionMixing mixing) {
        UniformRandomProvider orders = Batches.orders(plan.seed());
        long steps = plan.effort() instanceof Effort.Steps some
                ? some.count()
                : (long) ((Effort.Epochs) plan.effort()).count() * batches.perPass();
        int[] order = {};
        double lossSum = 0;
        long seen = 0;
        for (long step = 0; step < steps; step++) {
            int batch = (int) (step % batches.perPass());
            if (batch == 0) {
                order = batches.shuffled(orders);
                lossSum = 0;
                seen = 0;
            }
            int[] members = batches.members(order, batch);
            double loss = mixing.step(
                    run, batches.pixels(members), batches.labels(members), (int) (step / batches.perPass()));
            if (!Double.isFinite(loss)) {
                throw new TrainingDivergedException(step + 1, "the loss is " + loss);
            }
            Optional<String> broken = run.broken();
            if (broken.isPresent()) {
                throw new TrainingDivergedException(step + 1, "the parameter " + broken.get() + " is not finite");
            }
            lossSum += loss * members.length;
            seen += members.length;
        }
        return lossSum / seen;
    }

    /**
     * Returns where the last layer of a network lies in its parameters.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    public Head head(ArchitectureId architecture) {
        int classes = Architectures.Network.of(architecture).classes();
        long count = Architectures.parameterCount(architecture);
        int features = Architectures.features(architecture);
        return new Head(Math.toIntExact(count - (long) classes * (features + 1)), features, classes);
    }

    @Override
    public ClassificationScores score(Parameters model, LabelledImages images) {
        Fit.check(model, images);
        return new ScoringPass(executors.of(model.architecture()), model).score(images);
    }

    @Override
    public double[][] probabilities(Parameters model, LabelledImages images) {
        Fit.check(model, images);
        return new ScoringPass(executors.of(model.architecture()), model).probabilities(images);
    }

    @Override
    public ClassStatistics describe(
            Parameters model, LabelledImages images, int least, ClassStatistics.Products products) {
        Fit.check(model, images);
        return features(model).describe(images, least, products);
    }

    @Override
    public void show(Parameters model, LabelledImages images, Vectors visitor) {
        Fit.check(model, images);
        features(model).show(images, visitor);
    }

    @Override
    public void show(Parameters model, Impressions impressions, Vectors visitor) {
        Fit.check(model, impressions);
        features(model).show(impressions, visitor);
    }

    private FeaturePass features(Parameters model) {
        return new FeaturePass(
                executors.of(model.architecture()),
                model,
                head(model.architecture()).features());
    }

    @Override
    public Synthesis begin(
            ModelOrigin origin,
            Parameters model,
            SynthesisPlan plan,
            Optional<LabelledImages> start,
            Optional<FeatureTargets> features) {
        Architectures.Network network = Architectures.Network.of(model.architecture());
        if (!origin.architecture().equals(model.architecture())
                || !origin.model().equals(model.digest())) {
            throw new IllegalArgumentException(
                    "impressions of " + origin.model().brief() + " cannot be made from " + model);
        }
        if (plan.prior().features() > 0 && features.isEmpty()) {
            throw new IllegalArgumentException(
                    "features are to be pulled to draws, but there are no statistics of any");
        }
        LabelledImages from = null;
        if (plan.initial() != SynthesisPlan.Initial.NOISE) {
            from = start.orElseThrow(() -> new IllegalArgumentException("synthesis is to start from "
                    + plan.initial().name().toLowerCase(Locale.ROOT) + " images, but none are here"));
            Fit.check(model, from.shape(), network.classes());
        }
        SingleThread.enter();
        Head head = head(model.architecture());
        float[] flat = model.toArray();
        return new Synthesis(
                origin,
                plan,
                network.shape(),
                head,
                head.of(flat),
                executors.of(model.architecture()).inputs(model.architecture(), flat),
                Optional.ofNullable(from),
                features);
    }
}
