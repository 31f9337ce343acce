package org.consilium.quickstart.platform;

import java.nio.file.Path;
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
