package org.consilium.site.poll;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.WorkOffer;
import org.consilium.site.images.Imports;
import org.consilium.site.platform.Database;
import org.consilium.site.poll.NodeStatus.State;
import org.consilium.site.training.Answer;
import org.consilium.site.training.LocalWork;

/** The node's one loop: migrate the database, then ask for work, do it, send the answer, for ever. */
@ApplicationScoped
public class Poller {

    private static final Logger LOG = Logger.getLogger(Poller.class.getName());
    private static final long LONGEST_PAUSE_SECONDS = 60;

    private final CountDownLatch stopping = new CountDownLatch(1);
    private Consortium consortium;
    private LocalWork work;
    private StatusBoard board;
    private Database database;
    private Imports imports;
    private ManagedThreadFactory threads;
    private Thread thread;
    private Parameters lastModel;

    /** For the container's proxy. */
    Poller() {}

    @Inject
    Poller(
            Consortium consortium,
            LocalWork work,
            StatusBoard board,
            Database database,
            Imports imports,
            ManagedThreadFactory threads) {
        this.consortium = consortium;
        this.work = work;
        this.board = board;
        this.database = database;
        this.imports = imports;
        this.threads = threads;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        thread = threads.newThread(this::run);
        thread.setName("consilium-poller");
        thread.start();
    }

    @PreDestroy
    void stop() {
        stopping.countDown();
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        boolean opened = false;
        long pause = 1;
        while (stopping.getCount() > 0) {
            try {
                if (opened) {
                    step();
                } else {
                    opened = open();
                }
                if (opened) {
                    pause = 1;
                    continue;
                }
            } catch (RuntimeException | OutOfMemoryError e) {
                failed(e);
            }
            if (stoppedWithin(pause)) {
                return;
            }
            pause = Math.min(LONGEST_PAUSE_SECONDS, pause * 2);
        }
    }

    private boolean open() {
        if (!database.migrate()) {
            board.idle(State.ERROR, database.trouble().orElse("the database is not migrated yet"));
            return false;
        }
        imports.open();
        work.warmUp();
        board.idle(State.CONNECTING, "");
        return true;
    }

    private void step() {
        WorkOffer offer = consortium.next();
        board.contacted();
        if (offer instanceof WorkOffer.Train train) {
            Parameters model = model(train.model(), train);
            board.working(State.TRAINING, train.study(), train.round());
            Answer answer = work.train(train, model);
            board.working(State.UPLOADING, train.study(), train.round());
            consortium.send(train, answer);
        } else if (offer instanceof WorkOffer.Evaluate evaluate) {
            Parameters model = model(evaluate.model(), evaluate);
            board.working(State.EVALUATING, evaluate.study(), evaluate.round());
            Answer answer = work.evaluate(evaluate, model);
            board.working(State.UPLOADING, evaluate.study(), evaluate.round());
            consortium.send(evaluate, answer);
        }
        board.idle(State.WAITING, "");
    }

    /** The model that was scored last is the one that the next round starts from: it is fetched once. */
    private Parameters model(Sha256 digest, WorkOffer offer) {
        if (lastModel == null || !lastModel.digest().equals(digest)) {
            lastModel = null;
            if (offer instanceof WorkOffer.Train train) {
                board.working(State.DOWNLOADING, train.study(), train.round());
            } else if (offer instanceof WorkOffer.Evaluate evaluate) {
                board.working(State.DOWNLOADING, evaluate.study(), evaluate.round());
            }
            lastModel = consortium.model(digest);
        }
        return lastModel;
    }

    private void failed(Throwable failure) {
        if (stopping.getCount() == 0) {
            return;
        }
        String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (!text.equals(board.now().detail())) {
            LOG.log(Level.WARNING, failure, () -> "the node's work failed and is tried again: " + text);
        }
        board.idle(State.ERROR, text);
    }

    private boolean stoppedWithin(long seconds) {
        try {
            return stopping.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
