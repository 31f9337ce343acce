package org.consilium.server.round;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Head;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StatisticsPlan;
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
        if (round.state() != RoundState.EVALUATING
                && round.state() != RoundState.COMPLETED
                && round.state() != RoundState.FAILED) {
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

    /**
     * Takes what a site says of its features; the same bytes again change nothing.
     *
     * @param sent what it says
     * @param head of the network whose features they are
     */
    static Decision statistics(
            Round round, Study study, SiteId site, ClassStatistics.Received sent, Head head, long bytes) {
        Share share = participant(round, site);
        Optional<Sha256> there = share.beside().statistics();
        if (there.isPresent()) {
            if (there.get().equals(sent.digest())) {
                return new Decision(round, false);
            }
            throw Refusal.of(
                    409,
                    "statistics-differ",
                    "Round " + round.number() + " of study " + round.study() + " has other statistics of site " + site
                            + ", SHA-256 " + there.get().brief() + ".",
                    "The first statistics stay; go on with the next offer.");
        }
        Optional<StatisticsPlan> wanted = study.method().statistics();
        if (round.state() != RoundState.DESCRIBING || share.state() != ShareState.ANSWERED || wanted.isEmpty()) {
            throw closed(round, "statistics");
        }
        checkOrigin(round, study, sent.origin());
        ClassStatistics said = sent.statistics();
        if (said.kind() != wanted.get().products()
                || said.features() != head.features()
                || said.classes() != head.classes()) {
            throw invalidStatistics("The statistics are " + said.kind() + ", of " + said.features() + " features and "
                    + said.classes() + " classes; asked for are "
                    + wanted.get().products() + ", " + head.features() + " and " + head.classes() + ".");
        }
        checkCounts(study, share, wanted.get(), said);
        return new Decision(round.with(site, old -> old.described(sent.digest(), bytes)), true);
    }

    private static void checkOrigin(Round round, Study study, ModelOrigin origin) {
        ModelOrigin asked = new ModelOrigin(
                study.protocol().digest(),
                round.number(),
                round.aggregate().orElseThrow(),
                study.protocol().architecture());
        if (!origin.equals(asked)) {
            throw invalidStatistics("The statistics are of " + origin + ", asked for are those of " + asked + ".");
        }
    }

    private static Refusal invalidStatistics(String detail) {
        return Refusal.of(
                422, "statistics-invalid", detail, "Describe the images under the model that the offer names.");
    }

    /** A sum over a few images says something of single patients. */
    private static void checkCounts(Study study, Share share, StatisticsPlan plan, ClassStatistics said) {
        int least = Math.max(plan.least(), study.protocol().privacy().minimumMetricExamples());
        long sum = 0;
        for (int k = 0; k < said.classes(); k++) {
            sum += said.count(k);
            if (said.count(k) > 0 && said.count(k) < least) {
                throw Refusal.of(
                        422,
                        "statistics-too-small",
                        "The statistics describe " + said.count(k) + " images of class " + k
                                + ", the protocol of study " + study.id() + " allows none over fewer than " + least
                                + ".",
                        "Leave such classes out; the statistics were not kept.");
            }
        }
        long examples = share.update().orElseThrow().metrics().examples();
        if (sum > examples) {
            throw invalidStatistics(
                    "The statistics describe " + sum + " images, the site has trained on " + examples + ".");
        }
    }

    /**
     * Takes a verdict on the round's impressions; the same again changes nothing.
     *
     * @param images how many images the set has that is judged, 0 where there is none
     */
    static Decision verdict(Round round, SiteId site, ImpressionVerdict said, int images, long bytes) {
        Share share = participant(round, site);
        KeptVerdict kept = KeptVerdict.of(said);
        Optional<KeptVerdict> there = share.beside().verdict();
        if (there.isPresent()) {
            if (there.get().equals(kept)) {
                return new Decision(round, false);
            }
            throw Refusal.of(
                    409,
                    "verdict-differs",
                    "Round " + round.number() + " of study " + round.study() + " has another verdict of site " + site
                            + ".",
                    "The first verdict stays; go on with the next offer.");
        }
        boolean open =
                round.state() == RoundState.EVALUATING && round.refinement().isUndecided();
        if (!open || share.state() != ShareState.ANSWERED && share.state() != ShareState.EVALUATED) {
            throw closed(round, "verdicts");
        }
        Sha256 set = round.refinement().made().orElseThrow();
        if (!said.set().equals(set) || said.images().size() != images) {
            throw Refusal.of(
                    422,
                    "verdict-invalid",
                    "The verdict is on " + said.images().size() + " images of the set "
                            + said.set().brief() + ", asked for is one on the " + images + " of " + set.brief() + ".",
                    "Judge the impressions that the offer names, all of them.");
        }
        return new Decision(round.with(site, old -> old.judged(kept, bytes)), true);
    }

    /** What a site can refuse, in the order in which it is offered. */
    enum Task {
        /** Training. */
        TRAIN,
        /** Saying what its features are like. */
        DESCRIBE,
        /** Judging impressions. */
        JUDGE,
        /** Scoring a model. */
        EVALUATE
    }

    /**
     * Notes that a site will not or cannot do what is asked of it now; saying so again changes nothing. A site that does not
     * describe or judge goes on with the rest.
     *
     * @param named what it refuses; empty for what it is offered now
     */
    static Decision refusal(
            Round round, Study study, SiteId site, Optional<Task> named, String code, String reason, Instant now) {
        Share share = participant(round, site);
        if (share.state() == ShareState.REFUSED) {
            return new Decision(round, false);
        }
        String text = Texts.fitting(code + ": " + reason, LONGEST_REASON, "none given");
        SideAnswers beside = share.beside();
        boolean said = named.isEmpty()
                ? beside.notDescribed().equals(Optional.of(text))
                        || beside.notJudged().equals(Optional.of(text))
                : named.get() == Task.DESCRIBE && beside.notDescribed().isPresent()
                        || named.get() == Task.JUDGE && beside.notJudged().isPresent();
        if (said) {
            return new Decision(round, false);
        }
        Task refused = (named.isPresent() ? named.stream() : Stream.of(Task.values()))
                .filter(task -> isAsked(round, study, share, task))
                .findFirst()
                .orElseThrow(() -> closed(round, "refusals"));
        return new Decision(
                round.with(site, old -> switch (refused) {
                    case TRAIN, EVALUATE -> old.refused(text, now);
                    case DESCRIBE -> old.with(beside.undescribed(text));
                    case JUDGE -> old.with(beside.unjudged(text));
                }),
                true);
    }

    private static boolean isAsked(Round round, Study study, Share share, Task task) {
        boolean evaluating = round.state() == RoundState.EVALUATING;
        return switch (task) {
            case TRAIN -> round.state() == RoundState.TRAINING && share.trains();
            case DESCRIBE -> round.state() == RoundState.DESCRIBING && share.describes();
            case JUDGE -> evaluating && round.refinement().isUndecided() && share.judges();
            case EVALUATE ->
                evaluating && share.validates()
                        || study.isTesting() && study.selectedRound().get().equals(round.number()) && share.tests();
        };
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
