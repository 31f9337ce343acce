package org.consilium.quickstart.platform;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Samples the memory of this program and all its children each second; Linux only, elsewhere the answer is 0. */
final class MemoryWatch implements AutoCloseable {

    private static final long KIB_PER_MIB = 1024;

    private final AtomicLong peakKib = new AtomicLong();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "memory-watch");
        thread.setDaemon(true);
        return thread;
    });

    MemoryWatch() {
        clock.scheduleWithFixedDelay(this::sample, 0, 1, TimeUnit.SECONDS);
    }

    /** Returns the largest sum of VmHWM so far, in MiB. */
    long peakMb() {
        sample();
        return peakKib.get() / KIB_PER_MIB;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void sample() {
        long sum = Stream.concat(
                        Stream.of(ProcessHandle.current()),
                        ProcessHandle.current().descendants())
                .mapToLong(handle -> ResidentMemory.peakKib(handle.pid()).orElse(0))
                .sum();
        peakKib.accumulateAndGet(sum, Math::max);
    }
}
