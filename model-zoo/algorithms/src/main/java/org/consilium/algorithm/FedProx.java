package org.consilium.algorithm;

import java.util.Map;
import java.util.Optional;
import org.consilium.contract.LocalObjective;

/**
 * Federated averaging of sites that add {@code mu/2 ||w - w_global||^2} to their loss, so that they stray less far (Li, Sahu,
 * Zaheer, Sanjabi, Talwalkar, Smith, "Federated Optimization in Heterogeneous Networks", MLSys 2020).
 */
record FedProx(Terms terms) implements Averaging {

    static final String NAME = "fedprox";

    static FedProx of(Map<String, String> given) {
        Settings read = new Settings(NAME, given);
        Weighting weighting = Weighting.of(read, Weighting.EXAMPLES);
        LocalObjective objective = new LocalObjective(read.number("mu", 0.01, 0, 1_000), 0, 0, false, Optional.empty());
        return new FedProx(new Terms(NAME, read.all(), weighting, objective));
    }
}
