package org.consilium.site.policy;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.consilium.algorithm.Strategies;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.contract.StatisticsPlan;
import org.consilium.contract.StudyId;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.StudyProtocol;

/**
 * What this node may do.
 *
 * @param protocols SHA-256 of the protocol versions that it may work by; none, and it works for nobody
 * @param studies the studies that it may work for, all if empty
 * @param architectures networks by their id or by their family, the id's first part; all if empty
 * @param minimumExamples fewest training images that it trains on, 1 to 1,000,000,000
 * @param maximumRoundsADay most rounds that it trains in a day, 1 to 10,000; any number if empty
 * @param hours when it works, always if empty
 * @param impressions whether it trains on images that the server synthesises, and judges them; without them it trains on
 *     its own alone
 * @param statistics what it says of its images' features
 * @param metrics the splits whose figures may leave: of val and test their scores, of train the mean loss of an update
 * @param minimumMetricExamples fewest images that figures which leave may be over, the loss of an update as well, and so the
 *     fewest of a label that is scored, 1 to 1,000,000; as DataSHIELD's {@code nfilter.tab}
 */
public record SitePolicy(
        Set<Sha256> protocols,
        Optional<Set<StudyId>> studies,
        Optional<Set<String>> architectures,
        long minimumExamples,
        OptionalInt maximumRoundsADay,
        Optional<Hours> hours,
        boolean impressions,
        StatisticsPolicy statistics,
        Set<Split> metrics,
        int minimumMetricExamples) {

    private static final long MOST_EXAMPLES = 1_000_000_000;
    private static final int MOST_ROUNDS = 10_000;
    private static final int MOST_METRIC_EXAMPLES = 1_000_000;
    private static final int MOST_NAMES = 1_000;

    /** Checks the ranges. */
    public SitePolicy {
        protocols = java.util.Collections.unmodifiableSet(new TreeSet<>(protocols));
        studies = studies.map(names -> java.util.Collections.unmodifiableSet(new TreeSet<>(names)));
        architectures = architectures.map(names -> java.util.Collections.unmodifiableSet(new TreeSet<>(names)));
        metrics = java.util.Collections.unmodifiableSet(new TreeSet<>(metrics));
        Objects.requireNonNull(hours, "hours");
        Objects.requireNonNull(statistics, "statistics");
        if (protocols.size() > MOST_NAMES
                || studies.map(Set::size).orElse(0) > MOST_NAMES
                || architectures.map(Set::size).orElse(0) > MOST_NAMES) {
            throw new IllegalArgumentException("a policy names at most " + MOST_NAMES + " of a kind");
        }
        architectures.ifPresent(names -> names.forEach(ArchitectureId::new));
        requireWithin("minimumExamples", minimumExamples, MOST_EXAMPLES);
        if (maximumRoundsADay.isPresent()) {
            requireWithin("maximumRoundsADay", maximumRoundsADay.getAsInt(), MOST_ROUNDS);
        }
        requireWithin("minimumMetricExamples", minimumMetricExamples, MOST_METRIC_EXAMPLES);
    }

    /** Returns the policy of a node whose steward has not written any: it works for nobody. */
    public static SitePolicy initial() {
        return new SitePolicy(
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                1,
                OptionalInt.empty(),
                Optional.empty(),
                false,
                StatisticsPolicy.INITIAL,
                Set.of(Split.TRAIN, Split.VAL, Split.TEST),
                3);
    }

    /** Returns the policy with a protocol version that the node may work by, or without it. */
    SitePolicy with(Sha256 protocol, boolean allowed) {
        Set<Sha256> changed = new TreeSet<>(protocols);
        if (allowed) {
            changed.add(protocol);
        } else {
            changed.remove(protocol);
        }
        return new SitePolicy(
                changed,
                studies,
                architectures,
                minimumExamples,
                maximumRoundsADay,
                hours,
                impressions,
                statistics,
                metrics,
                minimumMetricExamples);
    }

    /** Refuses work by a protocol version that the steward has not named, before anything is known of it. */
    Optional<Verdict.Refused> refuses(WorkOffer.Task offer) {
        return protocols.contains(offer.protocol())
                ? Optional.empty()
                : Optional.of(refused(
                        "policy-protocol",
                        "This site's policy does not allow the protocol version with SHA-256 "
                                + offer.protocol().brief()
                                + "; its data steward allows it at the site's node, once the hospital has signed it."));
    }

    /**
     * Decides on work.
     *
     * @param offer what is asked for, by a version that {@link #refuses} has let pass
     * @param protocol that version
     */
    public Verdict judge(WorkOffer.Task offer, StudyProtocol protocol, Facts facts) {
        if (studies.isPresent() && !studies.get().contains(offer.study())) {
            return refused("policy-study", "This site's policy does not allow study " + offer.study() + ".");
        }
        if (architectures.isPresent() && !names(protocol.architecture())) {
            return refused(
                    "policy-architecture",
                    "This site's policy does not allow the network " + protocol.architecture() + ".");
        }
        if (hours.isPresent() && !hours.get().contain(facts.now())) {
            var begin = hours.get().beginAfter(facts.now());
            var deadline = offer.deadline();
            return begin.isBefore(deadline)
                    ? new Verdict.Later(begin, "This site works from " + begin + " on.")
                    : refused(
                            "policy-hours",
                            "This site works again from " + begin + " on, after the deadline " + deadline + ".");
        }
        if (offer instanceof WorkOffer.Evaluate evaluate) {
            return evaluation(evaluate, protocol, facts);
        }
        if (offer instanceof WorkOffer.Describe) {
            return description(protocol, facts);
        }
        return offer instanceof WorkOffer.Judge ? judgement(protocol, facts) : training(protocol, facts);
    }

    private Verdict description(StudyProtocol protocol, Facts facts) {
        if (!statistics.accepted()) {
            return refused(
                    "statistics-not-accepted", "This site's policy says nothing of its images' features to anybody.");
        }
        int least = terms(protocol).statistics().orElseThrow().least();
        if (facts.total() > 0 && facts.most() < least) {
            return refused(
                    "too-few-examples",
                    "Classes of fewer than " + least + " training images are not described by this site, by its policy"
                            + " or the protocol, and it has none of more.");
        }
        return permitted(least);
    }

    private Verdict judgement(StudyProtocol protocol, Facts facts) {
        if (!impressions) {
            return refused(
                    "impressions-not-accepted",
                    "This site's policy takes no synthesised images; it trains on its own alone.");
        }
        int least = leastForAFigure(protocol);
        if (facts.total() > 0 && facts.total() < least) {
            return refused(
                    "too-few-examples",
                    "Figures over fewer than " + least + " images do not leave this site, by its policy or the"
                            + " protocol.");
        }
        return permitted(least);
    }

    /** Returns on which terms work by a protocol is done that is permitted. */
    Terms terms(StudyProtocol protocol) {
        Strategy method = Strategies.of(protocol.method());
        int least = Math.max(statistics.minimumImagesPerClass(), leastForAFigure(protocol));
        return new Terms(
                impressions,
                method.statistics().map(plan -> new StatisticsPlan(plan.products(), Math.max(plan.least(), least))),
                statistics.noise(),
                method.gate());
    }

    private Verdict training(StudyProtocol protocol, Facts facts) {
        Optional<Verdict.Refused> enough = refusesAnotherRound(facts.otherRoundsToday());
        if (enough.isPresent()) {
            return enough.get();
        }
        // An update says how many images it was made of, and its loss if the hospital tells that.
        long least = Math.max(Math.max(minimumExamples, protocol.data().minimumExamples()), leastForAFigure(protocol));
        // No images at all is not a matter of the policy: the answer to that says what to import.
        if (facts.total() > 0 && facts.total() < least) {
            // Not how many there are: that is a figure over fewer images than may be told of.
            return refused(
                    "too-few-examples",
                    "This site has fewer training images than are enough: " + least
                            + " are needed by its policy or the protocol.");
        }
        long leastOfEach = protocol.data().minimumExamplesPerClass();
        if (facts.total() > 0 && facts.fewest(protocol.data().labels().size()) < leastOfEach) {
            return refused(
                    "too-few-examples",
                    "This site has fewer than the " + leastOfEach + " training images of each label that the protocol"
                            + " needs.");
        }
        return permitted(leastForAFigure(protocol));
    }

    /**
     * Refuses to train one more round on a day with as many as are allowed.
     *
     * @param others rounds of the day without that one
     */
    Optional<Verdict.Refused> refusesAnotherRound(int others) {
        return maximumRoundsADay.isPresent() && others >= maximumRoundsADay.getAsInt()
                ? Optional.of(refused(
                        "policy-rounds",
                        "This site has trained " + others + " rounds today, its policy allows "
                                + maximumRoundsADay.getAsInt() + " a day."))
                : Optional.empty();
    }

    private Verdict evaluation(WorkOffer.Evaluate offer, StudyProtocol protocol, Facts facts) {
        // Of training images the loss of an update may leave, and no scores.
        if (offer.split() == Split.TRAIN || !metrics.contains(offer.split())) {
            return refused(
                    "policy-metrics",
                    "This site's policy lets no scores over " + offer.split().label() + " images leave.");
        }
        int least = leastForAFigure(protocol);
        // Scores tell of each label by itself, so that they need one of which there are enough.
        if (facts.total() > 0 && facts.most() < least) {
            return refused(
                    "too-few-examples",
                    "Figures over fewer than " + least
                            + " images of a label do not leave this site, by its policy or the"
                            + " protocol, and it has no label with as many.");
        }
        return permitted(leastForAFigure(protocol));
    }

    private Verdict permitted(int fewest) {
        return new Verdict.Permitted(fewest, metrics.contains(Split.TRAIN));
    }

    private int leastForAFigure(StudyProtocol protocol) {
        return Math.max(minimumMetricExamples, protocol.privacy().minimumMetricExamples());
    }

    private boolean names(ArchitectureId architecture) {
        String id = architecture.value();
        return architectures.get().contains(id)
                || id.indexOf('.') > 0 && architectures.get().contains(id.substring(0, id.indexOf('.')));
    }

    private static Verdict.Refused refused(String code, String reason) {
        return new Verdict.Refused(code, reason);
    }

    private static void requireWithin(String member, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("'" + member + "' must be 1 to " + most + ", not " + value);
        }
    }
}
