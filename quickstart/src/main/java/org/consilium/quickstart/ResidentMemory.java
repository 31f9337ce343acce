package org.consilium.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory this process held at most. */
final class ResidentMemory {

    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");

    private ResidentMemory() {}

    /** Returns this process's largest resident set so far in MiB; NaN where the system does not tell (only Linux does). */
    static double peakMb() {
        try {
            return peakMb(Files.readString(Path.of("/proc/self/status")));
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    static double peakMb(String status) {
        Matcher peak = PEAK.matcher(status);
        return peak.find() ? Long.parseLong(peak.group(1)) / 1024.0 : Double.NaN;
    }
}
