package org.consilium.site.poll;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Parameters;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.site.audit.SiteAudit;
import org.consilium.site.audit.SiteEvent;
import org.consilium.site.audit.Witness;
import org.consilium.site.images.Imports;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.policy.Policies;
import org.consilium.site.policy.Verdict;
import org.consilium.site.poll.NodeStatus.State;
import org.consilium.site.training.Answer;
import org.consilium.site.training.LocalWork;

/** The node's one loop: migrate the database, then ask for work, do it, send the answer, for ever. */
@ApplicationScoped
public class Poller {

    private static final Logger LOG = Logger.getLogger(Poller.class.getName());

    /** A request each five seconds costs a server little, and a round is not held up longer once it is back. */
    private static final long LONGEST_PAUSE_SECONDS = 5;

    /** HTTP statuses that say that these bytes will not be taken however often they are sent. */
    private static final Set<Integer> NEVER_TAKEN = Set.of(413, 422);

    private Consortium consortium;
    private LocalWork work;
    private StatusBoard board;
    private Database database;
    private Imports imports;
    private Policies policies;
    private SiteAudit audit;
    private Witnessing witnessing;
    private NodeThread thread;
    private Parameters lastModel;
    private Unsent unsent;
    private WorkOffer.Task taken;

    /** For the container's proxy. */
    Poller() {}

    @Inject
    Poller(
            Consortium consortium,
            LocalWork work,
            StatusBoard board,
            Database database,
            Imports imports,
            Policies policies,
            SiteAudit audit,
            Witnessing witnessing,
            ManagedThreadFactory threads) {
        this(consortium, work, board, database, imports, policies, audit, witnessing, threads, null);
    }

    /** For tests, which do not wait. */
    Poller(
            Consortium consortium,
            LocalWork work,
            StatusBoard board,
            Database database,
            Imports imports,
            Policies policies,
            SiteAudit audit,
            Witnessing witnessing,
            ManagedThreadFactory threads,
            Pause pauses) {
        this.consortium = consortium;
        this.work = work;
        this.board = board;
        this.database = database;
        this.imports = imports;
        this.policies = policies;
        this.audit = audit;
        this.witnessing = witnessing;
        this.thread = new NodeThread("consilium-poller", threads, pauses);
    }

    /** How the node waits before it tries again. */
    @FunctionalInterface
    interface Pause {

        /** Waits, and returns whether the node is to stop. */
        boolean endsWork(long seconds) throws InterruptedException;
    }

    /**
     * An answer that is ready but has not arrived: sent again when the same work is offered again.
     *
     * @param fewest images of a label that was scored
     * @param noted whether the audit log has that the work is done
     * @param record that the answer is sent, where the audit log has that
     */
    private record Unsent(
            WorkOffer.Task to, Answer answer, int fewest, boolean noted, Optional<AuditRecord.Peer> record) {

        static Unsent of(WorkOffer.Task to, Answer answer, int fewest) {
            return new Unsent(to, answer, fewest, false, Optional.empty());
        }

        Unsent withNoted(Optional<AuditRecord.Peer> sent) {
            return new Unsent(to, answer, fewest, true, sent);
        }

        /** Scores tell more, or less, than the hospital allows once it has set another limit. */
        boolean isOutdated(Verdict verdict) {
            return answer instanceof Answer.Evaluation
                    && verdict instanceof Verdict.Permitted permitted
                    && permitted.fewest() != fewest;
        }
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        thread.start(this::run);
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    /** Works until the node stops. */
    void run() {
        boolean opened = false;
        long pause = 1;
        while (!thread.isStopping()) {
            try {
                boolean atOnce = opened ? step() : open();
                if (atOnce) {
                    opened = true;
                    pause = 1;
                    continue;
                }
                if (opened) {
                    // The site's hours begin later; the server offers the work again each time that it is asked.
                    pause = LONGEST_PAUSE_SECONDS;
                }
            } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
                failed(e);
            }
            if (thread.endsWithin(pause)) {
                return;
            }
            pause = Math.min(LONGEST_PAUSE_SECONDS, pause * 2);
        }
    }

    private boolean open() {
        if (!database.migrate()) {
            board.idle(State.WAITING_FOR_DATABASE, database.trouble().orElse("the database is not migrated yet"));
            return false;
        }
        audit.open();
        imports.open();
        work.warmUp();
        board.idle(State.CONNECTING, "");
        return true;
    }

    /** Returns whether the next step may follow at once. */
    private boolean step() {
        Optional<Witness.Alarm> alarm = witnessing.alarm();
        if (alarm.isPresent()) {
            board.idle(State.ERROR, alarm.get().text());
            return false;
        }
        WorkOffer offer = consortium.next();
        board.contacted();
        if (thread.isStopping()) {
            return true;
        }
        Optional<Verdict.Later> later = offer instanceof WorkOffer.Task task ? answer(task) : Optional.empty();
        if (offer instanceof WorkOffer.Task && later.isEmpty()) {
            witnessing.look();
        }
        board.idle(State.WAITING, later.map(Verdict.Later::reason).orElse(""));
        return later.isEmpty();
    }

    /** Returns until when the offer has to wait, by the hospital's policy; nothing if it was answered. */
    private Optional<Verdict.Later> answer(WorkOffer.Task offer) {
        if (unsent != null && !unsent.to().equals(offer)) {
            unsent = null;
        }
        Verdict verdict = policies.judge(offer, consortium::protocol);
        if (unsent != null && unsent.isOutdated(verdict)) {
            unsent = null;
        }
        if (verdict instanceof Verdict.Permitted permitted && unsent == null) {
            // A refusal is quickly made anew, and by then the steward may have imported the images.
            Parameters model = model(offer);
            noteTaken(offer);
            Answer done = work(offer, model, permitted.fewest());
            unsent = done instanceof Answer.Refusal ? null : Unsent.of(offer, done, permitted.fewest());
            if (unsent == null) {
                return send(offer, done);
            }
            noteDone();
            // The work may have taken hours: the steward may have changed the policy.
            verdict = policies.judge(offer, consortium::protocol);
            if (unsent.isOutdated(verdict)) {
                // The same work is offered again at once.
                unsent = null;
                return Optional.empty();
            }
        }
        if (verdict instanceof Verdict.Later later) {
            return Optional.of(later);
        }
        if (verdict instanceof Verdict.Refused refused) {
            unsent = null;
            return send(offer, new Answer.Refusal(refused.code(), refused.reason()));
        }
        noteDone();
        return send(offer, told(unsent.answer(), (Verdict.Permitted) verdict));
    }

    /** What is kept to be sent again is whole: the steward may allow the loss by then, or no more. */
    private static Answer told(Answer answer, Verdict.Permitted permitted) {
        return answer instanceof Answer.Update update && !permitted.trainingLoss() ? update.withoutLoss() : answer;
    }

    /** Work that fails is tried again every few seconds: it was taken once. */
    private void noteTaken(WorkOffer.Task offer) {
        if (!offer.equals(taken)) {
            audit.append(new SiteEvent.OfferTaken(offer));
            taken = offer;
        }
    }

    /** That the work is done is recorded at once, whatever the policy says by then of sending what came of it. */
    private void noteDone() {
        if (!unsent.noted()
                && unsent.to() instanceof WorkOffer.Train train
                && unsent.answer() instanceof Answer.Update update) {
            audit.append(new SiteEvent.TrainingDone(
                    train, update.parameters().digest(), update.metrics().examples(), update.dataset()));
        }
        unsent = unsent.withNoted(unsent.record());
    }

    /** Nothing of the site's images leaves before the site's own record of it is durable; sent again, it is the same. */
    private Optional<AuditRecord.Peer> recorded(WorkOffer.Task offer, Answer answer) {
        Optional<AuditRecord.Peer> known = unsent == null ? Optional.empty() : unsent.record();
        Optional<SiteEvent> event = known.isPresent() ? Optional.empty() : sending(offer, answer);
        if (event.isEmpty()) {
            return known;
        }
        AuditRecord record = audit.append(event.get());
        AuditRecord.Peer own = new AuditRecord.Peer(record.id(), record.leafHash());
        unsent = unsent.withNoted(Optional.of(own));
        audit.sign();
        return unsent.record();
    }

    private static Optional<SiteEvent> sending(WorkOffer.Task offer, Answer answer) {
        if (offer instanceof WorkOffer.Train train && answer instanceof Answer.Update update) {
            Parameters sent = update.parameters();
            return Optional.of(new SiteEvent.UpdateSent(
                    train,
                    sent.digest(),
                    update.metrics().examples(),
                    sent.header().totalBytes(),
                    update.dataset()));
        }
        return offer instanceof WorkOffer.Evaluate evaluate && answer instanceof Answer.Evaluation evaluation
                ? Optional.of(new SiteEvent.EvaluationSent(
                        evaluate, evaluation.scores().examples()))
                : Optional.empty();
    }

    private Optional<Verdict.Later> send(WorkOffer.Task offer, Answer answer) {
        board.working(State.UPLOADING, offer.study(), offer.round());
        try {
            consortium.send(offer, answer, recorded(offer, answer));
            unsent = null;
        } catch (ProblemException e) {
            if (NEVER_TAKEN.contains(e.problem().status())) {
                // The same seed gives the same bytes: working again would only bring the same refusal.
                unsent = Unsent.of(
                        offer,
                        new Answer.Refusal(
                                e.problem().code(), "The server refused this site's answer: " + e.getMessage()),
                        1);
            }
            throw e;
        }
        return Optional.empty();
    }

    private Answer work(WorkOffer.Task offer, Parameters model, int fewest) {
        if (offer instanceof WorkOffer.Train train) {
            board.working(State.TRAINING, train.study(), train.round());
            return work.train(train, model);
        }
        WorkOffer.Evaluate evaluate = (WorkOffer.Evaluate) offer;
        board.working(State.EVALUATING, evaluate.study(), evaluate.round());
        return work.evaluate(evaluate, model, fewest);
    }

    /** The model that was scored last is the one that the next round starts from: it is fetched once. */
    private Parameters model(WorkOffer.Task offer) {
        if (lastModel == null
                || !lastModel.digest().equals(offer.model())
                || !lastModel.architecture().equals(offer.architecture())) {
            lastModel = null;
            board.working(State.DOWNLOADING, offer.study(), offer.round());
            lastModel = consortium.model(offer.model(), offer.architecture());
        }
        return lastModel;
    }

    private void failed(Throwable failure) {
        if (thread.isStopping()) {
            return;
        }
        String text = NodeThread.text(failure);
        if (!text.equals(board.now().detail())) {
            LOG.log(Level.WARNING, failure, () -> "the node's work failed and is tried again: " + text);
        }
        board.idle(
                failure instanceof ProblemException refused
                                && refused.problem().code().equals(Database.UNAVAILABLE)
                        ? State.WAITING_FOR_DATABASE
                        : State.ERROR,
                text);
    }
}
