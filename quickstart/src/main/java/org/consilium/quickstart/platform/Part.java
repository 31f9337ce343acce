package org.consilium.quickstart.platform;

import java.nio.file.Path;

/** One part of a running {@link Platform} that can be killed and started again, as an outage would; thread-safe. */
public interface Part {

    /** Returns its name, such as {@code site-1}. */
    String name();

    /** Returns the file with its output. */
    Path log();

    /** Returns whether its process lives. */
    boolean running();

    /** Stops it hard, as a power cut would (SIGKILL), and returns when the process is gone; nothing if it is not running. */
    void kill();

    /** Starts it again with the same state and port, and returns when it is ready; nothing if it is running. */
    void restart();
}
