package org.consilium.contract;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a site node's software, said at its enrolment and with each poll, so that a server can refuse one that is
 * too old for it in plain words.
 *
 * @param major 0 to 9,999
 * @param minor 0 to 9,999
 * @param patch 0 to 9,999
 */
public record NodeVersion(int major, int minor, int patch) implements Comparable<NodeVersion> {

    /** The version of the software that this class belongs to. */
    public static final NodeVersion CURRENT = new NodeVersion(0, 1, 0);

    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})(-[0-9A-Za-z.-]{1,40})?");
    private static final Comparator<NodeVersion> ORDER = Comparator.comparingInt(NodeVersion::major)
            .thenComparingInt(NodeVersion::minor)
            .thenComparingInt(NodeVersion::patch);

    /**
     * Reads a version such as {@code 0.1.0} or {@code 0.1.0-SNAPSHOT}; what follows the hyphen makes no difference.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static NodeVersion parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("version '" + text + "' is not valid: use three numbers such as 0.1.0");
        }
        return new NodeVersion(
                Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)));
    }

    @Override
    public int compareTo(NodeVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
