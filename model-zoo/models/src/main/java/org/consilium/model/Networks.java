package org.consilium.model;

import static org.consilium.contract.InvalidParametersException.Reason.WRONG_LENGTH;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Effort;
import org.consilium.contract.InvalidParametersException;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.ScoreHistogram;
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
public final class Networks implements LocalTrainer, ModelScorer {

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
    public Trained train(Parameters start, TrainingPlan plan, LabelledImages images) {
        check(start, images);
        if (images.size() == 0) {
            throw new IllegalArgumentException(
                    "there are no training images; import images of the train split and train again");
        }
        if (plan.effort().equals(new Effort.Epochs(0))) {
            return new Trained(start, new TrainingMetrics(images.size(), 0, 0, executor(start.architecture())), 0);
        }
        SingleThread.enter();
        long began = System.nanoTime();
        Batches batches = new Batches(images, plan.batchSize());
        try (Executor.TrainingRun run = choose(start.architecture())
                .training(start.architecture(), plan.optimiser(), start.toArray(), batches.size())) {
            double loss = train(run, plan, batches);
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
    private static double train(Executor.TrainingRun run, TrainingPlan plan, Batches batches) {
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
            double loss = run.step(batches.pixels(members), batches.labels(members), (int) (step / batches.perPass()));
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

    private static void check(Parameters parameters, LabelledImages images) {
        Architectures.Network network = Architectures.Network.of(parameters.architecture());
        long count = Architectures.parameterCount(parameters.architecture());
        if (parameters.count() != count) {
            throw new InvalidParametersException(
                    WRONG_LENGTH,
                    parameters.architecture() + " has " + count + " parameters, not " + parameters.count()
                            + "; use the parameters that were made for it");
        }
        if (!network.shape().equals(images.shape()) || network.classes() != images.classes()) {
            throw new IllegalArgumentException(parameters.architecture() + " takes images of " + network.shape()
                    + " in " + network.classes() + " classes, these are " + images.shape() + " in "
                    + images.classes() + " classes; choose the architecture for these images");
        }
    }
}
