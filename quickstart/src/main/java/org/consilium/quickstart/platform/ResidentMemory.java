package org.consilium.quickstart.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The memory of a process as Linux tells it; other systems tell nothing. */
public final class ResidentMemory {

    private static final double KIB_PER_MIB = 1024;

    private ResidentMemory() {}

    /** Returns this process's largest resident set so far in MiB; NaN where the system does not tell. */
    public static double peakMb() {
        OptionalLong kib = peakKib(ProcessHandle.current().pid());
        return kib.isPresent() ? kib.getAsLong() / KIB_PER_MIB : Double.NaN;
    }

    /** Returns a process's largest resident set so far in KiB; nothing where it has gone or the system does not tell. */
    static OptionalLong peakKib(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException | UncheckedIOException gone) {
            return OptionalLong.empty();
        }
    }
}
