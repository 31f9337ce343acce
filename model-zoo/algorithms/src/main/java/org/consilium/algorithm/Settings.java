package org.consilium.algorithm;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a method's settings by name: what is not given has its default, and in the end all are there, written in one way
 * only, as protocols need them.
 */
final class Settings {

    private final String strategy;
    private final Map<String, String> given;
    private final Map<String, String> all = new TreeMap<>();

    Settings(String strategy, Map<String, String> given) {
        this.strategy = strategy;
        this.given = given;
    }

    /** Returns a number within bounds. */
    double number(String name, double standard, double least, double most) {
        double value = standard;
        String text = given.get(name);
        if (text != null) {
            try {
                value = Double.parseDouble(text.trim());
            } catch (NumberFormatException e) {
                throw refused(name, text, "use a number");
            }
            if (!(value >= least && value <= most)) {
                throw refused(name, text, "use " + text(least) + " to " + text(most));
            }
        }
        all.put(name, text(value));
        return value + 0.0;
    }

    /** Returns a whole number within bounds. */
    int whole(String name, int standard, int least, int most) {
        int value = standard;
        String text = given.get(name);
        if (text != null) {
            try {
                value = Integer.parseInt(text.trim());
            } catch (NumberFormatException e) {
                throw refused(name, text, "use a whole number of " + least + " to " + most);
            }
            if (value < least || value > most) {
                throw refused(name, text, "use " + least + " to " + most);
            }
        }
        all.put(name, Integer.toString(value));
        return value;
    }

    /** Returns one of some words, the first of which is the default. */
    String choice(String name, String... words) {
        String text = given.getOrDefault(name, words[0]).trim();
        if (!Arrays.asList(words).contains(text)) {
            throw refused(name, text, "use " + String.join(" or ", words));
        }
        all.put(name, text);
        return text;
    }

    /**
     * Returns all settings.
     *
     * @throws IllegalArgumentException if one was given that was not asked for
     */
    Map<String, String> all() {
        for (String name : given.keySet()) {
            if (!all.containsKey(name)) {
                throw new IllegalArgumentException("strategy " + strategy + " has no setting '" + name + "'; it has "
                        + (all.isEmpty() ? "none" : String.join(", ", all.keySet())));
            }
        }
        return Map.copyOf(all);
    }

    private IllegalArgumentException refused(String name, String text, String next) {
        return new IllegalArgumentException(
                "setting '" + name + "' of strategy " + strategy + " is '" + text + "'; " + next);
    }

    /** The shortest decimal that is read back as this number, without an exponent where it is short. */
    private static String text(double value) {
        String plain = new BigDecimal(Double.toString(value + 0.0))
                .stripTrailingZeros()
                .toPlainString();
        return plain.length() <= 20 ? plain : Double.toString(value + 0.0);
    }
}
