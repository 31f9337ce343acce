package org.consilium.model;

import static org.consilium.contract.InvalidParametersException.Reason.WRONG_LENGTH;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Effort;
import org.consilium.contract.Head;
import org.consilium.contract.Impressions;
import org.consilium.contract.InvalidImpressionsException;
import org.consilium.contract.InvalidParametersException;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.ScoreHistogram;
import org.consilium.contract.SynthesisPlan;
import org.consilium.contract.TrainingMetrics;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.engine.CompiledNetwork;
import org.consilium.model.engine.NativeMemoryException;
import org.consilium.model.engine.OneDnn;
import org.consilium.model.engine.Shape;
import org.consilium.model.engine.UnsupportedNetworkException;
import org.consilium.model.engine.Use;

/**
 * Trains and scores the model zoo's networks: compiled to oneDNN where its library is here and all layers of the network
 * are known to it, by Deeplearning4j otherwise. Which one is said once in the log; a network runs wholly on one of them.
 *
 * <p>Safe for use by several threads at once; each call computes on its calling thread alone.
 */
public final class Networks implements LocalTrainer, ModelScorer, FeatureDescriber, Synthesizer {

    private static final Logger LOG = Logger.getLogger(Networks.class.getName());
    private static final int SCORING_BATCH = 256;
    private static final Optimiser ANY = new Optimiser.Sgd(1, 0);
    private static final double NANOS = 1e9;

    private final Executor deeplearning4j = new Dl4jExecutor();
    private final Executor compiled = new CompiledExecutor();
    private final Map<ArchitectureId, Executor> chosen = new ConcurrentHashMap<>();
    private final boolean mayCompile;

    private Networks(boolean mayCompile) {
        this.mayCompile = mayCompile;
    }

    /** Returns a trainer and scorer with no networks yet. */
    public static Networks create() {
        return new Networks(true);
    }

    /** Returns one that has Deeplearning4j run everything: the reference, some twenty times slower. */
    public static Networks byDeeplearning4j() {
        return new Networks(false);
    }

    /**
     * Returns what runs a network, such as {@code onednn 3.13.0 avx512_core, 1 thread} or {@code deeplearning4j, 1
     * thread}: equal results, bit for bit, need the same.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    public String executor(ArchitectureId architecture) {
        return choose(architecture).description() + ", 1 thread";
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
        check(start, images);
        if (images.size() == 0) {
            throw new IllegalArgumentException(
                    "there are no training images; import images of the train split and train again");
        }
        impressions.ifPresent(set -> check(start, set));
        if (plan.effort().equals(new Effort.Epochs(0))) {
            return new Trained(start, new TrainingMetrics(images.size(), 0, 0, executor(start.architecture())), 0);
        }
        SingleThread.enter();
        long began = System.nanoTime();
        Batches batches = new Batches(images, plan.batchSize());
        try (Executor.TrainingRun run = choose(start.architecture())
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

    @Override
    public ClassificationScores score(Parameters model, LabelledImages images) {
        double[][] probabilities = probabilities(model, images);
        int classes = images.classes();
        double lossSum = 0;
        long[][] confusion = new long[classes][classes];
        long[][] positives = new long[classes][ScoreHistogram.BINS];
        long[][] negatives = new long[classes][ScoreHistogram.BINS];
        for (int i = 0; i < probabilities.length; i++) {
            int label = images.label(i);
            int predicted = 0;
            for (int k = 0; k < classes; k++) {
                double p = probabilities[i][k];
                predicted = p > probabilities[i][predicted] ? k : predicted;
                (k == label ? positives : negatives)[k][ScoreHistogram.bin(Math.min(1, p))]++;
            }
            confusion[label][predicted]++;
            lossSum -= Math.log(Math.max(probabilities[i][label], Float.MIN_NORMAL));
        }
        List<ScoreHistogram> histograms = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            histograms.add(new ScoreHistogram(positives[k], negatives[k]));
        }
        return new ClassificationScores(Math.max(0, lossSum), confusion, histograms);
    }

    @Override
    public double[][] probabilities(Parameters model, LabelledImages images) {
        check(model, images);
        double[][] rows = new double[images.size()][];
        if (rows.length == 0) {
            return rows;
        }
        SingleThread.enter();
        Batches batches = new Batches(images, SCORING_BATCH);
        try (Executor.ScoringRun run =
                choose(model.architecture()).scoring(model.architecture(), model.toArray(), batches.size())) {
            int[] order = batches.inOrder();
            for (int batch = 0; batch < batches.perPass(); batch++) {
                int[] members = batches.members(order, batch);
                float[] values = run.probabilities(batches.pixels(members), members.length);
                for (int i = 0; i < members.length; i++) {
                    rows[members[i]] = row(values, i, images.classes());
                }
            }
        } catch (NativeMemoryException e) {
            throw new MemoryExhaustedException(e.getMessage(), e);
        }
        return rows;
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
    public ClassStatistics describe(
            Parameters model, LabelledImages images, int least, ClassStatistics.Products products) {
        check(model, images);
        FeatureSums sums = new FeatureSums(head(model.architecture()).features(), images, least, products);
        Batches batches = new Batches(images, SCORING_BATCH);
        int[] order = batches.inOrder();
        List<int[]> members = images.size() == 0
                ? List.of()
                : IntStream.range(0, batches.perPass())
                        .mapToObj(batch -> batches.members(order, batch))
                        .toList();
        features(model, members, batches::pixels, sums::add);
        return sums.statistics();
    }

    @Override
    public void show(Parameters model, LabelledImages images, Vectors visitor) {
        check(model, images);
        float[] pixels = new float[images.shape().samples()];
        FloatBuffer into = FloatBuffer.wrap(pixels);
        show(model, images.size(), (i, at) -> images.normalise(i, at, 0), pixels, into, visitor);
    }

    @Override
    public void show(Parameters model, Impressions impressions, Vectors visitor) {
        check(model, impressions);
        float[] pixels = new float[impressions.samples()];
        FloatBuffer into = FloatBuffer.wrap(pixels);
        show(model, impressions.size(), (i, at) -> impressions.write(i, at, 0), pixels, into, visitor);
    }

    private interface OneImage {
        void write(int i, FloatBuffer into);
    }

    private void show(Parameters model, int size, OneImage image, float[] pixels, FloatBuffer into, Vectors visitor) {
        int d = head(model.architecture()).features();
        float[] features = new float[d];
        List<int[]> batches = IntStream.range(0, (size + SCORING_BATCH - 1) / SCORING_BATCH)
                .mapToObj(batch -> IntStream.range(batch * SCORING_BATCH, Math.min(size, (batch + 1) * SCORING_BATCH))
                        .toArray())
                .toList();
        features(
                model,
                batches,
                members -> network -> {
                    for (int member = 0; member < members.length; member++) {
                        image.write(members[member], into);
                        network.put(member * pixels.length, pixels);
                    }
                },
                (members, all) -> {
                    for (int member = 0; member < members.length; member++) {
                        image.write(members[member], into);
                        System.arraycopy(all, member * d, features, 0, d);
                        visitor.image(pixels, features);
                    }
                });
    }

    /** Applies a model batch by batch and hands over the features. */
    private void features(
            Parameters model, List<int[]> batches, Function<int[], Pixels> pixels, BiConsumer<int[], float[]> then) {
        SingleThread.enter();
        try (Executor.ScoringRun run =
                choose(model.architecture()).scoring(model.architecture(), model.toArray(), SCORING_BATCH)) {
            for (int[] members : batches) {
                run.probabilities(pixels.apply(members), members.length);
                then.accept(members, run.features());
            }
        } catch (NativeMemoryException e) {
            throw new MemoryExhaustedException(e.getMessage(), e);
        }
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
            check(model, from.shape(), network.classes());
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
                choose(model.architecture()).inputs(model.architecture(), flat),
                Optional.ofNullable(from),
                features);
    }

    private static double[] row(float[] values, int row, int classes) {
        return IntStream.range(0, classes)
                .mapToDouble(k -> {
                    double p = values[row * classes + k];
                    if (!Double.isFinite(p)) {
                        throw new IllegalArgumentException("the model's output is " + p
                                + "; its training diverged, use the model of an earlier round");
                    }
                    return p;
                })
                .toArray();
    }

    private Executor choose(ArchitectureId id) {
        Architectures.Network.of(id);
        return chosen.computeIfAbsent(id, this::chooseAnew);
    }

    private Executor chooseAnew(ArchitectureId id) {
        if (!mayCompile) {
            return deeplearning4j;
        }
        Optional<String> trouble = OneDnn.trouble().or(() -> refusal(id));
        trouble.ifPresentOrElse(
                reason -> LOG.warning(
                        () -> "Deeplearning4j runs " + id + ", which is some twenty times slower: " + reason),
                () -> LOG.info(() -> id + " runs on " + compiled.description()));
        return trouble.isPresent() ? deeplearning4j : compiled;
    }

    /** Compiles a network once to see whether it is known. */
    private static Optional<String> refusal(ArchitectureId id) {
        ImageShape shape = Architectures.Network.of(id).shape();
        Shape input = new Shape(shape.channels(), shape.height(), shape.width());
        try (CompiledNetwork network = Architectures.blueprint(id, 0, ANY).compile(input, 1, Use.TRAIN)) {
            return network.parameterCount() == Architectures.parameterCount(id)
                    ? Optional.empty()
                    : Optional.of("its parameters are read as " + network.parameterCount());
        } catch (UnsupportedNetworkException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static void check(Parameters parameters, Impressions impressions) {
        Architectures.Network network = Architectures.Network.of(parameters.architecture());
        if (impressions.samples() != network.shape().samples() || impressions.classes() != network.classes()) {
            throw new InvalidImpressionsException("impressions of " + impressions.samples() + " values in "
                    + impressions.classes() + " classes do not go with " + parameters.architecture()
                    + "; they are not used");
        }
    }

    private static void check(Parameters parameters, LabelledImages images) {
        check(parameters, images.shape(), images.classes());
    }

    private static void check(Parameters parameters, ImageShape shape, int classes) {
        Architectures.Network network = Architectures.Network.of(parameters.architecture());
        long count = Architectures.parameterCount(parameters.architecture());
        if (parameters.count() != count) {
            throw new InvalidParametersException(
                    WRONG_LENGTH,
                    parameters.architecture() + " has " + count + " parameters, not " + parameters.count()
                            + "; use the parameters that were made for it");
        }
        if (!network.shape().equals(shape) || network.classes() != classes) {
            throw new IllegalArgumentException(parameters.architecture() + " takes images of " + network.shape()
                    + " in " + network.classes() + " classes, these are " + shape + " in "
                    + classes + " classes; choose the architecture for these images");
        }
    }
}
