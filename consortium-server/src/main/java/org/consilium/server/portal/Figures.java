package org.consilium.server.portal;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Writes numbers for people; a dash where there is none. */
final class Figures {

    static final String NONE = "–";
    private static final double MEGABYTE = 1e6;

    private Figures() {}

    static String share(OptionalDouble value) {
        return decimals(value, 3);
    }

    static String share(Optional<Double> value) {
        return share(value.map(OptionalDouble::of).orElse(OptionalDouble.empty()));
    }

    static String decimals(OptionalDouble value, int digits) {
        return value.isPresent() && Double.isFinite(value.getAsDouble())
                ? String.format(Locale.ROOT, "%,." + digits + "f", value.getAsDouble())
                : NONE;
    }

    /** Seconds: two digits behind the point while they are few, none when they are many. */
    static String seconds(OptionalDouble value) {
        double size = Math.abs(value.orElse(0));
        int digits = size < 10 ? 2 : size < 100 ? 1 : 0;
        return decimals(value, digits);
    }

    static String megabytes(long bytes) {
        return decimals(OptionalDouble.of(bytes / MEGABYTE), 1);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String signed(double value) {
        String text = String.format(Locale.ROOT, "%+.3f", value);
        return text.replace('-', '−');
    }

    /** Returns a place in per cent, for SVG. */
    static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    /** Returns "1 site", "2 sites". */
    static String several(long number, String noun) {
        if (number == 1) {
            return "1 " + noun;
        }
        return count(number) + " " + (noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s");
    }
}
