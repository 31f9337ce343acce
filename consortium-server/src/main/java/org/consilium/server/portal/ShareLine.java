package org.consilium.server.portal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.consilium.contract.ClassificationScores;
import org.consilium.server.round.Round;
import org.consilium.server.round.Share;
import org.consilium.server.round.SiteScores;
import org.consilium.server.round.StudyView;
import org.consilium.server.round.Update;
import org.consilium.server.site.Site;

/**
 * One site in the table of who has answered the present round.
 *
 * @param site its id
 * @param name its name
 * @param status where it stands
 * @param since since when
 * @param contact when its node last gave a sign of life, as a list of none or one
 * @param reason why it does not go on, or empty
 * @param examples training images
 * @param trainSeconds how long it trained
 * @param megabytesUp what it sent
 * @param megabytesDown what it fetched
 * @param accuracy of the round's model on its validation images
 * @param awaited whether the round waits for it
 */
public record ShareLine(
        String site,
        String name,
        Status status,
        Moment since,
        List<Moment> contact,
        String reason,
        String examples,
        String trainSeconds,
        String megabytesUp,
        String megabytesDown,
        String accuracy,
        boolean awaited) {

    static ShareLine of(StudyView study, Round round, Share share, Instant now) {
        Optional<Site> site = Optional.ofNullable(study.sites().get(share.site()));
        Optional<Update> update = share.update();
        boolean testing = study.study().isTesting();
        return new ShareLine(
                share.site().value(),
                site.map(Site::name).orElse(share.site().value()),
                study.stalledSince(round, share)
                        .map(at -> Status.stalled(new Moment(at, now)))
                        .orElseGet(() -> testing ? tested(share) : status(round, share)),
                new Moment(share.since(), now),
                site.flatMap(Site::lastSeenAt).map(at -> new Moment(at, now)).stream()
                        .toList(),
                share.reason().orElse(""),
                update.map(sent -> Figures.count(sent.metrics().examples())).orElse(Figures.NONE),
                Figures.seconds(
                        update.map(sent -> OptionalDouble.of(sent.metrics().seconds()))
                                .orElse(OptionalDouble.empty())),
                Figures.megabytes(share.bytesUp()),
                Figures.megabytes(share.bytesDown()),
                Figures.share(share.validation().map(SiteScores::value).map(ClassificationScores::accuracy)),
                study.study().isRunning() && (testing ? share.tests() : SiteLine.isAwaited(round, share)));
    }

    private static Status tested(Share share) {
        if (share.test().isPresent()) {
            return Status.ok("Test scored");
        }
        return share.tests() ? Status.run("Scoring the test, awaited") : Status.idle("Not asked");
    }

    private static Status status(Round round, Share share) {
        if (share.trains() && !SiteLine.isAwaited(round, share)) {
            return Status.idle("Did not answer");
        }
        return switch (share.state()) {
            case AWAITED -> new Status("idle", "i-wait", "Awaited, not fetched yet");
            case OFFERED -> Status.run("Training, awaited");
            case ANSWERED -> SiteLine.isAwaited(round, share) ? Status.run("Scoring, awaited") : Status.ok("Answered");
            case EVALUATED -> Status.ok("Answered and scored");
            case REFUSED -> Status.bad("Refused");
            case MISSED -> Status.warn("Missed the round");
            case WITHDRAWN -> Status.idle("Has left the study");
        };
    }
}
