package org.consilium.quickstart;

import java.util.function.Supplier;

/** Says a line when the program is ended before this is closed, as by Ctrl-C. */
final class StopNotice implements AutoCloseable {

    private final Thread hook;

    /**
     * Waits until it is closed.
     *
     * @param screen where the line is said
     * @param line is asked when the program is ended, on a thread of its own
     */
    StopNotice(Screen screen, Supplier<String> line) {
        hook = new Thread(() -> screen.say(line.get()), "stopped");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The program is being ended, and the line is said.
        }
    }
}
