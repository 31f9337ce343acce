package org.consilium.quickstart.platform;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A part and the way to start it. */
final class StartedPart implements Part {

    private final Supplier<ChildProcess> starter;
    private ChildProcess process;

    /**
     * Starts it.
     *
     * @param starter returns when the part is ready
     */
    StartedPart(Supplier<ChildProcess> starter) {
        this.starter = starter;
        this.process = starter.get();
    }

    @Override
    public synchronized String name() {
        return process.info().name();
    }

    @Override
    public synchronized Path log() {
        return process.info().log();
    }

    @Override
    public synchronized boolean running() {
        return process.alive();
    }

    /**
     * Starts it again if its process has ended by itself, and returns when it is ready.
     *
     * @param told is told so, in a sentence for people
     */
    void reviveIfEnded(Consumer<String> told) {
        if (!running()) {
            told.accept(name() + " has ended unexpectedly and is started again; its log is " + log());
            restart();
        }
    }

    @Override
    public synchronized void kill() {
        process.kill();
    }

    @Override
    public synchronized void restart() {
        if (!process.alive()) {
            process = starter.get();
        }
    }
}
