package org.consilium.server.audit;

import java.util.Optional;
import java.util.function.Supplier;

/** Goes on, on another thread, with what somebody has asked for, in that one's name. */
public final class Deputy {

    private static final ThreadLocal<Actors.Acting> PRESENT = new ThreadLocal<>();

    private final Actors.Acting acting;

    Deputy(Actors.Acting acting) {
        this.acting = acting;
    }

    /** Does the work; what it records has been done by who had asked. */
    public <T> T does(Supplier<T> work) {
        Actors.Acting before = PRESENT.get();
        PRESENT.set(acting);
        try {
            return work.get();
        } finally {
            if (before == null) {
                PRESENT.remove();
            } else {
                PRESENT.set(before);
            }
        }
    }

    /** Returns in whose name this thread works, if in anybody's. */
    static Optional<Actors.Acting> present() {
        return Optional.ofNullable(PRESENT.get());
    }
}
