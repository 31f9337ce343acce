package org.consilium.contract.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The bytes that are hashed and signed, written field by field.
 *
 * <p>The first line names the kind of document and the version of this form. Each field is then one line: its name, a
 * space, the length of its value in bytes of UTF-8 as a decimal number, a space, the value, and a line feed. The length
 * makes a value unambiguous that has line feeds itself. Whole numbers are decimal without leading zeros; other numbers are
 * written as C99's hexadecimal form in Java's {@link Double#toHexString(double)}, which is exact and one for each value.
 * A list is its name with the number of its members, and then each member in order; a map is a list of pairs, ordered by
 * the key's UTF-16 units. Fields come in the order in which this package's types declare them.
 */
final class CanonicalForm {

    private final StringBuilder lines = new StringBuilder();

    /** @param heading kind of document and version of its form */
    CanonicalForm(String heading) {
        lines.append(heading).append('\n');
    }

    CanonicalForm text(String name, String value) {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        lines.append(name).append(' ').append(length).append(' ').append(value).append('\n');
        return this;
    }

    CanonicalForm whole(String name, long value) {
        return text(name, Long.toString(value));
    }

    CanonicalForm number(String name, double value) {
        return text(name, Double.toHexString(value));
    }

    CanonicalForm flag(String name, boolean value) {
        return text(name, Boolean.toString(value));
    }

    CanonicalForm list(String name, Collection<String> values) {
        whole(name, values.size());
        values.forEach(value -> text(name, value));
        return this;
    }

    CanonicalForm map(String name, Map<String, String> values) {
        whole(name, values.size());
        new TreeMap<>(values).forEach((key, value) -> text(name, key).text(name, value));
        return this;
    }

    byte[] bytes() {
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }
}
