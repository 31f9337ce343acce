package org.consilium.model;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.Impressions;
import org.consilium.contract.Parameters;
import org.consilium.model.FeatureDescriber.Vectors;
import org.consilium.model.engine.NativeMemoryException;

/** Applies one model to images and looks at what its last layer works on. */
final class FeaturePass {

    private static final int BATCH = 256;

    private final Executor executor;
    private final Parameters model;
    private final int length;

    /** @param length of the features */
    FeaturePass(Executor executor, Parameters model, int length) {
        this.executor = executor;
        this.model = model;
        this.length = length;
    }

    ClassStatistics describe(LabelledImages images, int least, ClassStatistics.Products products) {
        FeatureSums sums = new FeatureSums(length, images, least, products);
        Batches of = new Batches(images, BATCH);
        each(batches(images.size()), of::pixels, sums::add);
        return sums.statistics();
    }

    void show(LabelledImages images, Vectors visitor) {
        show(images.size(), images.shape().samples(), (i, into) -> images.normalise(i, into, 0), visitor);
    }

    void show(Impressions impressions, Vectors visitor) {
        show(impressions.size(), impressions.samples(), (i, into) -> impressions.write(i, into, 0), visitor);
    }

    private interface OneImage {
        void write(int i, FloatBuffer into);
    }

    private void show(int size, int samples, OneImage image, Vectors visitor) {
        float[] pixels = new float[samples];
        FloatBuffer into = FloatBuffer.wrap(pixels);
        float[] features = new float[length];
        each(
                batches(size),
                members -> network -> {
                    for (int member = 0; member < members.length; member++) {
                        image.write(members[member], into);
                        network.put(member * samples, pixels);
                    }
                },
                (members, all) -> {
                    for (int member = 0; member < members.length; member++) {
                        image.write(members[member], into);
                        System.arraycopy(all, member * length, features, 0, length);
                        visitor.image(pixels, features);
                    }
                });
    }

    private static List<int[]> batches(int size) {
        return IntStream.range(0, (size + BATCH - 1) / BATCH)
                .mapToObj(batch -> IntStream.range(batch * BATCH, Math.min(size, (batch + 1) * BATCH))
                        .toArray())
                .toList();
    }

    private void each(List<int[]> batches, Function<int[], Pixels> pixels, BiConsumer<int[], float[]> then) {
        SingleThread.enter();
        try (Executor.ScoringRun run = executor.scoring(model.architecture(), model.toArray(), BATCH)) {
            for (int[] members : batches) {
                run.probabilities(pixels.apply(members), members.length);
                float[] features = run.features();
                for (int i = 0; i < members.length * length; i++) {
                    if (!Float.isFinite(features[i])) {
                        throw new ModelDivergedException(features[i]);
                    }
                }
                then.accept(members, features);
            }
        } catch (NativeMemoryException e) {
            throw new MemoryExhaustedException(e.getMessage(), e);
        }
    }
}
