package org.consilium.model;

import java.util.List;
import org.consilium.model.engine.Kernel;

/** One repeatable piece of work of a benchmark. Used by one thread. */
public interface Workload extends AutoCloseable {

    /** Returns how many images one {@link #run()} goes through. */
    int images();

    /** Does the work once. */
    void run();

    /** Returns the floating-point operations of one {@link #run()}, 0 where they are not known. */
    long operations();

    /**
     * Times each primitive over some runs.
     *
     * @param runs how many
     * @return one line a primitive in its order, with its mean time; empty where that is not known
     */
    default List<Kernel> profile(int runs) {
        return List.of();
    }

    @Override
    void close();
}
