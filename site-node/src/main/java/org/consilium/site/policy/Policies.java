package org.consilium.site.policy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.consilium.contract.Problem;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.site.images.ImageLibrary;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.SiteSettings;

/** The use cases of the hospital's policy: read and write it, decide on offers by it. */
@ApplicationScoped
public class Policies {

    private PolicyStore store;
    private Database database;
    private ImageLibrary images;
    private SiteSettings settings;
    private Clock clock;
    private volatile Known known;

    /** For the container's proxy. */
    Policies() {}

    /**
     * @param store where policies and decisions are kept
     * @param database for the error when it is out of reach
     * @param images to be counted
     * @param settings which site this is
     * @param clock says when
     */
    @Inject
    public Policies(PolicyStore store, Database database, ImageLibrary images, SiteSettings settings, Clock clock) {
        this.store = store;
        this.database = database;
        this.images = images;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Decides on an offer, and keeps the decision unless it is to wait.
     *
     * @param protocols gives the protocol of a digest, as the consortium has it
     * @throws ProblemException if the database or the consortium is out of reach, or gives another protocol
     */
    public Verdict judge(WorkOffer.Task offer, Function<Sha256, StudyProtocol> protocols) {
        return database.asking(() -> {
            SitePolicy policy = store.policy().policy();
            Instant now = clock.instant();
            Verdict verdict = judge(policy, offer, protocols, now);
            if (verdict instanceof Verdict.Permitted) {
                // Another node on this database may have been permitted a round since the day's were counted.
                Optional<Verdict.Refused> tooLate =
                        store.permit(offer, dayOf(policy, now), now, policy::refusesAnotherRound);
                verdict = tooLate.isPresent() ? tooLate.get() : verdict;
            }
            if (verdict instanceof Verdict.Refused refused) {
                store.keep(offer, Optional.of(refused), now);
            } else if (verdict instanceof Verdict.Permitted) {
                store.keep(offer, Optional.empty(), now);
            }
            return verdict;
        });
    }

    private Verdict judge(
            SitePolicy policy, WorkOffer.Task offer, Function<Sha256, StudyProtocol> protocols, Instant now)
            throws SQLException {
        Optional<Verdict.Refused> unsigned = policy.refuses(offer);
        if (unsigned.isPresent()) {
            return unsigned.get();
        }
        StudyProtocol protocol = verified(offer.protocol(), protocols);
        Optional<Verdict.Refused> different = SignedWork.difference(offer, protocol, settings.site());
        if (different.isPresent()) {
            return different.get();
        }
        // Synthesised images are compared with training images, and features are of these as well.
        Split split = offer instanceof WorkOffer.Evaluate evaluate ? evaluate.split() : Split.TRAIN;
        Facts facts = new Facts(
                images.counts(protocol.data().dataset(), split),
                store.trainedSince(
                        dayOf(policy, now), offer.protocol(), offer.round().value()),
                now);
        return policy.judge(offer, protocol, facts);
    }

    /** The day begins where the hours are read. */
    private static Instant dayOf(SitePolicy policy, Instant now) {
        ZoneId zone = policy.hours().map(Hours::zone).orElse(ZoneOffset.UTC);
        return now.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
    }

    /**
     * Returns on which terms work is done that {@link #judge} has permitted.
     *
     * @throws ProblemException if the database or the consortium is out of reach, or gives another protocol
     */
    public Terms terms(WorkOffer.Task offer, Function<Sha256, StudyProtocol> protocols) {
        return database.asking(() -> store.policy().policy().terms(verified(offer.protocol(), protocols)));
    }

    /** A study asks several times in each round by the same version: it is fetched once. */
    private StudyProtocol verified(Sha256 digest, Function<Sha256, StudyProtocol> protocols) {
        Known before = known;
        if (before != null && before.digest().equals(digest)) {
            return before.protocol();
        }
        StudyProtocol protocol = protocols.apply(digest);
        if (!protocol.digest().equals(digest)) {
            throw new ProblemException(new Problem(
                    "protocol-differs",
                    502,
                    "The server gave another protocol",
                    "The protocol " + digest + " was asked for, one with SHA-256 " + protocol.digest() + " came.",
                    "The node asks again by itself; tell the consortium's administrator if this stays."));
        }
        known = new Known(digest, protocol);
        return protocol;
    }

    /** The protocol that was asked for last. */
    private record Known(Sha256 digest, StudyProtocol protocol) {}

    /** Returns the policy that is in force. */
    PolicyStore.Written policy() {
        return database.asking(store::policy);
    }

    /** Writes another policy. */
    PolicyStore.Written write(UnaryOperator<SitePolicy> change, String by) {
        return database.asking(() -> store.change(change, by, clock.instant()));
    }

    /** Returns the latest refusals, the youngest first. */
    List<PolicyStore.Refusal> refusals(int limit) {
        return database.asking(() -> store.refusals(limit));
    }
}
