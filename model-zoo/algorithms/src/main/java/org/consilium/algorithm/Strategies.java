package org.consilium.algorithm;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.consilium.contract.protocol.MethodSettings;

/** The strategies that this version knows, by name. */
public final class Strategies {

    private static final Map<String, Function<Map<String, String>, Strategy>> BY_NAME = new TreeMap<>(Map.of(
            FedAvg.NAME, FedAvg::of,
            FedProx.NAME, FedProx::of,
            FedImpression.NAME, FedImpression::of,
            FedImpressionPlus.NAME, FedImpressionPlus::of));

    private Strategies() {}

    /** Returns the names of all strategies, in alphabetical order. */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /**
     * Returns the strategy of that name with its defaults.
     *
     * @throws IllegalArgumentException naming those that exist
     */
    public static Strategy named(String name) {
        return of(name, Map.of());
    }

    /**
     * Returns a strategy.
     *
     * @param settings its settings by name; those that are not given have their defaults
     * @throws IllegalArgumentException naming what does not exist or is out of range, and what does and is not
     */
    public static Strategy of(String name, Map<String, String> settings) {
        Function<Map<String, String>, Strategy> maker = BY_NAME.get(name);
        if (maker == null) {
            throw new IllegalArgumentException(
                    "strategy '" + name + "' is not known: use one of " + String.join(", ", BY_NAME.keySet()));
        }
        return maker.apply(settings);
    }

    /** Returns the strategy that a protocol states. */
    public static Strategy of(MethodSettings method) {
        return of(method.strategy(), method.settings());
    }
}
