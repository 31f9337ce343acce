package org.consilium.server.round;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

    private static boolean asks(Study study, Round round, Share share) {
        return round.state() == RoundState.TRAINING && share.trains()
                || round.state() == RoundState.EVALUATING && share.validates()
                || study.selectedRound().equals(Optional.of(round.number())) && share.tests();
    }

    @Override
    public boolean uses(SiteId site, Sha256 model) {
        return studies.all().stream()
                .filter(study -> study.protocol().participants().contains(site))
                .flatMap(study -> Stream.concat(
                        Stream.of(study.protocol().initialModel()),
                        of(study.id()).stream()
                                .flatMap(round ->
                                        Stream.concat(Stream.of(round.startModel()), round.globalModel().stream()))))
                .anyMatch(model::equals);
    }

    private static Key key(Round round) {
        return new Key(round.study(), round.number());
    }
}
