package org.consilium.algorithm;

import java.util.Map;
import org.consilium.contract.LocalObjective;

/**
 * Federated averaging: {@code w = sum_k (n_k / n) w_k}, where site k trained on n_k examples and n is their sum
 * (McMahan, Moore, Ramage, Hampson, Aguera y Arcas, "Communication-Efficient Learning of Deep Networks from
 * Decentralized Data", AISTATS 2017, Algorithm 1); or every site counting the same.
 */
record FedAvg(Terms terms) implements Averaging {

    static final String NAME = "fedavg";

    static FedAvg of(Map<String, String> given) {
        Settings read = new Settings(NAME, given);
        Weighting weighting = Weighting.of(read, Weighting.EXAMPLES);
        return new FedAvg(new Terms(NAME, read.all(), weighting, LocalObjective.PLAIN));
    }
}
