package org.consilium.site.poll;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.consilium.contract.Impressions;
import org.consilium.contract.Parameters;
import org.consilium.contract.Sha256;
import org.consilium.contract.WorkOffer;
import org.consilium.site.audit.SiteEvent.Impressed;
import org.consilium.site.impression.ImpressionSets;
import org.consilium.site.impression.OfferedSet;
import org.consilium.site.policy.Policies;
import org.consilium.site.policy.Terms;
import org.consilium.site.poll.NodeStatus.State;
import org.consilium.site.training.Answer;
import org.consilium.site.training.LocalWork;

/** Fetches what a piece of work needs, and has it done; by one thread only. */
@ApplicationScoped
class Workbench {

    /** The aggregated model is the next round's start, and a recalibrated one is scored in between. */
    private static final int MODELS = 2;

    private final Deque<Parameters> models = new ArrayDeque<>();
    private Consortium consortium;
    private LocalWork work;
    private Policies policies;
    private ImpressionSets sets;
    private StatusBoard board;

    /** For the container's proxy. */
    Workbench() {}

    @Inject
    Workbench(Consortium consortium, LocalWork work, Policies policies, ImpressionSets sets, StatusBoard board) {
        this.consortium = consortium;
        this.work = work;
        this.policies = policies;
        this.sets = sets;
        this.board = board;
    }

    /**
     * What a piece of work needs.
     *
     * @param model the parameters
     * @param terms on which it is done, empty for work that knows no other than its offer
     * @param set the impressions, empty where none take part
     * @param vetoed those of them that the steward does not want
     */
    record Material(Parameters model, Optional<Terms> terms, Optional<Impressions> set, SortedSet<Integer> vetoed) {}

    /**
     * What came of it.
     *
     * @param answer to the offer
     * @param impressed how many impressions were trained on, empty where none were offered
     */
    record Done(Answer answer, Optional<Impressed> impressed) {}

    /** Loads the arithmetic. */
    void warmUp() {
        work.warmUp();
    }

    /**
     * Fetches what is not here yet.
     *
     * @param offer that the policy permits
     * @throws org.consilium.contract.InvalidImpressionsException if the impressions are not what the offer may speak of
     */
    Material fetch(WorkOffer.Task offer) {
        Parameters model = model(offer);
        if (offer instanceof WorkOffer.Judge judge) {
            Impressions set = set(offer, judge.impressions());
            return new Material(model, Optional.of(terms(offer)), Optional.of(set), sets.vetoed(set));
        }
        if (offer instanceof WorkOffer.Describe) {
            return new Material(model, Optional.of(terms(offer)), Optional.empty(), new TreeSet<>());
        }
        if (offer instanceof WorkOffer.Train train && train.impressions().isPresent()) {
            Terms terms = terms(offer);
            Optional<Impressions> set =
                    train.impressions().filter(any -> terms.impressions()).map(digest -> set(offer, digest));
            return new Material(
                    model, Optional.of(terms), set, set.map(sets::vetoed).orElseGet(TreeSet::new));
        }
        return new Material(model, Optional.empty(), Optional.empty(), new TreeSet<>());
    }

    private Terms terms(WorkOffer.Task offer) {
        return policies.terms(offer, consortium::protocol);
    }

    private Impressions set(WorkOffer.Task offer, Sha256 digest) {
        Optional<Impressions> kept = sets.kept(digest);
        Impressions set = kept.orElseGet(() -> {
            board.working(State.DOWNLOADING, offer.study(), offer.round());
            return consortium.impressions(digest);
        });
        if (offer instanceof WorkOffer.Train train) {
            OfferedSet.require(set, train);
        } else if (offer instanceof WorkOffer.Judge judge) {
            OfferedSet.require(set, judge);
        }
        if (kept.isEmpty()) {
            sets.keep(offer, set);
        }
        return set;
    }

    private Parameters model(WorkOffer.Task offer) {
        Optional<Parameters> known = models.stream()
                .filter(model -> model.digest().equals(offer.model())
                        && model.architecture().equals(offer.architecture()))
                .findFirst();
        Parameters model = known.orElseGet(() -> {
            while (models.size() >= MODELS) {
                models.removeLast();
            }
            board.working(State.DOWNLOADING, offer.study(), offer.round());
            return consortium.model(offer.model(), offer.architecture());
        });
        models.remove(model);
        models.addFirst(model);
        return model;
    }

    /**
     * Does the work.
     *
     * @param fewest images of a label that is scored, 1 or more
     */
    Done done(WorkOffer.Task offer, Material material, int fewest) {
        if (offer instanceof WorkOffer.Train train) {
            return trained(train, material);
        }
        board.working(State.EVALUATING, offer.study(), offer.round());
        if (offer instanceof WorkOffer.Describe describe) {
            Terms terms = material.terms().orElseThrow();
            return done(
                    work.describe(describe, material.model(), terms.statistics().orElseThrow(), terms.noise()));
        }
        if (offer instanceof WorkOffer.Judge judge) {
            Answer answer = work.judge(
                    judge,
                    material.model(),
                    material.set().orElseThrow(),
                    material.terms().orElseThrow().gate().orElseThrow(),
                    material.vetoed());
            if (answer instanceof Answer.Judgement judgement) {
                sets.judged(judgement.verdict());
            }
            return done(answer);
        }
        return done(work.evaluate((WorkOffer.Evaluate) offer, material.model(), fewest));
    }

    private static Done done(Answer answer) {
        return new Done(answer, Optional.empty());
    }

    private Done trained(WorkOffer.Train offer, Material material) {
        board.working(State.TRAINING, offer.study(), offer.round());
        Optional<Impressions> wanted = material.set().flatMap(set -> without(set, material.vetoed()));
        Answer answer = work.train(offer, material.model(), wanted);
        return new Done(
                answer,
                offer.impressions()
                        .map(digest -> new Impressed(
                                digest, wanted.map(Impressions::size).orElse(0), left(material))));
    }

    private static Optional<Impressions> without(Impressions set, SortedSet<Integer> vetoed) {
        if (vetoed.isEmpty()) {
            return Optional.of(set);
        }
        int[] rest =
                IntStream.range(0, set.size()).filter(i -> !vetoed.contains(i)).toArray();
        return rest.length == 0 ? Optional.empty() : Optional.of(set.subset(rest));
    }

    private static Optional<String> left(Material material) {
        if (material.set().isEmpty()) {
            return Optional.of("the policy takes none");
        }
        int vetoed = material.vetoed().size();
        return vetoed == 0 ? Optional.empty() : Optional.of(vetoed + " vetoed by the steward");
    }
}
