package org.consilium.contract.audit;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.consilium.contract.Texts;

/**
 * One JSON object as RFC 8785 writes it: members by the UTF-16 units of their names, no white space. Values are texts,
 * whole numbers up to 2^53 - 1, and objects.
 */
final class CanonicalJson {

    /** The largest whole number that every JSON reader reads exactly (RFC 8785, section 3.2.2.3). */
    static final long LARGEST = (1L << 53) - 1;

    private final Map<String, String> members = new TreeMap<>();

    CanonicalJson text(String name, String value) {
        members.put(name, quoted(value));
        return this;
    }

    CanonicalJson text(String name, Optional<String> value) {
        value.ifPresent(text -> text(name, text));
        return this;
    }

    CanonicalJson whole(String name, long value) {
        if (value < 0 || value > LARGEST) {
            throw new IllegalArgumentException("'" + name + "' must be from 0 to 2^53 - 1, not " + value);
        }
        members.put(name, Long.toString(value));
        return this;
    }

    CanonicalJson object(String name, CanonicalJson value) {
        members.put(name, value.toString());
        return this;
    }

    /** Returns the object on one line. */
    @Override
    public String toString() {
        StringBuilder json = new StringBuilder("{");
        members.forEach((name, value) -> json.append(json.length() > 1 ? "," : "")
                .append(quoted(name))
                .append(':')
                .append(value));
        return json.append('}').toString();
    }

    private static String quoted(String text) {
        // Half of a surrogate pair would become a question mark, and so two texts one.
        if (!Texts.isEncodable(text)) {
            throw new IllegalArgumentException("a text has half of a surrogate pair");
        }
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ') {
                        quoted.append(String.format("\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
