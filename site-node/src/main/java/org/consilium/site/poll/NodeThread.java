package org.consilium.site.poll;

import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A thread that works from the start of the node to its end, and is woken from its pauses when the node stops. */
final class NodeThread {

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final String name;
    private final ManagedThreadFactory threads;
    private final Poller.Pause pauses;
    private Thread thread;

    /**
     * @param name of the thread
     * @param threads makes it
     * @param pauses how it waits; null for as long as it says, or until the node stops
     */
    NodeThread(String name, ManagedThreadFactory threads, Poller.Pause pauses) {
        this.name = name;
        this.threads = threads;
        this.pauses = pauses == null ? seconds -> stopping.await(seconds, TimeUnit.SECONDS) : pauses;
    }

    void start(Runnable work) {
        thread = threads.newThread(work);
        thread.setName(name);
        thread.start();
    }

    void stop() {
        stopping.countDown();
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Returns whether the node stops: what fails now fails because of that. */
    boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** Waits, and returns whether the work is to end. */
    boolean endsWithin(long seconds) {
        try {
            return pauses.endsWork(seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Returns what to tell of a failure. */
    static String text(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
