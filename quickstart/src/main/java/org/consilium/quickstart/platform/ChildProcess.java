package org.consilium.quickstart.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** A process that this program started, with its log; thread-safe. */
final class ChildProcess {

    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
    private static final int LINES = 12;
    private static final Pattern STACK_FRAME = Pattern.compile("\\s+at .*|\\s*\\.\\.\\. \\d+ more");

    private final Process process;
    private final ProcessInfo info;
    private final String command;

    ChildProcess(String name, Process process, Path log) {
        this.process = process;
        ProcessHandle.Info seen = process.info();
        this.info = new ProcessInfo(name, process.pid(), seen.startInstant().orElseGet(Instant::now), log);
        this.command = seen.command().orElse("");
    }

    ProcessInfo info() {
        return info;
    }

    /** The program as the operating system shows it. */
    String command() {
        return command;
    }

    boolean alive() {
        return process.isAlive();
    }

    /**
     * Waits until the part is ready.
     *
     * @param ready asked again and again; should answer false while the part is still coming up
     * @throws PlatformException when the process ends, or the limit passes; the message holds the log's last lines
     */
    void awaitReady(BooleanSupplier ready, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (!ready.getAsBoolean()) {
                // Waits for the one thing that can be awaited, its end, between two looks at what cannot.
                if (process.waitFor(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw failed("ended with exit status " + process.exitValue() + " before it was ready");
                }
                if (System.nanoTime() > end) {
                    throw failed("was not ready within " + limit.toSeconds() + " s");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException("the wait for " + info.name() + " was interrupted.", e);
        }
    }

    /** Waits for the end of a process that does one job. */
    void awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
                throw failed("did not end within " + limit.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw failed("ended with exit status " + process.exitValue());
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new PlatformException("the wait for " + info.name() + " was interrupted.", e);
        }
    }

    /** Asks it to end (SIGTERM); does not wait. */
    void terminate() {
        process.destroy();
    }

    /** Sends another signal, such as {@code INT}, for which the JDK has no method; does not wait. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(info.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until it is gone, and ends it and its children by force when the limit passes. */
    void awaitGone(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it and its children by force (SIGKILL) and returns when they are gone. */
    void kill() {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        family.forEach(ProcessHandle::destroyForcibly);
        family.forEach(child -> child.onExit().join());
    }

    private PlatformException failed(String what) {
        List<String> lines = lastLines();
        String full = lines.stream().anyMatch(line -> line.contains("No space left on device"))
                ? " The disk is full: free some space and try again."
                : "";
        return new PlatformException(
                info.name() + " " + what + "." + full + " Its log is " + info.log() + " and ends with:\n  "
                        + String.join("\n  ", lines)
                        + "\nIf this began after an update of Consilium, remove target/consilium (the demo's data) and try again.");
    }

    /** The last lines of the log, without stack frames, which say little to the reader of a one-line error. */
    private List<String> lastLines() {
        ArrayDeque<String> last = new ArrayDeque<>();
        try (var lines = Files.newBufferedReader(info.log(), StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank() || STACK_FRAME.matcher(line).matches()) {
                    continue;
                }
                last.add(line.length() > 400 ? line.substring(0, 400) + " ..." : line);
                if (last.size() > LINES) {
                    last.remove();
                }
            }
        } catch (IOException e) {
            last.add("(the log cannot be read: " + e.getMessage() + ")");
        }
        return List.copyOf(last);
    }
}
