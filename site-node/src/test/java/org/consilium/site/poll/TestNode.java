package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.ClassStatistics.Products;
import org.consilium.contract.GatePlan;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Impressions;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StatisticsPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.site.audit.RecordedAudit;
import org.consilium.site.audit.SiteEvent;
import org.consilium.site.audit.Witness;
import org.consilium.site.images.NoImports;
import org.consilium.site.impression.ImpressionSets;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.DatabaseTest;
import org.consilium.site.platform.HeartbeatSettings;
import org.consilium.site.platform.KeyFolder;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;
import org.consilium.site.policy.Policies;
import org.consilium.site.policy.Terms;
import org.consilium.site.policy.Verdict;
import org.consilium.site.training.Answer;
import org.consilium.site.training.LocalWork;

/**
 * A node without a database and without networks, whose link to the consortium is real: its own REST client, tokens,
 * and loop. Its pauses take no time and are written down.
 */
final class TestNode {

    static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    static final GatePlan GATE = new GatePlan(0.01, 0.25, 0.6, 1);

    static final Sha256 FINGERPRINT = new Sha256("fa".repeat(32));

    /** What fails here fails on purpose: tests look at the status instead of the log. */
    private static final Logger LOG = Logger.getLogger(Poller.class.getName());

    private static final Logger HEARTBEATS_LOG = Logger.getLogger(Heartbeats.class.getName());

    private static final Logger ENROLMENTS_LOG = Logger.getLogger(Enrolments.class.getName());

    static {
        LOG.setLevel(Level.OFF);
        HEARTBEATS_LOG.setLevel(Level.OFF);
        ENROLMENTS_LOG.setLevel(Level.OFF);
    }

    final StatusBoard board = new StatusBoard(Clock.fixed(NOW, ZoneOffset.UTC));
    final List<Long> pauses = new ArrayList<>();
    final List<NodeStatus> duringPauses = new ArrayList<>();
    final Deque<Runnable> whilePausing = new ArrayDeque<>();
    final Work work = new Work();
    final RecordedAudit audit = new RecordedAudit();
    final NoImports imports = new NoImports();
    final ToldPolicies policies = new ToldPolicies();
    final SetsInMemory sets = new SetsInMemory();
    final ToldWitnessing witnessing = new ToldWitnessing();
    final SiteSettings settings;
    final Clock clock;
    final SiteKey key;
    final SiteTokens tokens;
    final Consortium consortium;
    final Workbench bench;
    final Poller poller;
    int migrationsThatFail;

    TestNode(ConsortiumOnASocket server, Path keyFolder) {
        this(server, keyFolder, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    TestNode(ConsortiumOnASocket server, Path keyFolder, Clock clock) {
        this.clock = clock;
        settings = new SiteSettings(
                new SiteId("site-1"),
                URI.create("https://consortium.test"),
                URI.create("https://keycloak.test/realms/consilium"),
                keyFolder,
                URI.create("https://site-1.test"));
        key = new SiteKey(new KeyFolder(settings));
        tokens = new SiteTokens(server.tokensApi(), key, settings, clock);
        consortium = new Consortium(server.api(), tokens);
        bench = new Workbench(consortium, work, policies, sets, board);
        poller = new Poller(
                consortium, bench, board, new Migrations(), imports, policies, audit, witnessing, null, this::pause);
        server.afterwards(poller::stop);
    }

    /** Returns the same node's loop with its real pauses, on a thread of its own. */
    Poller poller(ThreadFactory threads) {
        return new Poller(
                consortium, bench, board, new Migrations(), imports, policies, audit, witnessing, managed(threads));
    }

    /** Returns the same node's requests to join, which wait as they are told. */
    Enrolments enrolments(Poller.Pause between) {
        return new Enrolments(
                consortium, tokens, board, key, new KeyFolder(settings), settings, audit, clock, null, between);
    }

    /** Returns the same node's signs of life, which wait as they are told. */
    Heartbeats heartbeats(Poller.Pause between) {
        return new Heartbeats(
                consortium, board, imports, settings, new HeartbeatSettings(Duration.ofSeconds(30)), null, between);
    }

    /** Returns the same node's signs of life with their real pauses, on a thread of its own. */
    Heartbeats heartbeatsOn(ThreadFactory threads) {
        return new Heartbeats(
                consortium, board, imports, settings, new HeartbeatSettings(Duration.ofSeconds(30)), managed(threads));
    }

    private static ManagedThreadFactory managed(ThreadFactory threads) {
        return (ManagedThreadFactory) Proxy.newProxyInstance(
                TestNode.class.getClassLoader(),
                new Class<?>[] {ManagedThreadFactory.class},
                (self, method, arguments) -> threads.newThread((Runnable) arguments[0]));
    }

    /** Works until the consortium has nothing more to tell. */
    void run() {
        poller.run();
    }

    private boolean pause(long seconds) {
        pauses.add(seconds);
        duringPauses.add(board.now());
        Runnable meanwhile = whilePausing.poll();
        if (meanwhile != null) {
            meanwhile.run();
        }
        return pauses.size() > 50;
    }

    /** Decides as it is told, otherwise that all is permitted. */
    static final class ToldPolicies extends Policies {

        final Deque<Verdict> verdicts = new ArrayDeque<>();
        Terms terms = new Terms(true, Optional.of(new StatisticsPlan(Products.DIAGONAL, 5)), 0.5, Optional.of(GATE));

        ToldPolicies() {
            super(null, null, null, null, null);
        }

        @Override
        public Verdict judge(WorkOffer.Task offer, Function<Sha256, StudyProtocol> protocols) {
            Verdict told = verdicts.poll();
            return told == null ? new Verdict.Permitted(1, true) : told;
        }

        @Override
        public Terms terms(WorkOffer.Task offer, Function<Sha256, StudyProtocol> protocols) {
            return terms;
        }
    }

    /** Keeps sets, verdicts and vetoes. */
    final class SetsInMemory extends ImpressionSets {

        final Map<Sha256, Impressions> kept = new HashMap<>();
        final List<ImpressionVerdict> verdicts = new ArrayList<>();
        final SortedSet<Integer> unwanted = new TreeSet<>();

        @Override
        public Optional<Impressions> kept(Sha256 digest) {
            return Optional.ofNullable(kept.get(digest));
        }

        @Override
        public void keep(WorkOffer.Task offer, Impressions set) {
            kept.put(set.digest(), set);
            audit.append(new SiteEvent.ImpressionsFetched(offer, set.digest(), set.size()));
        }

        @Override
        public SortedSet<Integer> vetoed(Impressions set) {
            return unwanted;
        }

        @Override
        public void judged(ImpressionVerdict verdict) {
            verdicts.add(verdict);
        }
    }

    /** Sounds the alarm that it is told, and counts looks. */
    static final class ToldWitnessing extends Witnessing {

        Optional<Witness.Alarm> alarm = Optional.empty();
        int looks;

        ToldWitnessing() {
            super(null, null, null, null);
        }

        @Override
        Optional<Witness.Alarm> alarm() {
            return alarm;
        }

        @Override
        void look() {
            looks++;
        }
    }

    /** Answers what it is told, and counts. */
    static final class Work extends LocalWork {

        private final Deque<Supplier<Answer>> answers = new ArrayDeque<>();
        final List<WorkOffer> done = new ArrayList<>();
        final List<Parameters> models = new ArrayList<>();
        final List<Integer> fewest = new ArrayList<>();
        final List<Optional<Impressions>> trainedOn = new ArrayList<>();
        final List<String> described = new ArrayList<>();
        final List<Impressions> judged = new ArrayList<>();
        final List<Set<Integer>> judgedWithout = new ArrayList<>();
        final Deque<Runnable> whileWarmingUp = new ArrayDeque<>();

        Work() {
            super(null, null);
        }

        @Override
        public void warmUp() {
            Runnable event = whileWarmingUp.poll();
            if (event != null) {
                event.run();
            }
        }

        void answers(Supplier<Answer> answer) {
            answers.add(answer);
        }

        @Override
        public Answer train(WorkOffer.Train offer, Parameters model, Optional<Impressions> impressions) {
            trainedOn.add(impressions);
            return next(offer, model);
        }

        @Override
        public Answer describe(WorkOffer.Describe offer, Parameters model, StatisticsPlan plan, double noise) {
            described.add(plan + " " + noise);
            return next(offer, model);
        }

        @Override
        public Answer judge(
                WorkOffer.Judge offer, Parameters model, Impressions set, GatePlan plan, Set<Integer> unwanted) {
            judged.add(set);
            judgedWithout.add(unwanted);
            assertThat(plan).isEqualTo(GATE);
            return next(offer, model);
        }

        @Override
        public Answer evaluate(WorkOffer.Evaluate offer, Parameters model, int fewestOfALabel) {
            fewest.add(fewestOfALabel);
            return next(offer, model);
        }

        private Answer next(WorkOffer offer, Parameters model) {
            done.add(offer);
            models.add(model);
            return answers.remove().get();
        }
    }

    private final class Migrations extends Database {

        Migrations() {
            super(null, DatabaseTest.SETTINGS);
        }

        @Override
        public boolean migrate() {
            return migrationsThatFail-- <= 0;
        }
    }
}
