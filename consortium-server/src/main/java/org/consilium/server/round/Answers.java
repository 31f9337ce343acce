package org.consilium.server.round;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.Texts;
import org.consilium.server.platform.Refusal;
import org.consilium.server.study.Study;

/** Pure decisions on what sites send: whether it is taken, known already, or refused and why. */
final class Answers {

    private static final int LONGEST_REASON = 500;

    private Answers() {}

    /**
     * Decides on an update before its bytes are read, by the digest in its header.
     *
     * @return whether the same update is there already
     * @throws Refusal if it would not be taken
     */
    static boolean isRepeated(Round round, SiteId site, Sha256 digest) {
        Share share = participant(round, site);
        if (share.state() == ShareState.WITHDRAWN) {
            throw notAParticipant(round.study().value(), site);
        }
        if (share.update().isPresent()) {
            if (share.update().get().digest().equals(digest)) {
                return true;
            }
            throw Refusal.of(
                    409,
                    "update-differs",
                    "Round " + round.number() + " of study " + round.study() + " has another update of site " + site
                            + ", SHA-256 " + share.update().get().digest().brief() + ".",
                    "The first update stays; go on with the next offer.");
        }
        if (round.state() != RoundState.TRAINING) {
            throw closed(round, "updates");
        }
        return false;
    }

    /** Takes an update; a repeated one changes nothing. */
    static Decision update(Round round, SiteId site, Update update, long bytes, Instant now) {
        if (isRepeated(round, site, update.digest())) {
            return new Decision(round, false);
        }
        return new Decision(round.with(site, share -> share.answered(update, bytes, now)), true);
    }

    /** Takes scores on one split; repeated ones change nothing. */
    static Decision scores(
            Round round, Study study, SiteId site, Split split, ClassificationScores scores, long bytes, Instant now) {
        Share share = participant(round, site);
        checkClasses(study, scores);
        Optional<SiteScores> there = of(split, share);
        if (there.isPresent()) {
            if (there.get().value().equals(scores)) {
                return new Decision(round, false);
            }
            throw Refusal.of(
                    409,
                    "evaluation-differs",
                    "Round " + round.number() + " of study " + round.study() + " has other " + split.label()
                            + " scores of site " + site + ".",
                    "The first scores stay; go on with the next offer.");
        }
        checkSum(round, split, scores);
        checkEnough(study, scores);
        SiteScores kept = SiteScores.of(scores);
        if (split == Split.TEST) {
            if (!study.isTesting() || !study.selectedRound().get().equals(round.number()) || !share.tests()) {
                throw closed(round, "test scores");
            }
            return new Decision(round.with(site, old -> old.tested(kept, bytes)), true);
        }
        if (round.state() == RoundState.TRAINING || round.state() == RoundState.AGGREGATING) {
            throw Refusal.of(
                    409,
                    "round-not-open",
                    "Round " + round.number() + " of study " + round.study() + " has no model to score yet.",
                    "Poll for the next offer.");
        }
        if (round.state() != RoundState.EVALUATING || !share.validates()) {
            throw closed(round, "validation scores");
        }
        return new Decision(round.with(site, old -> old.validated(kept, bytes, now)), true);
    }

    /** Notes that a site will not or cannot do what is asked of it now; saying so again changes nothing. */
    static Decision refusal(Round round, Study study, SiteId site, String code, String reason, Instant now) {
        Share share = participant(round, site);
        if (share.state() == ShareState.REFUSED) {
            return new Decision(round, false);
        }
        boolean asked = round.state() == RoundState.TRAINING && share.trains()
                || round.state() == RoundState.EVALUATING && share.validates()
                || study.isTesting() && study.selectedRound().get().equals(round.number()) && share.tests();
        if (!asked) {
            throw closed(round, "refusals");
        }
        String text = Texts.fitting(code + ": " + reason, LONGEST_REASON, "none given");
        return new Decision(round.with(site, old -> old.refused(text, now)), true);
    }

    /** A figure over a few images says something of single patients; scores tell of each label by itself. */
    private static void checkEnough(Study study, ClassificationScores scores) {
        int least = study.protocol().privacy().minimumMetricExamples();
        for (int label = 0; label < scores.classes(); label++) {
            if (scores.examples(label) > 0 && scores.examples(label) < least) {
                throw Refusal.of(
                        422,
                        "evaluation-too-small",
                        "The scores tell of a label over fewer images than " + least
                                + ", the fewest that the protocol of" + " study " + study.id() + " allows.",
                        "Score no image of a label with fewer; these scores were not kept.");
            }
        }
    }

    private static void checkClasses(Study study, ClassificationScores scores) {
        ArchitectureId architecture = study.protocol().architecture();
        OptionalInt classes = architecture.classes();
        if (classes.isPresent() && classes.getAsInt() != scores.classes()) {
            throw Refusal.of(
                    422,
                    "evaluation-invalid",
                    "The scores are over " + scores.classes() + " classes, " + architecture + " has "
                            + classes.getAsInt() + ".",
                    "Score the model that the offer names.");
        }
    }

    /** Scores that do not add up with those of the other sites would keep the round from ever being completed. */
    private static void checkSum(Round round, Split split, ClassificationScores scores) {
        try {
            round.shares().stream()
                    .flatMap(share -> of(split, share).stream())
                    .map(SiteScores::value)
                    .reduce(scores, ClassificationScores::plus);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(
                    422,
                    "evaluation-invalid",
                    "The scores cannot be added to those of the other sites: " + e.getMessage() + ".",
                    "Score the model that the offer names, on images of this site only.");
        }
    }

    private static Optional<SiteScores> of(Split split, Share share) {
        return split == Split.TEST ? share.test() : share.validation();
    }

    private static Share participant(Round round, SiteId site) {
        return round.share(site).orElseThrow(() -> notAParticipant(round.study().value(), site));
    }

    static Refusal notAParticipant(String study, SiteId site) {
        return Refusal.of(
                403,
                "not-a-participant",
                "Site " + site + " takes no part in study " + study + ".",
                "Answer only what an offer asks for.");
    }

    static Refusal closed(Round round, String what) {
        return Refusal.of(
                409,
                "round-closed",
                "Round " + round.number() + " of study " + round.study() + " is " + round.state() + " and takes no "
                        + what + " of this site.",
                "Nothing is to be done; poll for the next offer.");
    }
}
