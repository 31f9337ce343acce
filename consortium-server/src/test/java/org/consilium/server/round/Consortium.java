package org.consilium.server.round;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import java.util.stream.Stream;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingMetrics;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.audit.RecordedEvents;
import org.consilium.server.globalmodel.Arrival;
import org.consilium.server.globalmodel.ImpressionSets;
import org.consilium.server.globalmodel.MemoryImpressionStore;
import org.consilium.server.globalmodel.MemoryModels;
import org.consilium.server.globalmodel.Pending;
import org.consilium.server.platform.LogIns.LogIn;
import org.consilium.server.platform.SteppedClock;
import org.consilium.server.site.HealthSettings;
import org.consilium.server.site.Heartbeats;
import org.consilium.server.site.MemorySiteStore;
import org.consilium.server.site.SiteChanges;
import org.consilium.server.site.Sites;
import org.consilium.server.study.MemoryStudyStore;
import org.consilium.server.study.Signature;
import org.consilium.server.study.Study;

/** The server's use cases of rounds on stores in memory and a clock that stands still; what a commit wakes, waits. */
final class Consortium implements Wakeups {

    final RecordedEvents audit = new RecordedEvents();
    final SteppedClock clock = new SteppedClock(Samples.START);
    final MemoryStudyStore studyStore = new MemoryStudyStore();
    final MemoryRoundStore roundStore;
    final MemoryModels kept = new MemoryModels(clock);
    final ImpressionSets sets = MemoryImpressionStore.sets();
    final MemoryRefinementStore refinements = new MemoryRefinementStore();
    final Zoo zoo = new Zoo();
    final SiteChanges changes = new SiteChanges();
    final MemorySiteStore siteStore = new MemorySiteStore();
    final Sites sites = new Sites(siteStore, clock, changes, audit);
    final Heartbeats heartbeats;
    final Studies studies;
    final Protocols protocols;
    final Rounds rounds;
    final Offers offers;
    final Course course;
    final RoundClerk clerk;
    final HeldPolls polls = new HeldPolls();

    private int logIns;

    private final Queue<StudyId> due = new ArrayDeque<>();
    private final Queue<SiteId> called = new ArrayDeque<>();

    Consortium() {
        this(MemoryRoundStore::new);
    }

    /** @param store makes the store of rounds, for tests of what happens while one waits for a lock */
    Consortium(Function<MemoryStudyStore, MemoryRoundStore> store) {
        roundStore = store.apply(studyStore);
        offers = new Offers(studyStore, roundStore, clock, audit);
        heartbeats = new Heartbeats(siteStore, offers, new HealthSettings(Samples.STALLED), clock);
        studies = new Studies(studyStore, roundStore, sites, heartbeats);
        rounds = new Rounds(studyStore, roundStore, sites, kept.models(), sets, refinements, this, clock, audit);
        protocols = new Protocols(studyStore, sites, kept.models(), rounds, this, zoo, clock, audit);
        course = new Course(studyStore, roundStore, sites, kept.models(), sets, refinements, this, clock, audit);
        clerk = clerk();
        polls.offers = offers;
        polls.sites = sites;
        kept.add(Samples.INITIAL);
        Stream.of(Samples.ONE, Samples.TWO, Samples.THREE).forEach(site -> sites.enrolled(site, "Hospital " + site));
    }

    /** Returns a clerk of another replica on the same stores. */
    RoundClerk clerk() {
        return new RoundClerk(
                course,
                kept.models(),
                new Refiner(course, kept.models(), zoo),
                new RoundSettings(Samples.CLAIM, Duration.ofSeconds(2)),
                clock);
    }

    @Override
    public void study(StudyId study) {
        due.add(study);
    }

    @Override
    public void erased(int updates) {
        // There are no bytes here.
    }

    @Override
    public void sites(List<SiteId> woken) {
        called.addAll(woken);
    }

    /** Does what the commits so far have made due, as the container would at once on another thread. */
    void settle() {
        while (!due.isEmpty() || !called.isEmpty()) {
            Optional.ofNullable(due.poll()).ifPresent(clerk::advance);
            Optional.ofNullable(called.poll()).ifPresent(polls::wake);
        }
    }

    /** Has a study drafted, proposed, signed by all and started, as people do it; returns it with its first round. */
    StudyView start(StudyProtocol protocol) {
        protocols.draft(protocol, "ada");
        protocols.propose(protocol.study());
        signAll(protocol.study());
        course.start(protocol.study());
        return studies.view(protocol.study());
    }

    /** Has the stewards sign the newest version who have not. */
    void signAll(StudyId id) {
        Study study = studyStore.find(id).orElseThrow();
        study.newest().awaited(study.left()).forEach(site -> sign(id, site));
    }

    Signature sign(StudyId id, SiteId site) {
        int version = studyStore.find(id).orElseThrow().newest().number();
        SigningStatement statement = protocols.ask(
                id, version, site, SigningStatement.Decision.APPROVE, Optional.empty(), "steward-" + site);
        return protocols.sign(id, version, site, "steward-" + site, logIn(statement), "token");
    }

    /** A log-in for a statement, just now. */
    LogIn logIn(SigningStatement statement) {
        // Each person logs in once for each statement.
        return logIn(statement, clock.instant().plusSeconds(++logIns));
    }

    /** A log-in for a statement at that time. */
    static LogIn logIn(SigningStatement statement, Instant at) {
        return new LogIn(
                statement.signer(),
                "Steward " + statement.site(),
                statement.site().value(),
                true,
                statement.nonce(),
                at,
                Duration.ofSeconds(1),
                "{}");
    }

    Study study() {
        return studyStore.find(Samples.STUDY).orElseThrow();
    }

    Round round(int number) {
        return roundStore.lock(Samples.STUDY, new RoundNumber(number)).orElseThrow();
    }

    Share share(int number, SiteId site) {
        return round(number).share(site).orElseThrow();
    }

    Optional<WorkOffer> poll(SiteId site) {
        return offers.next(site);
    }

    /** Sends an update as its resource takes it in; returns whether it is new. */
    boolean send(SiteId site, int number, long examples, Parameters update) throws IOException {
        return send(site, number, examples, update.encode());
    }

    /** Sends the bytes of an update as its resource takes them in; returns whether it is new. */
    boolean send(SiteId site, int number, long examples, byte[] body) throws IOException {
        return send(site, number, examples, body, Provenance.none());
    }

    /** Sends the bytes of an update with what the site says of where they come from. */
    boolean send(SiteId site, int number, long examples, byte[] body, Provenance provenance) throws IOException {
        RoundNumber round = new RoundNumber(number);
        TrainingMetrics metrics = Samples.metrics(examples);
        Arrival arrival = kept.arrival(body);
        Rounds.Expected expected =
                rounds.expect(Samples.STUDY, round, site, arrival.header().payloadDigest());
        arrival.mustBe(
                expected.study().protocol().architecture(),
                kept.models().get(expected.study().protocol().initialModel()).count());
        if (kept.models().find(arrival.header().payloadDigest()).isPresent()) {
            arrival.verify();
            return rounds.submitKnown(
                    Samples.STUDY,
                    round,
                    site,
                    arrival.header().payloadDigest(),
                    arrival.header().totalBytes(),
                    metrics,
                    provenance);
        }
        Pending pending = arrival.store();
        boolean taken = false;
        try {
            boolean isNew = rounds.submit(Samples.STUDY, round, site, pending, metrics, provenance);
            taken = true;
            return isNew;
        } finally {
            if (!taken) {
                kept.models().discard(pending);
            }
        }
    }

    boolean score(SiteId site, int number, Split split, ClassificationScores scores) {
        return rounds.submit(Samples.STUDY, new RoundNumber(number), site, split, scores, 100);
    }

    boolean refuse(SiteId site, int number, String code, String reason) {
        return rounds.refuse(Samples.STUDY, new RoundNumber(number), site, Optional.empty(), code, reason);
    }
}
