package org.consilium.site.poll;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.site.audit.Witness;

/** Looks at the consortium's audit log after each piece of work, and at least every ten minutes on a thread of its own. */
@ApplicationScoped
public class Witnessing {

    private static final Logger LOG = Logger.getLogger(Witnessing.class.getName());
    private static final long EVERY_SECONDS = 600;
    private static final long AGAIN_SECONDS = 60;

    private Witness witness;
    private Consortium consortium;
    private NodeThread thread;
    private volatile String trouble = "";

    /** For the container's proxy. */
    Witnessing() {}

    @Inject
    Witnessing(Witness witness, Consortium consortium, ManagedThreadFactory threads) {
        this(witness, consortium, threads, null);
    }

    /** For tests, which do not wait. */
    Witnessing(Witness witness, Consortium consortium, ManagedThreadFactory threads, Poller.Pause pauses) {
        this.witness = witness;
        this.consortium = consortium;
        this.thread = new NodeThread("consilium-witness", threads, pauses);
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        thread.start(this::run);
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    /** Looks until the node stops. */
    void run() {
        do {
            look();
        } while (!thread.endsWithin(trouble.isEmpty() ? EVERY_SECONDS : AGAIN_SECONDS));
    }

    /** Looks now. A log that cannot be looked at is no contradiction, and harms no work: the next look finds what is new. */
    void look() {
        try {
            witness.look(consortium);
            trouble = "";
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            failed(e);
        }
    }

    /** Returns what the consortium's log contradicts, if it does and no steward has acknowledged it. */
    Optional<Witness.Alarm> alarm() {
        return witness.alarm();
    }

    /** Returns why the last look came to nothing, empty if it did not. */
    String trouble() {
        return trouble;
    }

    private void failed(Throwable failure) {
        if (thread.isStopping()) {
            return;
        }
        String text = NodeThread.text(failure);
        if (!text.equals(trouble)) {
            LOG.log(Level.WARNING, failure, () -> "the consortium's audit log is looked at later: " + text);
        }
        trouble = text;
    }
}
