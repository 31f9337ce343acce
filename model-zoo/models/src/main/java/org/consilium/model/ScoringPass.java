package org.consilium.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Parameters;
import org.consilium.contract.ScoreHistogram;
import org.consilium.model.engine.NativeMemoryException;

/** Applies one model to images and looks at its probabilities. */
final class ScoringPass {

    private static final int BATCH = 256;

    private final Executor executor;
    private final Parameters model;

    ScoringPass(Executor executor, Parameters model) {
        this.executor = executor;
        this.model = model;
    }

    ClassificationScores score(LabelledImages images) {
        double[][] probabilities = probabilities(images);
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

    double[][] probabilities(LabelledImages images) {
        double[][] rows = new double[images.size()][];
        if (rows.length == 0) {
            return rows;
        }
        SingleThread.enter();
        Batches batches = new Batches(images, BATCH);
        try (Executor.ScoringRun run = executor.scoring(model.architecture(), model.toArray(), batches.size())) {
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
                        throw new ModelDivergedException(p);
                    }
                    return p;
                })
                .toArray();
    }
}
