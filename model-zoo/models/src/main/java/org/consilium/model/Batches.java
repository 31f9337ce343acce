package org.consilium.model;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ArraySampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Turns images into what a network takes, one batch at a time, in one pass into the network's own memory. The order of a pass is a Fisher-Yates shuffle by XoRoShiRo128++; each pass goes on with the generator of the last.
 */
final class Batches {

    private final LabelledImages images;
    private final int batchSize;
    private long nanos;

    Batches(LabelledImages images, int batchSize) {
        this.images = images;
        this.batchSize = Math.min(batchSize, Math.max(1, images.size()));
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

    /** Returns the number of images in each batch but the last. */
    int size() {
        return batchSize;
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

    /** Returns the images of a batch as what writes them where a network wants them. */
    Pixels pixels(int[] members) {
        return into -> {
            long began = System.nanoTime();
            int samples = images.shape().samples();
            for (int i = 0; i < members.length; i++) {
                images.normalise(members[i], into, i * samples);
            }
            nanos += System.nanoTime() - began;
        };
    }

    /** Returns the seconds that went into making batches so far. */
    double seconds() {
        return nanos / 1e9;
    }

    /** Returns the classes of a batch, shape {@code [n]}. */
    int[] labels(int[] members) {
        int[] labels = new int[members.length];
        Arrays.setAll(labels, i -> images.label(members[i]));
        return labels;
    }
}
