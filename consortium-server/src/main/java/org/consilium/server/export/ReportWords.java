package org.consilium.server.export;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Times, numbers and codes as the report writes them. */
final class ReportWords {

    static final String NONE = "–";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final double MEGABYTE = 1e6;
    private static final double KILOBYTE = 1e3;
    private static final long MINUTE = 60;
    private static final long HOUR = 3600;
    private static final long DAY = 86_400;

    private ReportWords() {}

    /** A time of UTC; where no heading says so, the caller has to. */
    static String time(Instant at) {
        return TIME.format(at);
    }

    static String time(Optional<Instant> at) {
        return at.map(ReportWords::time).orElse(NONE);
    }

    static String utc(Instant at) {
        return time(at) + " UTC";
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String several(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    static String share(OptionalDouble value) {
        return value.isPresent() && Double.isFinite(value.getAsDouble())
                ? String.format(Locale.ROOT, "%.3f", value.getAsDouble())
                : NONE;
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.3f", bytes / MEGABYTE);
    }

    static double inMegabytes(long bytes) {
        return bytes / MEGABYTE;
    }

    /** A size in a sentence. */
    static String size(long bytes) {
        if (bytes < KILOBYTE) {
            return several(bytes, "byte");
        }
        return bytes < MEGABYTE
                ? String.format(Locale.ROOT, "%,.1f kB", bytes / KILOBYTE)
                : String.format(Locale.ROOT, "%,.1f MB", bytes / MEGABYTE);
    }

    /** Hours, minutes and seconds, such as 1:02:09. */
    static String length(Instant from, Optional<Instant> to) {
        return to.map(end -> Duration.between(from, end).toSeconds())
                .map(seconds -> seconds < 0
                        ? NONE
                        : (seconds >= DAY ? seconds / DAY + " d " : "")
                                + String.format(
                                        Locale.ROOT,
                                        "%d:%02d:%02d",
                                        seconds % DAY / HOUR,
                                        seconds % HOUR / MINUTE,
                                        seconds % MINUTE))
                .orElse(NONE);
    }

    /** A state such as AWAITED or a code such as round.offer-taken as words. */
    static String words(String code) {
        String words = code.toLowerCase(Locale.ROOT).replaceAll("[._-]", " ");
        return words.isEmpty() ? words : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    static String outcome(int code) {
        return switch (code) {
            case 0 -> "Success";
            case 4 -> "Minor";
            case 8 -> "Serious";
            default -> "Major";
        };
    }
}
