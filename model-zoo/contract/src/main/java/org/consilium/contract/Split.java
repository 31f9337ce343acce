package org.consilium.contract;

import java.util.Arrays;
import java.util.Locale;

/** The part of a data set that an image belongs to; models are selected on VAL, TEST is scored once. */
public enum Split {
    /** For training. */
    TRAIN,
    /** For choosing the round and the settings. */
    VAL,
    /** For the one final figure. */
    TEST;

    /** Returns the name used in file names and messages: {@code train}, {@code val} or {@code test}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the split of that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Split of(String label) {
        return Arrays.stream(values())
                .filter(split -> split.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("split '" + label + "' is not known: use train, val or test"));
    }
}
