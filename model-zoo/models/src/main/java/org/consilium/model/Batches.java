package org.consilium.model;

import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ArraySampler;
import org.apache.commons.rng.simple.RandomSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns images into what a network takes, one batch at a time, so that only one batch of floats exists at once. The
 * order of a pass is a Fisher-Yates shuffle by XoRoShiRo128++; each pass goes on with the generator of the last.
 */
final class Batches {

    private final LabelledImages images;
    private final int batchSize;
    private final float[] pixels;

    Batches(LabelledImages images, int batchSize) {
        this.images = images;
        this.batchSize = Math.min(batchSize, Math.max(1, images.size()));
        this.pixels =
                new float[Math.multiplyExact(this.batchSize, images.shape().samples())];
    }

    /** Returns the generator of a training's orders. */
    static UniformRandomProvider orders(long seed) {
        return RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    }

    /** Returns a new order of all images. */
    int[] shuffled(UniformRandomProvider orders) {
        return ArraySampler.shuffle(orders, inOrder());
    }

    /** Returns the images' own order. */
    int[] inOrder() {
        int[] order = new int[images.size()];
        Arrays.setAll(order, i -> i);
        return order;
    }

    /** Returns how many batches a pass has; the last may be smaller. */
    int perPass() {
        return (images.size() + batchSize - 1) / batchSize;
    }

    /** Returns the images of a batch within an order. */
    int[] members(int[] order, int batch) {
        int from = batch * batchSize;
        return Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize));
    }

    /** Lends the batch's images, shape {@code [n, channels, height, width]}, and one-hot labels to an action. */
    void lend(int[] members, Consumer<DataSet> action) {
        float[] oneHot = new float[members.length * images.classes()];
        for (int i = 0; i < members.length; i++) {
            oneHot[i * images.classes() + images.label(members[i])] = 1;
        }
        try (INDArray labels = Nd4j.create(oneHot, new long[] {members.length, images.classes()}, 'c')) {
            lendFeatures(members, features -> action.accept(new DataSet(features, labels)));
        }
    }

    /** Lends the batch's images alone. */
    void lendFeatures(int[] members, Consumer<INDArray> action) {
        ImageShape shape = images.shape();
        for (int i = 0; i < members.length; i++) {
            images.normalise(members[i], pixels, i * shape.samples());
        }
        float[] whole = members.length == batchSize ? pixels : Arrays.copyOf(pixels, members.length * shape.samples());
        long[] dimensions = {members.length, shape.channels(), shape.height(), shape.width()};
        // closed at once: memory outside the heap must not wait for the garbage collector
        try (INDArray features = Nd4j.create(whole, dimensions, 'c')) {
            action.accept(features);
        }
    }
}
