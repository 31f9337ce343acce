package org.consilium.server.round;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;

/**
 * One site's part in one round.
 *
 * @param site the site
 * @param state where it stands
 * @param since since when
 * @param update what it sent after training
 * @param validation its scores of the round's model on its validation images
 * @param test its scores on its test images, of the selected round only
 * @param beside what it answered beside these
 * @param bytesUp bytes of the bodies that it sent
 * @param bytesDown bytes of the parameters that it fetched
 * @param reason why it does not go on
 */
public record Share(
        SiteId site,
        ShareState state,
        Instant since,
        Optional<Update> update,
        Optional<SiteScores> validation,
        Optional<SiteScores> test,
        SideAnswers beside,
        long bytesUp,
        long bytesDown,
        Optional<String> reason) {

    /** Checks that nothing is missing. */
    public Share {
        Objects.requireNonNull(site, "site");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(beside, "beside");
        if (state == ShareState.ANSWERED && update.isEmpty()) {
            throw new IllegalArgumentException("a site has answered with an update");
        }
    }

    static Share awaited(SiteId site, Instant now) {
        return new Share(
                site,
                ShareState.AWAITED,
                now,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                SideAnswers.NONE,
                0,
                0,
                Optional.empty());
    }

    /** Returns whether its update is awaited. */
    public boolean trains() {
        return state == ShareState.AWAITED || state == ShareState.OFFERED;
    }

    /** Returns whether its validation scores are awaited, once the model is there. */
    public boolean validates() {
        return state == ShareState.ANSWERED;
    }

    /** Returns whether its test scores are awaited, where this round is the selected one. */
    public boolean tests() {
        return test.isEmpty() && (state == ShareState.ANSWERED || state == ShareState.EVALUATED);
    }

    /** Returns whether it is to say what its features are like, where a round asks for it. */
    public boolean describes() {
        return state == ShareState.ANSWERED && beside.describes();
    }

    /** Returns whether its verdict on impressions is awaited, where there are any. */
    public boolean judges() {
        return (state == ShareState.ANSWERED || state == ShareState.EVALUATED) && beside.judges();
    }

    Share in(ShareState next, Instant now) {
        return new Share(site, next, now, update, validation, test, beside, bytesUp, bytesDown, reason);
    }

    Share answered(Update sent, long bytes, Instant now) {
        return new Share(
                site,
                ShareState.ANSWERED,
                now,
                Optional.of(sent),
                validation,
                test,
                beside,
                bytesUp + bytes,
                bytesDown,
                Optional.empty());
    }

    Share validated(SiteScores scores, long bytes, Instant now) {
        return new Share(
                site,
                ShareState.EVALUATED,
                now,
                update,
                Optional.of(scores),
                test,
                beside,
                bytesUp + bytes,
                bytesDown,
                reason);
    }

    Share tested(SiteScores scores, long bytes) {
        return new Share(
                site,
                state,
                since,
                update,
                validation,
                Optional.of(scores),
                beside,
                bytesUp + bytes,
                bytesDown,
                reason);
    }

    Share described(Sha256 digest, long bytes) {
        return new Share(
                site,
                state,
                since,
                update,
                validation,
                test,
                beside.described(digest),
                bytesUp + bytes,
                bytesDown,
                reason);
    }

    Share judged(KeptVerdict verdict, long bytes) {
        return new Share(
                site,
                state,
                since,
                update,
                validation,
                test,
                beside.judged(verdict),
                bytesUp + bytes,
                bytesDown,
                reason);
    }

    Share with(SideAnswers said) {
        return new Share(site, state, since, update, validation, test, said, bytesUp, bytesDown, reason);
    }

    Share refused(String why, Instant now) {
        return new Share(
                site, ShareState.REFUSED, now, update, validation, test, beside, bytesUp, bytesDown, Optional.of(why));
    }

    /** Returns the part of a site that has left the study; what it sent stays on record and is not used. */
    Share left(Instant now) {
        return new Share(
                site,
                ShareState.WITHDRAWN,
                now,
                update,
                validation,
                test,
                beside,
                bytesUp,
                bytesDown,
                Optional.of("site-left: The site has left the study."));
    }

    Share fetched(long bytes) {
        return new Share(site, state, since, update, validation, test, beside, bytesUp, bytesDown + bytes, reason);
    }
}
