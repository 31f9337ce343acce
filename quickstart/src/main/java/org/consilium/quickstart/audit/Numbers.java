package org.consilium.quickstart.audit;

import java.text.NumberFormat;
import java.util.Locale;

/** Numbers for people, the same whatever the language of the machine. */
final class Numbers {

    private Numbers() {}

    /** Returns a whole number with commas between thousands. */
    static String of(long number) {
        return NumberFormat.getIntegerInstance(Locale.ROOT).format(number);
    }

    /** Returns a number and what it counts: {@code 1 record}, {@code 2 records}. */
    static String of(long number, String noun) {
        String many = noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
        return of(number) + " " + (number == 1 ? noun : many);
    }
}
