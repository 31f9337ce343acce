package org.consilium.server.portal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.consilium.contract.Activity;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Effort;
import org.consilium.contract.Heartbeat;
import org.consilium.contract.Optimiser;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.ScoreHistogram;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingMetrics;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.protocol.Schedule;
import org.consilium.server.round.Refinement;
import org.consilium.server.round.Round;
import org.consilium.server.round.RoundResult;
import org.consilium.server.round.RoundState;
import org.consilium.server.round.Share;
import org.consilium.server.round.ShareState;
import org.consilium.server.round.SideAnswers;
import org.consilium.server.round.SiteScores;
import org.consilium.server.round.StudyView;
import org.consilium.server.round.Update;
import org.consilium.server.site.LastHeartbeat;
import org.consilium.server.site.Lease;
import org.consilium.server.site.Site;
import org.consilium.server.site.SiteHealth;
import org.consilium.server.site.SiteStatus;
import org.consilium.server.study.SignedStudies;
import org.consilium.server.study.Study;

/** A study of two sites, at any point of its course. */
final class Example {

    static final Instant START = Instant.parse("2026-11-25T09:00:00Z");
    static final SiteId ONE = new SiteId("site-1");
    static final SiteId TWO = new SiteId("site-2");
    private static final StudyId ID = new StudyId("study-1");

    private Example() {}

    static Study study(int rounds) {
        return study(ID, rounds);
    }

    static Study study(StudyId id, int rounds) {
        return SignedStudies.running(
                SignedStudies.protocol(
                        id,
                        "Blood cells",
                        "blood28",
                        new ArchitectureId("cnn.28x28x3.2"),
                        model(0),
                        new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0), 7),
                        List.of(ONE, TWO),
                        new Schedule(rounds, 2, Duration.ofHours(1), true)),
                START);
    }

    static StudyView view(Study study, Round... rounds) {
        return view(study, List.of(rounds));
    }

    static StudyView view(Study study, List<Round> rounds) {
        SiteHealth well = new SiteHealth.Online(Optional.empty(), Optional.empty());
        return view(study, Map.of(ONE, well, TWO, well), rounds);
    }

    /** The same at the moment at which its sites are like that. */
    static StudyView view(Study study, Map<SiteId, SiteHealth> health, List<Round> rounds) {
        Map<SiteId, Site> sites = new TreeMap<>();
        sites.put(ONE, site("site-1", "Kita Hospital", START));
        sites.put(TWO, site("site-2", "Aoba Hospital", START));
        return new StudyView(study, List.of(study.current()), rounds, List.of(), sites, health);
    }

    static Site site(String id, String name, Instant seen) {
        return new Site(
                new SiteId(id),
                name,
                SiteStatus.ACTIVE,
                START,
                Optional.ofNullable(seen),
                Optional.of("0.1.0"),
                START,
                Optional.empty());
    }

    /** The same site, whose node said then that it does that, for round 3 where it is work. */
    static Site beaten(Site site, Instant at, Activity activity) {
        return new Site(
                site.id(),
                site.name(),
                site.status(),
                site.tokensValidFrom(),
                Optional.of(at),
                site.nodeVersion(),
                site.createdAt(),
                Optional.of(beat(ID, at, activity)));
    }

    static LastHeartbeat beat(StudyId study, Instant at, Activity activity) {
        return new LastHeartbeat(
                at,
                activity,
                at,
                13 * Heartbeat.GIB,
                activity.isWork() ? Optional.of(new Lease(study, new RoundNumber(3), at)) : Optional.empty());
    }

    static SiteHealth online(Instant at, Activity activity) {
        return new SiteHealth.Online(Optional.of(beat(ID, at, activity)), Optional.of(Duration.ofSeconds(9)));
    }

    static SiteHealth stalled(Instant since) {
        return new SiteHealth.Stalled(since, Optional.empty(), Duration.ofSeconds(300));
    }

    /** A round that is going on; its sites stand where the states say, both have 100 training images. */
    static Round open(int number, RoundState state, ShareState one, ShareState two) {
        boolean modelled = state == RoundState.EVALUATING;
        return round(
                number,
                state,
                List.of(share(ONE, one, Double.NaN, Double.NaN), share(TWO, two, Double.NaN, Double.NaN)),
                modelled);
    }

    /** A round that was completed with these accuracies of its two sites. */
    static Round completed(int number, double one, double two) {
        return round(
                number,
                RoundState.COMPLETED,
                List.of(
                        share(ONE, ShareState.EVALUATED, one, Double.NaN),
                        share(TWO, ShareState.EVALUATED, two, Double.NaN)),
                true);
    }

    /** The same round, whose first site has also scored its test images. */
    static Round tested(int number, double one, double two, double test) {
        return round(
                number,
                RoundState.COMPLETED,
                List.of(share(ONE, ShareState.EVALUATED, one, test), share(TWO, ShareState.EVALUATED, two, Double.NaN)),
                true);
    }

    static List<Round> completed(int count) {
        return new ArrayList<>(IntStream.rangeClosed(1, count)
                .mapToObj(number -> completed(number, 0.5 + number / 100.0, 0.4 + number / 100.0))
                .toList());
    }

    private static Round round(int number, RoundState state, List<Share> shares, boolean modelled) {
        Instant opened = START.plusSeconds(30L * (number - 1));
        Instant aggregated = opened.plusMillis(20_250);
        boolean done = state == RoundState.COMPLETED;
        return new Round(
                ID,
                new RoundNumber(number),
                1,
                state,
                model(number - 1),
                modelled ? Optional.of(model(number)) : Optional.empty(),
                modelled ? Optional.of(model(number)) : Optional.empty(),
                opened,
                opened.plus(Duration.ofHours(1)),
                Optional.empty(),
                modelled ? Optional.of(aggregated) : Optional.empty(),
                modelled ? OptionalDouble.of(0.02) : OptionalDouble.empty(),
                done ? Optional.of(aggregated.plusSeconds(2)) : Optional.empty(),
                done ? RoundResult.of(shares, Share::validation) : Optional.empty(),
                Refinement.NONE,
                shares);
    }

    private static Share share(SiteId site, ShareState state, double validation, double test) {
        boolean answered = state == ShareState.ANSWERED || state == ShareState.EVALUATED;
        return new Share(
                site,
                state,
                START.plusSeconds(5),
                answered
                        ? Optional.of(new Update(model(99), new TrainingMetrics(100, 0.5, 20, "test")))
                        : Optional.empty(),
                scores(validation),
                scores(test),
                SideAnswers.NONE,
                answered ? 1_500_000 : 0,
                state == ShareState.AWAITED ? 0 : 1_000_000,
                state == ShareState.REFUSED ? Optional.of("no-images: there are none.") : Optional.empty());
    }

    private static Optional<SiteScores> scores(double accuracy) {
        if (Double.isNaN(accuracy)) {
            return Optional.empty();
        }
        long right = Math.round(accuracy * 100);
        ScoreHistogram none = new ScoreHistogram(new long[ScoreHistogram.BINS], new long[ScoreHistogram.BINS]);
        return Optional.of(SiteScores.of(new ClassificationScores(
                50, new long[][] {{right, 100 - right}, {0, 0}}, List.of(none, none))));
    }

    static Sha256 model(int number) {
        return new Sha256(String.format("%064x", 0xabc000 + number));
    }
}
