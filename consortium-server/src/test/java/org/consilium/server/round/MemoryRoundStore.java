package org.consilium.server.round;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyStore;

/** Rounds in memory; for one thread at a time, since nothing is locked. */
class MemoryRoundStore implements RoundStore {

    private record Key(StudyId study, RoundNumber round) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return Comparator.comparing(Key::study).thenComparing(Key::round).compare(this, other);
        }
    }

    private final ConcurrentSkipListMap<Key, Round> rounds = new ConcurrentSkipListMap<>();
    private final Map<StudyId, TreeMap<Integer, StoppingDecision>> decisions = new HashMap<>();
    private final Set<String> erased = new HashSet<>();
    private final StudyStore studies;

    MemoryRoundStore(StudyStore studies) {
        this.studies = studies;
    }

    @Override
    public void add(Round round) {
        if (rounds.putIfAbsent(key(round), round) != null) {
            throw new IllegalStateException("round " + round.number() + " is there already");
        }
    }

    @Override
    public Optional<Round> lock(StudyId study, RoundNumber number) {
        return Optional.ofNullable(rounds.get(new Key(study, number)));
    }

    @Override
    public List<Round> of(StudyId study) {
        return rounds.values().stream()
                .filter(round -> round.study().equals(study))
                .toList();
    }

    @Override
    public List<Outcome> outcomes(StudyId study) {
        return of(study).stream().map(Outcome::of).toList();
    }

    @Override
    public void record(StudyId study, List<StoppingDecision> said, Instant decidedAt) {
        said.forEach(decision -> decisions
                .computeIfAbsent(study, id -> new TreeMap<>())
                .put(decision.round().value() * 1_000 + decision.position(), decision));
    }

    @Override
    public List<StoppingDecision> decisions(StudyId study) {
        return List.copyOf(decisions.getOrDefault(study, new TreeMap<>()).values());
    }

    @Override
    public int erase(StudyId study, Optional<SiteId> site) {
        int before = erased.size();
        of(study)
                .forEach(round -> round.shares().stream()
                        .filter(share -> site.isEmpty() || site.get().equals(share.site()))
                        .filter(share -> share.update().isPresent())
                        .forEach(share -> erased.add(study + "/" + round.number() + "/" + share.site())));
        return erased.size() - before;
    }

    @Override
    public Optional<RoundNumber> last(StudyId study) {
        return of(study).stream().map(Round::number).max(Comparator.naturalOrder());
    }

    @Override
    public void save(Round round) {
        rounds.replace(key(round), round);
    }

    @Override
    public List<Round> asking(SiteId site) {
        return rounds.values().stream()
                .filter(round -> {
                    Study study = studies.find(round.study()).orElseThrow();
                    return study.isRunning()
                            && round.share(site)
                                    .filter(share -> asks(study, round, share))
                                    .isPresent();
                })
                .sorted(Comparator.comparing(Round::openedAt).thenComparing(Round::study))
                .toList();
    }

    @Override
    public List<Round> open() {
        return rounds.values().stream()
                .filter(round -> {
                    Study study = studies.find(round.study()).orElseThrow();
                    return study.isRunning()
                            && (round.state() == RoundState.TRAINING
                                    || round.state() == RoundState.DESCRIBING
                                    || round.state() == RoundState.EVALUATING
                                    || study.selectedRound().equals(Optional.of(round.number())));
                })
                .sorted(Comparator.comparing(Round::openedAt).thenComparing(Round::study))
                .toList();
    }

    private static boolean asks(Study study, Round round, Share share) {
        return round.state() == RoundState.TRAINING && share.trains()
                || round.state() == RoundState.DESCRIBING && share.describes()
                || round.state() == RoundState.EVALUATING && share.validates()
                || round.state() == RoundState.EVALUATING && round.refinement().isUndecided() && share.judges()
                || study.selectedRound().equals(Optional.of(round.number())) && share.tests();
    }

    @Override
    public boolean uses(SiteId site, Sha256 model) {
        return rounds.values().stream()
                .filter(round -> round.share(site).isPresent()
                        && !studies.find(round.study()).orElseThrow().left().contains(site))
                .flatMap(round -> Stream.concat(
                        Stream.of(round.startModel()),
                        Stream.concat(round.aggregate().stream(), round.globalModel().stream())))
                .anyMatch(model::equals);
    }

    @Override
    public boolean usesImpressions(SiteId site, Sha256 set) {
        return rounds.values().stream()
                .filter(round -> round.share(site).isPresent()
                        && !studies.find(round.study()).orElseThrow().left().contains(site))
                .map(Round::refinement)
                .flatMap(refinement -> Stream.of(refinement.trainedOn(), refinement.made(), refinement.released()))
                .anyMatch(Optional.of(set)::equals);
    }

    /** There are no bytes here. */
    @Override
    public boolean deleteErased() {
        return false;
    }

    @Override
    public boolean isOnlyUpdate(Sha256 digest) {
        boolean sent = rounds.values().stream()
                .flatMap(round -> round.shares().stream())
                .flatMap(share -> share.update().stream())
                .anyMatch(update -> update.digest().equals(digest));
        boolean model = rounds.values().stream()
                        .anyMatch(round -> round.startModel().equals(digest)
                                || round.aggregate().equals(Optional.of(digest))
                                || round.globalModel().equals(Optional.of(digest)))
                || studies.all().stream()
                        .flatMap(study -> studies.versions(study.id()).stream())
                        .anyMatch(version -> version.protocol().initialModel().equals(digest));
        return sent && !model;
    }

    private static Key key(Round round) {
        return new Key(round.study(), round.number());
    }
}
