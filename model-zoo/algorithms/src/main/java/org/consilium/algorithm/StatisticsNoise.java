package org.consilium.algorithm;

import java.util.function.DoubleSupplier;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassStatistics.Products;

/**
 * Normal noise that a site may add to what it says of its features, so that sums over few images tell less of each. It hides
 * an image among noise of its own size; no differential privacy is claimed, since features have no bound.
 */
public final class StatisticsNoise {

    /** Greatest multiple. */
    public static final double MOST = 10;

    private StatisticsNoise() {}

    /**
     * Adds noise. With {@code r} the root mean square of all features of a class's images, sums get noise of standard
     * deviation {@code multiple r} and sums of products of {@code multiple r^2}: what one image adds, times the multiple.
     * Counts stay as they are, and of a class without images nothing is said still.
     *
     * @param exact the sums
     * @param multiple 0 for none, at most {@value #MOST}
     * @param normal draws of a standard normal distribution, one for each number in the order of the wire
     */
    public static ClassStatistics added(ClassStatistics exact, double multiple, DoubleSupplier normal) {
        if (!(multiple >= 0 && multiple <= MOST)) {
            throw new IllegalArgumentException("noise of " + multiple + " is not valid: use 0 to " + MOST);
        }
        if (multiple == 0) {
            return exact;
        }
        int classes = exact.classes();
        int d = exact.features();
        int[] counts = new int[classes];
        double[] scales = new double[classes];
        for (int k = 0; k < classes; k++) {
            counts[k] = exact.count(k);
            scales[k] = rootMeanSquare(exact, k);
        }
        double[][] sums = new double[classes][d];
        for (int k = 0; k < classes; k++) {
            for (int j = 0; j < d && counts[k] > 0; j++) {
                sums[k][j] = exact.sum(k, j) + multiple * scales[k] * normal.getAsDouble();
            }
        }
        double[][] products = new double[classes][exact.kind().length(d)];
        for (int k = 0; k < classes; k++) {
            double scale = multiple * scales[k] * scales[k];
            int at = 0;
            for (int row = 0; row < d && counts[k] > 0; row++) {
                int first = exact.kind() == Products.DIAGONAL ? row : 0;
                for (int column = first; column <= row; column++) {
                    products[k][at++] = exact.product(k, row, column) + scale * normal.getAsDouble();
                }
            }
        }
        return new ClassStatistics(exact.kind(), d, counts, sums, products);
    }

    private static double rootMeanSquare(ClassStatistics exact, int k) {
        double squares = 0;
        for (int j = 0; j < exact.features(); j++) {
            squares += exact.product(k, j, j);
        }
        return exact.count(k) == 0 ? 0 : Math.sqrt(squares / exact.count(k) / exact.features());
    }
}
