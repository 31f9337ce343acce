package org.consilium.server.portal;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Activity;
import org.consilium.contract.Heartbeat;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.round.Round;
import org.consilium.server.round.RoundState;
import org.consilium.server.round.Share;
import org.consilium.server.round.StudyView;
import org.consilium.server.site.LastHeartbeat;
import org.consilium.server.site.Lease;
import org.consilium.server.site.Site;
import org.consilium.server.site.SiteHealth;
import org.consilium.server.site.SiteStatus;

/**
 * One site in the table of sites.
 *
 * @param id its id
 * @param name its name
 * @param status whether it may take part and is in contact
 * @param contact when its node last asked for work or gave a sign of life, as a list of none or one
 * @param doing what it does in the studies that run
 * @param lease when the lease on its work was renewed, as a list of none or one
 * @param node the node's version
 * @param disk free space on the node's disk, or empty
 * @param hot whether a person should look at it
 */
public record SiteLine(
        String id,
        String name,
        Status status,
        List<Moment> contact,
        String doing,
        List<Moment> lease,
        String node,
        String disk,
        boolean hot) {

    private static final String IDLE = "Nothing is asked of it";

    /** Returns the line of a site. */
    static SiteLine of(Site site, SiteHealth health, List<StudyView> running, Instant now) {
        Optional<StudyId> named = health.doing().flatMap(LastHeartbeat::work).map(Lease::study);
        // A site does one thing at a time: what its node names comes before what else is asked of it.
        Optional<Work> work = running.stream()
                .sorted(Comparator.comparing(
                        study -> !named.equals(Optional.of(study.study().id()))))
                .flatMap(study -> work(study, site.id()).stream())
                .findFirst();
        boolean busy = work.filter(Work::busy).isPresent();
        Status status = status(site, health, busy, now);
        return new SiteLine(
                site.id().value(),
                site.name(),
                status,
                site.lastSeenAt().map(at -> new Moment(at, now)).stream().toList(),
                doing(health, busy).or(() -> work.map(Work::text)).orElse(IDLE),
                health.age().map(age -> new Moment(now.minus(age), now)).stream()
                        .toList(),
                site.nodeVersion().orElse(Figures.NONE),
                site.heartbeat()
                        .map(last -> Figures.count(last.freeDiskBytes() / Heartbeat.GIB) + " GiB free")
                        .orElse(""),
                status.kind().equals("warn") || status.kind().equals("bad"));
    }

    /**
     * What is asked of a site.
     *
     * @param text in words
     * @param busy whether it holds work that it does, as far as its health goes
     */
    private record Work(String text, boolean busy) {}

    private static Status status(Site site, SiteHealth health, boolean busy, Instant now) {
        if (site.status() == SiteStatus.REVOKED) {
            return Status.idle("Revoked");
        }
        if (site.status() == SiteStatus.SUSPENDED) {
            return Status.bad("Suspended");
        }
        if (health instanceof SiteHealth.NeverSeen) {
            return Status.idle("Never in contact");
        }
        if (health instanceof SiteHealth.Stalled stalled) {
            return Status.stalled(new Moment(stalled.since(), now));
        }
        if (health instanceof SiteHealth.Offline offline) {
            return Status.warn("Silent since " + new Moment(offline.since(), now).minute());
        }
        return switch (activity(health)) {
            case WAITING_FOR_DATABASE -> Status.warn("Waits for its database");
            case FAILING -> Status.warn("Fails, tries again");
            default -> busy ? Status.run("At work") : Status.ok("In contact");
        };
    }

    private static Activity activity(SiteHealth health) {
        return health.doing().map(LastHeartbeat::activity).orElse(Activity.IDLE);
    }

    /** What only the node knows; how far a round is, the round knows better than the last heartbeat. */
    private static Optional<String> doing(SiteHealth health, boolean busy) {
        return switch (activity(health)) {
            case IMPORTING -> busy ? Optional.empty() : Optional.of("Importing images");
            case WAITING_FOR_DATABASE -> Optional.of("Its database is out of reach");
            case FAILING -> Optional.of("Its work fails; its own status says why");
            default -> Optional.empty();
        };
    }

    private static Optional<Work> work(StudyView study, SiteId site) {
        Optional<Round> present = present(study);
        return present.flatMap(round -> round.share(site).map(share -> work(study, round, share)));
    }

    /** The round that answers are awaited of now. */
    static Optional<Round> present(StudyView study) {
        List<Round> rounds = study.rounds();
        if (study.study().isTesting()) {
            return rounds.stream()
                    .filter(round -> study.study().selectedRound().equals(Optional.of(round.number())))
                    .findFirst();
        }
        return rounds.isEmpty() ? Optional.empty() : Optional.of(rounds.get(rounds.size() - 1));
    }

    private static Work work(StudyView study, Round round, Share share) {
        String of = "round " + round.number() + " of " + study.study().id();
        boolean stalled = study.stalledSince(round, share).isPresent();
        if (study.study().isTesting()) {
            return share.tests()
                    ? held(stalled, "Scoring the test images", "Owes its scores of the test images")
                    : new Work("Has scored the test", false);
        }
        return switch (share.state()) {
            case AWAITED -> new Work("Has not fetched " + of, false);
            case OFFERED -> held(stalled, step(study, round, share) + ", " + of, "Owes its update, " + of);
            case ANSWERED ->
                round.state() == RoundState.DESCRIBING && share.describes()
                        ? held(stalled, "Describing features, " + of, "Owes its features, " + of)
                        : round.globalModel().isPresent()
                                ? held(stalled, "Scoring " + of, "Owes its scores, " + of)
                                : new Work("Has answered " + of, false);
            case EVALUATED ->
                round.refinement().isUndecided() && share.judges()
                        ? held(stalled, "Judging impressions, " + of, "Owes its verdict, " + of)
                        : new Work("Has scored " + of, false);
            case REFUSED -> new Work("Has refused " + of, false);
            case MISSED -> new Work("Has missed " + of, false);
            case WITHDRAWN -> new Work("Has left " + study.study().id(), false);
        };
    }

    private static Work held(boolean stalled, String does, String owes) {
        return stalled ? new Work(owes, false) : new Work(does, true);
    }

    /** Returns the part of the training work that the node names, where its last word is of this round. */
    private static String step(StudyView study, Round round, Share share) {
        return Optional.ofNullable(study.health().get(share.site()))
                .flatMap(SiteHealth::doing)
                .filter(last -> last.work()
                        .filter(lease -> lease.study().equals(round.study())
                                && lease.round().equals(round.number()))
                        .isPresent())
                .map(last -> switch (last.activity()) {
                    case FETCHING -> "Fetching the model";
                    case SENDING -> "Sending its update";
                    default -> "Training";
                })
                .orElse("Training");
    }

    /** Returns what needs a person first, then by id. */
    static int order(SiteLine one, SiteLine other) {
        int hot = Boolean.compare(other.hot, one.hot);
        return hot != 0 ? hot : one.id.compareTo(other.id);
    }

    /** Returns whether a share's answer is awaited in the round's state. */
    static boolean isAwaited(Round round, Share share) {
        return switch (round.state()) {
            case TRAINING -> share.trains();
            case DESCRIBING -> share.describes();
            case EVALUATING -> share.validates() || round.refinement().isUndecided() && share.judges();
            case AGGREGATING, REFINING, COMPLETED, FAILED -> false;
        };
    }
}
