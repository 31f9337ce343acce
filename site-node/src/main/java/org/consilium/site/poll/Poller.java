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
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.InvalidImpressionsException;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.site.audit.SiteAudit;
import org.consilium.site.audit.SiteEvent;
import org.consilium.site.audit.SiteEvent.Impressed;
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

    private static final int LONGEST_REASON = 450;

    /** HTTP statuses that say that these bytes will not be taken however often they are sent. */
    private static final Set<Integer> NEVER_TAKEN = Set.of(413, 422);

    private Consortium consortium;
    private Workbench bench;
    private StatusBoard board;
    private Database database;
    private Imports imports;
    private Policies policies;
    private SiteAudit audit;
    private Witnessing witnessing;
    private NodeThread thread;
    private Unsent unsent;
    private WorkOffer.Task taken;
    private WorkOffer.Task refused;

    /** For the container's proxy. */
    Poller() {}

    @Inject
    Poller(
            Consortium consortium,
            Workbench bench,
            StatusBoard board,
            Database database,
            Imports imports,
            Policies policies,
            SiteAudit audit,
            Witnessing witnessing,
            ManagedThreadFactory threads) {
        this(consortium, bench, board, database, imports, policies, audit, witnessing, threads, null);
    }

    /** For tests, which do not wait. */
    Poller(
            Consortium consortium,
            Workbench bench,
            StatusBoard board,
            Database database,
            Imports imports,
            Policies policies,
            SiteAudit audit,
            Witnessing witnessing,
            ManagedThreadFactory threads,
            Pause pauses) {
        this.consortium = consortium;
        this.bench = bench;
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
     * @param impressed how many impressions were trained on, empty where none were offered
     * @param noted whether the audit log has that the work is done
     * @param record that the answer is sent, where the audit log has that
     */
    private record Unsent(
            WorkOffer.Task to,
            Answer answer,
            Optional<Impressed> impressed,
            int fewest,
            boolean noted,
            Optional<AuditRecord.Peer> record) {

        static Unsent of(WorkOffer.Task to, Workbench.Done done, int fewest) {
            return new Unsent(to, done.answer(), done.impressed(), fewest, false, Optional.empty());
        }

        Unsent withNoted(Optional<AuditRecord.Peer> sent) {
            return new Unsent(to, answer, impressed, fewest, true, sent);
        }

        /** Figures tell more, or less, than the hospital allows once it has set another limit. */
        boolean isOutdated(Verdict verdict) {
            return (answer instanceof Answer.Evaluation || answer instanceof Answer.Statistics)
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
        bench.warmUp();
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
            Workbench.Material material;
            try {
                material = bench.fetch(offer);
            } catch (InvalidImpressionsException e) {
                return send(offer, refusing(offer, e.getMessage()));
            }
            noteTaken(offer);
            Workbench.Done done = bench.done(offer, material, permitted.fewest());
            // A refusal is quickly made anew, and by then the steward may have imported the images.
            unsent = done.answer() instanceof Answer.Refusal ? null : Unsent.of(offer, done, permitted.fewest());
            if (unsent == null) {
                return send(offer, done.answer());
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

    /** A refusal that does not arrive is sent again with the same offer: it is recorded once. */
    private Answer refusing(WorkOffer.Task offer, String why) {
        String reason = why.substring(0, Math.min(LONGEST_REASON, why.length()));
        if (!offer.equals(refused)) {
            audit.append(new SiteEvent.ImpressionsRefused(offer, reason));
            refused = offer;
        }
        return new Answer.Refusal(LocalWork.IMPRESSIONS_INVALID, reason);
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
                    train,
                    update.parameters().digest(),
                    update.metrics().examples(),
                    update.dataset(),
                    unsent.impressed()));
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
        unsent = unsent.withNoted(Optional.of(new AuditRecord.Peer(record.id(), record.leafHash())));
        audit.sign();
        return unsent.record();
    }

    private Optional<SiteEvent> sending(WorkOffer.Task offer, Answer answer) {
        if (offer instanceof WorkOffer.Train train && answer instanceof Answer.Update update) {
            Parameters sent = update.parameters();
            return Optional.of(new SiteEvent.UpdateSent(
                    train,
                    sent.digest(),
                    update.metrics().examples(),
                    sent.header().totalBytes(),
                    update.dataset(),
                    unsent.impressed()));
        }
        if (offer instanceof WorkOffer.Describe describe && answer instanceof Answer.Statistics statistics) {
            byte[] body = statistics.encode();
            return Optional.of(new SiteEvent.StatisticsSent(
                    describe,
                    Sha256.of(body),
                    body.length,
                    statistics.classes(),
                    statistics.examples(),
                    statistics.noise()));
        }
        if (offer instanceof WorkOffer.Judge judge && answer instanceof Answer.Judgement judgement) {
            ImpressionVerdict verdict = judgement.verdict();
            return Optional.of(new SiteEvent.VerdictSent(judge, verdict.images().size(), verdict.vetoes()));
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
                Answer refusal = new Answer.Refusal(
                        e.problem().code(), "The server refused this site's answer: " + e.getMessage());
                unsent = Unsent.of(offer, new Workbench.Done(refusal, Optional.empty()), 1);
            }
            throw e;
        }
        return Optional.empty();
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
