package org.consilium.algorithm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassStatistics.Products;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;

/**
 * A normal distribution of the features of each class, from sums of all sites (Luo et al., CCVR, NeurIPS 2021, section 4).
 */
public final class FeatureModel {

    private static final double LEAST_VARIANCE = 1e-12;

    private final int features;
    private final int[] counts;
    private final List<Optional<Normal>> classes;

    private FeatureModel(int features, int[] counts, List<Optional<Normal>> classes) {
        this.features = features;
        this.counts = counts;
        this.classes = classes;
    }

    private record Normal(double[] mean, DMatrixRMaj factor) {}

    /**
     * Makes distributions of merged sums.
     *
     * @param merged sums over all sites
     * @param shrinkage part of each covariance that is replaced by the mean variance on its diagonal, above 0, at most 1: a
     *     covariance of fewer images than features has no Cholesky factor. Where noise in the sums leaves none either, it is
     *     doubled until there is one.
     * @return distributions of the classes with at least two images
     */
    public static FeatureModel of(ClassStatistics merged, double shrinkage) {
        if (!(shrinkage > 0 && shrinkage <= 1)) {
            throw new IllegalArgumentException("shrinkage " + shrinkage + " is not valid: above 0 and at most 1");
        }
        int[] counts = new int[merged.classes()];
        List<Optional<Normal>> classes = new ArrayList<>();
        for (int k = 0; k < counts.length; k++) {
            counts[k] = merged.count(k);
            classes.add(counts[k] < 2 ? Optional.empty() : Optional.of(normal(merged, k, shrinkage)));
        }
        return new FeatureModel(merged.features(), counts, classes);
    }

    private static Normal normal(ClassStatistics merged, int k, double shrinkage) {
        int d = merged.features();
        double count = merged.count(k);
        double[] mean = new double[d];
        for (int i = 0; i < d; i++) {
            mean[i] = merged.sum(k, i) / count;
        }
        DMatrixRMaj covariance = new DMatrixRMaj(d, d);
        double trace = 0;
        for (int row = 0; row < d; row++) {
            for (int column = 0; column <= row; column++) {
                boolean kept = row == column || merged.kind() == Products.FULL;
                double value =
                        kept ? (merged.product(k, row, column) - count * mean[row] * mean[column]) / (count - 1) : 0;
                covariance.set(row, column, value);
                covariance.set(column, row, value);
            }
            trace += covariance.get(row, row);
        }
        // Never 0: the features of a class may be all the same.
        double variance = Math.max(LEAST_VARIANCE, trace / d);
        CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(d, true);
        double part = shrinkage;
        while (!cholesky.decompose(shrunk(covariance, part, variance))) {
            part = Math.min(1, 2 * part);
        }
        return new Normal(mean, cholesky.getT(null));
    }

    private static DMatrixRMaj shrunk(DMatrixRMaj covariance, double part, double variance) {
        DMatrixRMaj shrunk = covariance.copy();
        CommonOps_DDRM.scale(1 - part, shrunk);
        for (int i = 0; i < shrunk.numRows; i++) {
            shrunk.add(i, i, part * variance);
        }
        return shrunk;
    }

    /** Returns the length of the features. */
    public int features() {
        return features;
    }

    /** Returns the images of each class, shape {@code [K]}. */
    public int[] counts() {
        return counts.clone();
    }

    /** Returns whether there is a distribution of that class. */
    public boolean knows(int k) {
        return classes.get(k).isPresent();
    }

    /**
     * Draws features of one class.
     *
     * @param k a class that is known
     * @param count how many
     * @param random where chance comes from
     * @param rectified whether negative features are set to 0, as those of a ReLU are never below
     * @return shape {@code [count][d]}
     */
    public double[][] draw(int k, int count, UniformRandomProvider random, boolean rectified) {
        Normal normal = classes.get(k).orElseThrow();
        ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(random);
        double[][] drawn = new double[count][features];
        double[] z = new double[features];
        for (double[] one : drawn) {
            for (int i = 0; i < features; i++) {
                z[i] = gaussian.sample();
            }
            for (int row = 0; row < features; row++) {
                double value = normal.mean()[row];
                for (int column = 0; column <= row; column++) {
                    value += normal.factor().get(row, column) * z[column];
                }
                one[row] = rectified ? Math.max(0, value) : value;
            }
        }
        return drawn;
    }

    /**
     * Returns what the features of an impression may be like.
     *
     * @param image number of the impression: equal numbers give equal features
     * @param k its class
     * @param seed where chance comes from
     * @return {@code [d]}, none where nothing is known of the class
     */
    public float[] target(int image, int k, long seed) {
        if (!knows(k)) {
            return new float[0];
        }
        double[] drawn = draw(k, 1, Seeds.random(seed, "feature-target/" + image), true)[0];
        float[] target = new float[features];
        for (int i = 0; i < features; i++) {
            target[i] = (float) drawn[i];
        }
        return target;
    }
}
