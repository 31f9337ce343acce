package org.consilium.site.poll;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Enrolment;
import org.consilium.contract.Messages;
import org.consilium.contract.Problem;
import org.consilium.site.audit.SiteAudit;
import org.consilium.site.audit.SiteEvent;
import org.consilium.site.platform.KeyFolder;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;

/**
 * Has the node ask to be let into the consortium, and knows how that stands. An undecided request is kept beside the key
 * and asked about until it is decided, also after a restart.
 */
@ApplicationScoped
public class Enrolments {

    /** The file in the key folder; it holds an enrolment code, which is a secret until it is used. */
    static final String FILE = "enrolment.json";

    private static final Logger LOG = Logger.getLogger(Enrolments.class.getName());
    private static final int AGAIN_SECONDS = 10;

    /** HTTP statuses that say that asking again brings the same: the code is unknown, used, taken back or malformed. */
    private static final Set<Integer> FINAL = Set.of(404, 409, 410, 422);

    private Consortium consortium;
    private SiteTokens tokens;
    private StatusBoard board;
    private SiteKey key;
    private KeyFolder folder;
    private SiteSettings settings;
    private SiteAudit audit;
    private Clock clock;
    private NodeThread thread;
    private volatile Optional<EnrolmentRequest> latest = Optional.empty();
    private volatile String trouble = "";

    /** For the container's proxy. */
    Enrolments() {}

    @Inject
    Enrolments(
            Consortium consortium,
            SiteTokens tokens,
            StatusBoard board,
            SiteKey key,
            KeyFolder folder,
            SiteSettings settings,
            SiteAudit audit,
            Clock clock,
            ManagedThreadFactory threads) {
        this(consortium, tokens, board, key, folder, settings, audit, clock, threads, null);
    }

    /** For tests, which do not wait. */
    Enrolments(
            Consortium consortium,
            SiteTokens tokens,
            StatusBoard board,
            SiteKey key,
            KeyFolder folder,
            SiteSettings settings,
            SiteAudit audit,
            Clock clock,
            ManagedThreadFactory threads,
            Poller.Pause pauses) {
        this.consortium = consortium;
        this.tokens = tokens;
        this.board = board;
        this.key = key;
        this.folder = folder;
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
        this.thread = new NodeThread("consilium-enrolment", threads, pauses);
        this.latest = kept();
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        thread.start(this::run);
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    /** Asks how an undecided request stands, until the node stops. */
    void run() {
        do {
            askAgain();
        } while (!thread.endsWithin(AGAIN_SECONDS));
    }

    /** Returns whether the site is a member, as far as the node knows; asks nobody. */
    public Membership membership() {
        return Membership.of(tokens.lastAnswer(), request(), trouble, board.now());
    }

    /**
     * Sends the public half of this node's key to the consortium, with the code of an invitation. Asking again with the
     * same code is harmless and tells how the request stands.
     *
     * @return the consortium's answer
     * @throws ProblemException if there is no code, the consortium refuses it or cannot be reached, or the code is another
     *     site's
     */
    public synchronized JsonObject ask(String code) {
        String given = code == null ? "" : code.strip();
        if (given.isEmpty()) {
            throw new ProblemException(new Problem(
                    "code-missing",
                    422,
                    "No invitation code",
                    "The invitation code is empty.",
                    "Type in the code that the consortium's coordinator sent to the hospital."));
        }
        Enrolment enrolment = new Enrolment(given, key.publicKey(), Consortium.VERSION);
        audit.append(new SiteEvent.EnrolmentSent(settings.server().getHost(), key.kid()));
        JsonObject answer = consortium.enrol(enrolment, key::sign);
        EnrolmentRequest now;
        String invited;
        try {
            invited = Messages.text(answer, "site");
            now = EnrolmentRequest.answered(given, enrolment.key().kid(), answer, clock.instant());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    new Problem(
                            "enrolment-unreadable",
                            502,
                            "The consortium server's answer is not understood",
                            settings.server() + " answers with something that this node does not understand: "
                                    + e.getMessage() + ".",
                            "Check consilium.server.url, and that both sides have the same Consilium version."),
                    e);
        }
        if (!invited.equals(settings.site().value())) {
            throw new ProblemException(new Problem(
                    "site-differs",
                    409,
                    "The code invites another site",
                    "The code invites site '" + invited + "', but this node is configured as '" + settings.site()
                            + "'.",
                    "Set consilium.site.id=" + invited + " in bootstrap.properties, start the node again, and enrol"
                            + " with the same code."));
        }
        keep(latest.map(now::after).orElse(now));
        return answer;
    }

    private synchronized void askAgain() {
        Optional<EnrolmentRequest> open = request().filter(made -> made.state() == EnrolmentRequest.State.REQUESTED);
        if (open.isEmpty()) {
            return;
        }
        try {
            ask(open.get().code());
        } catch (ProblemException e) {
            if (FINAL.contains(e.problem().status())) {
                keep(open.get().refused(e.problem().text(), clock.instant()));
            } else {
                failed(e);
            }
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            failed(e);
        }
    }

    /** A request that was made with another key is of a site that has lost that key since. */
    private Optional<EnrolmentRequest> request() {
        return latest.filter(made -> made.fingerprint().equals(key.kid()));
    }

    private void keep(EnrolmentRequest request) {
        trouble = "";
        if (!latest.equals(Optional.of(request))) {
            latest = Optional.of(request);
            LOG.info(() -> "the request of " + request.organisation() + " to join " + settings.server() + " is "
                    + request.state() + request.reason().map(why -> ": " + why).orElse(""));
            folder.replace(FILE, request.toJson().toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private Optional<EnrolmentRequest> kept() {
        Optional<byte[]> bytes = folder.existing(FILE);
        try {
            return bytes.map(
                    text -> EnrolmentRequest.fromJson(Responses.object(new String(text, StandardCharsets.UTF_8))));
        } catch (IllegalArgumentException | ProblemException e) {
            // Nothing is lost by it: the code can be entered again.
            LOG.log(Level.WARNING, e, () -> folder.file(FILE) + " holds no request to join; enter the code again");
            return Optional.empty();
        }
    }

    private void failed(Throwable failure) {
        if (thread.isStopping()) {
            return;
        }
        String text = NodeThread.text(failure);
        if (!text.equals(trouble)) {
            LOG.log(Level.WARNING, failure, () -> "how the request to join stands is asked again later: " + text);
        }
        trouble = text;
    }
}
