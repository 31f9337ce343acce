package org.consilium.contract.protocol;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.consilium.contract.Texts;

/**
 * The federated learning method with all of its settings.
 *
 * @param strategy its name, 1 to 40 characters
 * @param settings its own settings by name, at most 100, in the order of their names
 */
public record MethodSettings(String strategy, Map<String, String> settings) {

    private static final int LONGEST_NAME = 40;
    private static final int LONGEST_VALUE = 200;
    private static final int MOST = 100;

    /** Checks the lengths; whether there is such a method, the one who runs it knows. */
    public MethodSettings {
        Texts.require("strategy", strategy, LONGEST_NAME);
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        if (settings.size() > MOST) {
            throw new IllegalArgumentException("'settings' must have at most " + MOST + " members");
        }
        settings.forEach((name, value) -> {
            Texts.require("settings", name, LONGEST_NAME);
            Texts.require(name, value, LONGEST_VALUE);
        });
    }

    void write(CanonicalForm form) {
        form.text("strategy", strategy).map("strategy.settings", settings);
    }
}
