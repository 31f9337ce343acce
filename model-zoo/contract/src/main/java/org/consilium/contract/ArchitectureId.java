package org.consilium.contract;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The name of a network architecture of the model zoo, with its version where it has more than one.
 *
 * @param value 1 to 79 lower-case letters, digits, dots and hyphens, starting with a letter (it must fit the header of
 *     the binary format)
 */
public record ArchitectureId(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9.-]{0,78}");

    private static final Pattern CLASSES = Pattern.compile("[0-9]{1,4}");

    /** Checks the form. */
    public ArchitectureId {
        if (value == null || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("architecture id '" + value
                    + "' is not valid: use 1 to 79 lower-case letters, digits, dots and hyphens");
        }
    }

    /** Returns the number of classes, with which the ids of the model zoo end; nothing for an id of another form. */
    public OptionalInt classes() {
        String end = value.substring(value.lastIndexOf('.') + 1);
        return CLASSES.matcher(end).matches() ? OptionalInt.of(Integer.parseInt(end)) : OptionalInt.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
