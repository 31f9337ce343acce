package org.consilium.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Threads on which virtual sites work side by side. Results come in the order of the inputs, whoever was first, so that
 * the number of threads changes the time and nothing else.
 */
final class SiteWorkers implements AutoCloseable {

    private final ExecutorService threads;

    /**
     * @param count how many sites work at once, at least 1
     */
    SiteWorkers(int count) {
        threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "virtual-site");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Does the work for each input and returns the results in the inputs' order; throws what the first failure threw. */
    <I, O> List<O> each(List<I> inputs, Function<I, O> work) {
        List<Callable<O>> tasks = new ArrayList<>();
        inputs.forEach(input -> tasks.add(() -> work.apply(input)));
        try {
            List<O> results = new ArrayList<>();
            for (Future<O> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("The program was interrupted; start it again.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
