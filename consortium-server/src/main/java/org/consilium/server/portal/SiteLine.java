package org.consilium.server.portal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.SiteId;
import org.consilium.server.round.Round;
import org.consilium.server.round.Share;
import org.consilium.server.round.StudyView;
import org.consilium.server.site.Site;
import org.consilium.server.site.SiteStatus;

/**
 * One site in the table of sites.
 *
 * @param id its id
 * @param name its name
 * @param status whether it may take part and is in contact
 * @param contact when its node last asked for work, as a list of none or one
 * @param doing what it does in the studies that run
 * @param node the node's version
 * @param hot whether a person should look at it
 */
public record SiteLine(
        String id, String name, Status status, List<Moment> contact, String doing, String node, boolean hot) {

    /** A node that has nothing to do asks again within a minute; one that trains or sends does not ask meanwhile. */
    static final Duration QUIET_AFTER = Duration.ofSeconds(90);

    private static final String IDLE = "Nothing is asked of it";

    /** Returns the line of a site. */
    static SiteLine of(Site site, List<StudyView> running, Instant now) {
        Optional<Work> work = running.stream()
                .flatMap(study -> work(study, site.id()).stream())
                .findFirst();
        boolean busy = work.filter(Work::busy).isPresent();
        Status status = status(site, busy, now);
        return new SiteLine(
                site.id().value(),
                site.name(),
                status,
                site.lastSeenAt().map(at -> new Moment(at, now)).stream().toList(),
                work.map(Work::text).orElse(IDLE),
                site.nodeVersion().orElse(Figures.NONE),
                status.kind().equals("warn") || status.kind().equals("bad"));
    }

    /**
     * What a site does.
     *
     * @param text in words
     * @param busy whether it is at work, and so does not ask
     */
    private record Work(String text, boolean busy) {}

    private static Status status(Site site, boolean busy, Instant now) {
        if (site.status() == SiteStatus.SUSPENDED) {
            return Status.bad("Suspended");
        }
        if (site.lastSeenAt().isEmpty()) {
            return Status.idle("Never in contact");
        }
        if (busy) {
            return Status.run("At work");
        }
        Instant seen = site.lastSeenAt().get();
        return seen.plus(QUIET_AFTER).isAfter(now) ? Status.ok("In contact") : Status.warn("Silent");
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
        if (study.study().isTesting()) {
            return share.tests() ? new Work("Scoring the test images", true) : new Work("Has scored the test", false);
        }
        return switch (share.state()) {
            case AWAITED -> new Work("Has not fetched " + of, false);
            case OFFERED -> new Work("Training, " + of, true);
            case ANSWERED ->
                round.globalModel().isPresent()
                        ? new Work("Scoring " + of, true)
                        : new Work("Has answered " + of, false);
            case EVALUATED -> new Work("Has scored " + of, false);
            case REFUSED -> new Work("Has refused " + of, false);
            case MISSED -> new Work("Has missed " + of, false);
            case WITHDRAWN -> new Work("Has left " + study.study().id(), false);
        };
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
            case EVALUATING -> share.validates();
            case AGGREGATING, COMPLETED, FAILED -> false;
        };
    }
}
