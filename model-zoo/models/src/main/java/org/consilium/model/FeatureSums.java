package org.consilium.model;

import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassStatistics.Products;

/**
 * Adds up the features of images, and their products, class by class, in double precision.
 *
 * <p>What is told of a class counts as that of a multiple of the least number of images, the next one below, with sums in
 * proportion: a site says elsewhere how many images it has in all, and by exact counts of its large classes whoever subtracts
 * would know how many images it has of a class that is too small to be told of.
 */
final class FeatureSums {

    private final int features;
    private final LabelledImages images;
    private final Products kind;
    private final int least;
    private final boolean[] told;
    private final int[] counts;
    private final double[][] sums;
    private final double[][] products;

    FeatureSums(int features, LabelledImages images, int least, Products kind) {
        int classes = images.classes();
        this.features = features;
        this.images = images;
        this.kind = kind;
        this.least = least;
        this.counts = new int[classes];
        this.sums = new double[classes][features];
        this.products = new double[classes][kind.length(features)];
        this.told = new boolean[classes];
        int[] counted = images.countsByClass();
        for (int k = 0; k < classes; k++) {
            told[k] = counted[k] >= least;
        }
    }

    /** Adds the features of some images, {@code [members, features]}. */
    void add(int[] members, float[] batch) {
        for (int i = 0; i < members.length; i++) {
            int k = images.label(members[i]);
            if (told[k]) {
                counts[k]++;
                add(batch, i * features, sums[k], products[k]);
            }
        }
    }

    private void add(float[] batch, int from, double[] sum, double[] product) {
        int at = 0;
        for (int row = 0; row < features; row++) {
            double one = batch[from + row];
            sum[row] += one;
            if (kind == Products.DIAGONAL) {
                product[row] += one * one;
                continue;
            }
            // ReLU leaves many features at 0
            if (one != 0) {
                for (int column = 0; column <= row; column++) {
                    product[at + column] += one * batch[from + column];
                }
            }
            at += row + 1;
        }
    }

    ClassStatistics statistics() {
        for (int k = 0; k < counts.length; k++) {
            int rounded = counts[k] / least * least;
            double share = counts[k] == 0 ? 1 : (double) rounded / counts[k];
            scale(sums[k], share);
            scale(products[k], share);
            counts[k] = rounded;
        }
        return new ClassStatistics(kind, features, counts, sums, products);
    }

    private static void scale(double[] values, double factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }
}
