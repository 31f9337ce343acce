package org.consilium.model;

import static org.consilium.contract.InvalidParametersException.Reason.WRONG_LENGTH;

import java.util.ArrayList;
import java.util.List;
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
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains and scores the model zoo's networks with Deeplearning4j's own {@code fit} and {@code output}.
 *
 * <p>Safe for use by several threads at once; each call computes on its calling thread alone.
 */
public final class Dl4jNetworks implements LocalTrainer, ModelScorer {

    private static final int SCORING_BATCH = 256;
    private static final Optimiser ANY = new Optimiser.Sgd(1, 0);
    private static final double NANOS = 1e9;

    private final NetworkPool pool = new NetworkPool();

    private Dl4jNetworks() {}

    /** Returns a trainer and scorer with no networks yet. */
    public static Dl4jNetworks create() {
        return new Dl4jNetworks();
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
        MultiLayerNetwork network = new MultiLayerNetwork(Architectures.configuration(architecture, seed, ANY));
        network.init();
        try {
            return Parameters.of(architecture, network.params().toFloatVector());
        } finally {
            network.close();
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
            return new Trained(start, new TrainingMetrics(images.size(), 0, 0));
        }
        SingleThread.enter();
        long began = System.nanoTime();
        MultiLayerNetwork network = pool.take(start.architecture(), plan.optimiser(), start.toArray());
        try {
            double loss = new Pass(network, plan, images).run();
            float[] values = network.params().toFloatVector();
            double seconds = (System.nanoTime() - began) / NANOS;
            return new Trained(
                    Parameters.of(start.architecture(), values), new TrainingMetrics(images.size(), loss, seconds));
        } finally {
            release(start, plan.optimiser(), network);
        }
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
        MultiLayerNetwork network = pool.take(model.architecture(), ANY, model.toArray());
        try {
            int[] order = batches.inOrder();
            for (int batch = 0; batch < batches.perPass(); batch++) {
                int[] members = batches.members(order, batch);
                batches.lendFeatures(members, features -> {
                    try (INDArray output = network.output(features)) {
                        float[] values = output.dup('c').data().asFloat();
                        for (int i = 0; i < members.length; i++) {
                            rows[members[i]] = row(values, i, images.classes());
                        }
                    }
                });
            }
        } finally {
            release(model, ANY, network);
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

    private void release(Parameters of, Optimiser optimiser, MultiLayerNetwork network) {
        network.clear();
        // ND4J keeps work memory per thread, and threads of a server come and go
        Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
        pool.giveBack(of.architecture(), optimiser, network);
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

    /** One call of {@link #train}: batch after batch until the effort is spent. */
    private record Pass(MultiLayerNetwork network, TrainingPlan plan, LabelledImages images) {

        /** Trains and returns the mean loss over the last pass. */
        double run() {
            Batches batches = new Batches(images, plan.batchSize());
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
                batches.lend(members, network::fit);
                lossSum += checked(step + 1) * members.length;
                seen += members.length;
            }
            return lossSum / seen;
        }

        private double checked(long step) {
            double loss = network.score();
            if (!Double.isFinite(loss)) {
                throw new TrainingDivergedException(step, "the loss is " + loss);
            }
            // a finite loss can hide broken parameters, because ReLU turns NaN into 0
            if (!Double.isFinite(network.params().sumNumber().doubleValue())) {
                throw new TrainingDivergedException(step, "a parameter is not finite");
            }
            return loss;
        }
    }
}
