package org.consilium.site.poll;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Heartbeat;
import org.consilium.site.images.Imports;
import org.consilium.site.platform.HeartbeatSettings;
import org.consilium.site.platform.SiteSettings;

/** Tells the consortium at short intervals what the node does, on a thread of its own: a training of hours goes on. */
@ApplicationScoped
public class Heartbeats {

    private static final Logger LOG = Logger.getLogger(Heartbeats.class.getName());

    private Consortium consortium;
    private StatusBoard board;
    private Imports imports;
    private Path disk;
    private HeartbeatSettings settings;
    private NodeThread thread;

    /** For the container's proxy. */
    Heartbeats() {}

    @Inject
    Heartbeats(
            Consortium consortium,
            StatusBoard board,
            Imports imports,
            SiteSettings site,
            HeartbeatSettings settings,
            ManagedThreadFactory threads) {
        this(consortium, board, imports, site, settings, threads, null);
    }

    /** For tests, which do not wait. */
    Heartbeats(
            Consortium consortium,
            StatusBoard board,
            Imports imports,
            SiteSettings site,
            HeartbeatSettings settings,
            ManagedThreadFactory threads,
            Poller.Pause pauses) {
        this.consortium = consortium;
        this.board = board;
        this.imports = imports;
        this.disk = site.keyFolder();
        this.settings = settings;
        this.thread = new NodeThread("consilium-heartbeat", threads, pauses);
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        thread.start(this::run);
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    /** Gives signs of life until the node stops. */
    void run() {
        do {
            beat();
        } while (!thread.endsWithin(settings.every().toSeconds()));
    }

    /** One that does not arrive is noted and harms nothing: the next one says the same. */
    private void beat() {
        try {
            NodeStatus now = board.now();
            consortium.beat(new Heartbeat(
                    now.activity(imports.isImporting()),
                    now.study(),
                    now.round(),
                    freeDiskBytes(),
                    Consortium.VERSION));
            board.beaten("");
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        if (thread.isStopping()) {
            return;
        }
        String text = NodeThread.text(failure);
        if (!text.equals(board.now().heartbeatTrouble())) {
            LOG.log(Level.WARNING, failure, () -> "a sign of life did not arrive and is given again: " + text);
        }
        board.beaten(text);
    }

    /** The folder of the keys is the node's own, and therefore on its disk; it may not be there yet. */
    private long freeDiskBytes() {
        Path there = disk;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        return there == null ? 0 : there.toFile().getUsableSpace();
    }
}
