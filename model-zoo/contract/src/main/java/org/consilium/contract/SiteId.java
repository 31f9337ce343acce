package org.consilium.contract;

import java.util.regex.Pattern;

/**
 * The name of a site (a hospital) in the consortium; also the id of its Keycloak client.
 *
 * @param value 1 to 40 lower-case letters, digits and hyphens, starting with a letter; not {@code consortium}, whose
 *     log and keys are told from a site's by that name
 */
public record SiteId(String value) implements Comparable<SiteId> {

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,39}");

    private static final String CONSORTIUM = "consortium";

    /** Checks the form. */
    public SiteId {
        if (value == null || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("site id '" + value
                    + "' is not valid: use 1 to 40 lower-case letters, digits and hyphens, starting with a letter");
        }
        if (value.equals(CONSORTIUM)) {
            throw new IllegalArgumentException("no site is called '" + CONSORTIUM + "': its records and keys would be"
                    + " taken for the consortium's; choose another id");
        }
    }

    @Override
    public int compareTo(SiteId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
