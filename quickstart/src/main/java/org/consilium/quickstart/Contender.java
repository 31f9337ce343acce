package org.consilium.quickstart;

import java.util.Map;
import org.consilium.algorithm.Strategy;

/** What takes part in a comparison: a federated method, or training without a federation as a reference. */
sealed interface Contender {

    /** Returns how tables and files call it; no two of a comparison are called the same. */
    String label();

    /** Returns the method's name, which with the settings decides what is run. */
    String method();

    /** Returns the method's own settings. */
    Map<String, String> settings();

    /**
     * A federated method.
     *
     * @param label how it is called
     * @param strategy the method with its settings
     */
    record Federated(String label, Strategy strategy) implements Contender {
        @Override
        public String method() {
            return strategy.name();
        }

        @Override
        public Map<String, String> settings() {
            return strategy.settings();
        }
    }

    /** Training without a federation. */
    enum Reference implements Contender {
        /** One model on all images in one place. */
        CENTRALISED("centralised"),

        /** A model for each site, trained there alone. */
        LOCAL("local-only");

        private final String label;

        Reference(String label) {
            this.label = label;
        }

        @Override
        public String label() {
            return label;
        }

        @Override
        public String method() {
            return label;
        }

        @Override
        public Map<String, String> settings() {
            return Map.of();
        }
    }
}
