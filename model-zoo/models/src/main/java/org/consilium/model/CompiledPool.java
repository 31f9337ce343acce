package org.consilium.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Supplier;
import org.consilium.contract.ArchitectureId;
import org.consilium.model.engine.CompiledNetwork;
import org.consilium.model.engine.Use;

/**
 * Compiled networks that rest between rounds, so that a round compiles nothing anew. Bounded by their native memory:
 * what was used longest ago is closed first.
 */
final class CompiledPool {

    /** Room for the few batch sizes of a study's network, or of a few large ones. */
    private static final long MOST_BYTES = 512L << 20;

    private record Resting(ArchitectureId id, Use use, CompiledNetwork network) {}

    private final Deque<Resting> resting = new ArrayDeque<>();
    private long bytes;

    /** Lends an instance of that batch size, compiled now if none rests. */
    CompiledNetwork take(ArchitectureId id, Use use, int batch, Supplier<CompiledNetwork> compiler) {
        synchronized (resting) {
            for (Iterator<Resting> each = resting.iterator(); each.hasNext(); ) {
                Resting one = each.next();
                if (one.id().equals(id) && one.use() == use && one.network().batch() == batch) {
                    each.remove();
                    bytes -= one.network().nativeBytes();
                    return one.network();
                }
            }
        }
        return compiler.get();
    }

    /** Takes an instance back. */
    void giveBack(ArchitectureId id, Use use, CompiledNetwork network) {
        Deque<Resting> dropped = new ArrayDeque<>();
        synchronized (resting) {
            resting.addFirst(new Resting(id, use, network));
            bytes += network.nativeBytes();
            while (bytes > MOST_BYTES) {
                Resting last = resting.removeLast();
                bytes -= last.network().nativeBytes();
                dropped.add(last);
            }
        }
        dropped.forEach(one -> one.network().close());
    }

    /** Frees all that rests. */
    void close() {
        Deque<Resting> dropped;
        synchronized (resting) {
            dropped = new ArrayDeque<>(resting);
            resting.clear();
            bytes = 0;
        }
        dropped.forEach(one -> one.network().close());
    }
}
