package org.consilium.algorithm;

import java.util.Map;
import java.util.TreeMap;

/** The strategies that this version knows, by name. */
public final class Strategies {

    private static final Map<String, Strategy> BY_NAME = new TreeMap<>(Map.of("fedavg", new FedAvg()));

    private Strategies() {}

    /**
     * Returns the strategy of that name.
     *
     * @throws IllegalArgumentException naming those that exist
     */
    public static Strategy named(String name) {
        Strategy strategy = BY_NAME.get(name);
        if (strategy == null) {
            throw new IllegalArgumentException(
                    "strategy '" + name + "' is not known: use one of " + String.join(", ", BY_NAME.keySet()));
        }
        return strategy;
    }
}
