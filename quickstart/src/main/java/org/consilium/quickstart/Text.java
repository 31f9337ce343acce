package org.consilium.quickstart;

import java.util.Locale;

/** Makes texts that are the same whatever the language of the machine, for people and for programs. */
final class Text {

    private Text() {}

    /** Returns what {@link String#format} does in {@link Locale#ROOT}: a decimal point, never a comma. */
    static String of(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Returns a number and what it counts: {@code 1 round}, {@code 2 rounds}. */
    static String counted(long count, String noun) {
        return of("%,d %s", count, count == 1 ? noun : noun + "s");
    }
}
