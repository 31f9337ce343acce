package org.consilium.site.poll;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Es256Key;
import org.consilium.contract.KeyRotation;
import org.consilium.contract.KeyRotation.Step;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;

/**
 * Changes the site's key while the node works: makes the next key, offers it, gets a token by it, makes it the present one,
 * confirms it; or, until it is the present one, takes it back. What a failure or a restart leaves unfinished goes on by itself, each step being harmless to repeat.
 */
@ApplicationScoped
public class KeyRotations {

    private static final Logger LOG = Logger.getLogger(KeyRotations.class.getName());
    private static final int AGAIN_SECONDS = 60;

    /** What the server and Keycloak say to a key that they do not have. */
    private static final Set<String> LOST = Set.of("key-not-offered", SiteTokens.REFUSED);

    private Consortium consortium;
    private SiteTokens tokens;
    private SiteKey key;
    private SiteSettings settings;
    private Clock clock;
    private NodeThread thread;
    private volatile String trouble = "";

    /** For the container's proxy. */
    KeyRotations() {}

    @Inject
    KeyRotations(
            Consortium consortium,
            SiteTokens tokens,
            SiteKey key,
            SiteSettings settings,
            Clock clock,
            ManagedThreadFactory threads) {
        this(consortium, tokens, key, settings, clock, threads, null);
    }

    /** For tests, which do not wait. */
    KeyRotations(
            Consortium consortium,
            SiteTokens tokens,
            SiteKey key,
            SiteSettings settings,
            Clock clock,
            ManagedThreadFactory threads,
            Poller.Pause pauses) {
        this.consortium = consortium;
        this.tokens = tokens;
        this.key = key;
        this.settings = settings;
        this.clock = clock;
        this.thread = new NodeThread("consilium-key-rotation", threads, pauses);
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        thread.start(this::run);
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    /** Goes on with what is unfinished until the node stops. */
    void run() {
        do {
            goOn();
        } while (!thread.endsWithin(AGAIN_SECONDS));
    }

    /**
     * Changes to a new key, or goes on with the change that is not finished.
     *
     * @throws IllegalStateException if the new key cannot be kept, naming the file
     */
    synchronized void rotate() {
        if (key.state() == SiteKey.State.WITHDRAWING) {
            goOn();
        }
        key.prepare();
        goOn();
    }

    /**
     * Abandons the change that is not finished, if there is one; the consortium forgets the next key as soon as it can be
     * told.
     *
     * @return whether it is abandoned; not if the new key is in use already, which may be the only one that opens
     * @throws IllegalStateException if that cannot be kept, naming the file
     */
    synchronized boolean abandon() {
        if (key.state() == SiteKey.State.CONFIRMING) {
            return false;
        }
        key.abandon();
        goOn();
        return true;
    }

    /** Returns why the change did not go on at the last attempt, empty if it did or there is none. */
    String trouble() {
        return trouble;
    }

    private synchronized void goOn() {
        try {
            if (key.state() == SiteKey.State.WITHDRAWING) {
                withdraw();
            }
            if (key.state() == SiteKey.State.OFFERING) {
                offer();
            }
            if (key.state() == SiteKey.State.CONFIRMING) {
                confirm();
            }
            trouble = "";
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            failed(e);
        }
    }

    /** The token is got before the key is made the present one: it shows that Keycloak takes the key. */
    private void offer() {
        KeyRotation offer = step(Step.OFFER, key.next().orElseThrow());
        consortium.rotate(Step.OFFER, offer.toJson(key::signNext, key::sign));
        tokens.renew(key::signNext);
        key.promote();
        LOG.info(() -> "the site's key is " + key.kid() + " from now on");
    }

    private void withdraw() {
        KeyRotation withdrawal = step(Step.WITHDRAWAL, key.withdrawn().orElseThrow());
        consortium.rotate(Step.WITHDRAWAL, withdrawal.toJson(key::signWithdrawn, key::sign));
        key.forget();
    }

    private void confirm() {
        try {
            sendConfirmation();
        } catch (ProblemException e) {
            if (!LOST.contains(e.problem().code()) || !key.hasOld()) {
                throw e;
            }
            offerAgain();
            sendConfirmation();
        }
        key.settle();
    }

    private void sendConfirmation() {
        consortium.rotate(
                Step.CONFIRMATION, step(Step.CONFIRMATION, key.publicKey()).toJson(key::sign));
    }

    /** The consortium took the present key and has lost it since: the one before it consents once more, if that opens. */
    private void offerAgain() {
        tokens.renew(key::signOld);
        consortium.rotate(Step.OFFER, step(Step.OFFER, key.publicKey()).toJson(key::sign, key::signOld));
        tokens.renew(key::sign);
    }

    private KeyRotation step(Step step, Es256Key changedTo) {
        return new KeyRotation(step, settings.site(), settings.issuer().toString(), clock.instant(), changedTo);
    }

    private void failed(Throwable failure) {
        if (thread.isStopping()) {
            return;
        }
        String text = NodeThread.text(failure);
        if (!text.equals(trouble)) {
            LOG.log(Level.WARNING, failure, () -> "the change of the site's key goes on later: " + text);
        }
        trouble = text;
    }
}
