package org.consilium.quickstart.platform;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Every process that this program starts goes through here and is written to a file, so that whatever a crashed run left
 * can be recognised and ended by the next one; thread-safe.
 *
 * <p>A pid alone proves nothing, since pids are used again: start time and program must be the same too.
 */
final class ProcessRegistry {

    /** The clock behind start times is read once per JVM, so two JVMs may differ a little on the same process. */
    private static final Duration SAME_START = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path file;
    private final List<ChildProcess> children = new ArrayList<>();
    private boolean closed;

    ProcessRegistry(Path file) {
        this.file = file;
    }

    /**
     * Starts a process with its output in a log file.
     *
     * @param name the part
     * @param command program and arguments
     * @param environment added to this program's own
     * @param folder where it runs
     * @param log file that receives its output, replaced
     * @throws PlatformException when the program cannot be started, or everything is being stopped
     */
    synchronized ChildProcess start(
            String name, List<String> command, Map<String, String> environment, Path folder, Path log) {
        if (closed) {
            throw new PlatformException(name + " was not started: everything is being stopped.");
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        try {
            PrivateFiles.write(log, "");
            ChildProcess child = new ChildProcess(name, builder.start(), log);
            children.removeIf(known -> !known.alive());
            children.add(child);
            save();
            return child;
        } catch (IOException e) {
            throw new PlatformException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** Returns the living processes in the order in which they were started. */
    synchronized List<ChildProcess> living() {
        return children.stream().filter(ChildProcess::alive).toList();
    }

    /** From now on nothing can be started. */
    synchronized void refuseMore() {
        closed = true;
    }

    /** Returns whether everything is being stopped. */
    synchronized boolean refusesMore() {
        return closed;
    }

    /** Removes the file, once all has been stopped in good order. */
    synchronized void forget() {
        children.removeIf(child -> !child.alive());
        save();
    }

    /**
     * Ends what an earlier run left behind.
     *
     * @param found is told of each process before it is ended
     */
    synchronized void endLeftovers(Consumer<String> found) {
        List<ProcessHandle> leftovers = new ArrayList<>();
        for (JsonObject entry : saved()) {
            leftover(entry).ifPresent(handle -> {
                found.accept(entry.getString("name") + " (process " + handle.pid() + ")");
                leftovers.add(handle);
            });
        }
        end(leftovers);
        save();
    }

    /** Ends processes and their children: politely, then by force. */
    static void end(List<ProcessHandle> handles) {
        List<ProcessHandle> all = handles.stream()
                .flatMap(handle -> Stream.concat(Stream.of(handle), handle.descendants()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        Instant limit = Instant.now().plus(PATIENCE);
        for (ProcessHandle handle : all) {
            if (!gone(handle, Duration.between(Instant.now(), limit))) {
                handle.destroyForcibly();
            }
        }
        for (ProcessHandle handle : all) {
            if (!gone(handle, PATIENCE)) {
                throw new PlatformException("process " + handle.pid()
                        + " of an earlier run does not end. End it with `kill -9 " + handle.pid() + "` and try again.");
            }
        }
    }

    private static boolean gone(ProcessHandle handle, Duration limit) {
        try {
            handle.onExit().get(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return !handle.isAlive();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !handle.isAlive();
        }
    }

    private static Optional<ProcessHandle> leftover(JsonObject entry) {
        Instant started = Instant.ofEpochMilli(entry.getJsonNumber("startedAt").longValueExact());
        return ProcessHandle.of(entry.getJsonNumber("pid").longValueExact())
                .filter(handle -> handle.info().command().orElse("").equals(entry.getString("command")))
                .filter(handle -> handle.info()
                        .startInstant()
                        .filter(at -> Duration.between(at, started).abs().compareTo(SAME_START) <= 0)
                        .isPresent());
    }

    private List<JsonObject> saved() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (var reader = Json.createReader(new StringReader(PrivateFiles.read(file)))) {
            return reader.readArray().getValuesAs(JsonObject.class);
        } catch (JsonException | ClassCastException e) {
            // Files are written whole, so this is not ours; without it nothing can be recognised.
            throw PrivateFiles.cannot("understand", file, e);
        }
    }

    private void save() {
        JsonArrayBuilder entries = Json.createArrayBuilder();
        for (ChildProcess child : children) {
            entries.add(Json.createObjectBuilder()
                    .add("name", child.info().name())
                    .add("pid", child.info().pid())
                    .add("startedAt", child.info().startedAt().toEpochMilli())
                    .add("command", child.command()));
        }
        PrivateFiles.write(file, entries.build().toString());
    }
}
