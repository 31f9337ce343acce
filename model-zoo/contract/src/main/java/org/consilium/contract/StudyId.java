package org.consilium.contract;

import java.util.regex.Pattern;

/**
 * The name of a study within a consortium.
 *
 * @param value 1 to 60 lower-case letters, digits and hyphens, starting with a letter
 */
public record StudyId(String value) implements Comparable<StudyId> {

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,59}");

    /** Checks the form. */
    public StudyId {
        if (value == null || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("study id '" + value
                    + "' is not valid: use 1 to 60 lower-case letters, digits and hyphens, starting with a letter");
        }
    }

    @Override
    public int compareTo(StudyId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
