package org.consilium.quickstart;

import java.util.ArrayList;
import java.util.List;
import org.consilium.contract.Head;
import org.consilium.contract.Impressions;
import org.consilium.contract.Parameters;
import org.consilium.model.Networks;

/** What a model thinks that impressions show. */
final class Confidences {

    private Confidences() {}

    /**
     * Returns the probability of each class for each image: softmax of the last layer on the features.
     *
     * @return shape {@code [images][classes]}
     */
    static double[][] of(Networks networks, Parameters model, Impressions set) {
        Head head = networks.head(model.architecture());
        float[] last = head.of(model.toArray());
        List<double[]> rows = new ArrayList<>();
        networks.show(model, set, (pixels, features) -> rows.add(softmax(head, last, features)));
        return rows.toArray(double[][]::new);
    }

    private static double[] softmax(Head head, float[] last, float[] features) {
        double[] row = new double[head.classes()];
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < row.length; k++) {
            row[k] = last[head.biases() + k];
            for (int i = 0; i < head.features(); i++) {
                row[k] += (double) last[k * head.features() + i] * features[i];
            }
            largest = Math.max(largest, row[k]);
        }
        double sum = 0;
        for (int k = 0; k < row.length; k++) {
            row[k] = Math.exp(row[k] - largest);
            sum += row[k];
        }
        for (int k = 0; k < row.length; k++) {
            row[k] /= sum;
        }
        return row;
    }
}
