package org.consilium.server.round;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;

/** What rounds are refined of, in memory. */
final class MemoryRefinementStore implements RefinementStore {

    private record Key(StudyId study, RoundNumber round) {}

    private record State(Sha256 model, byte[] bytes) {}

    private final Map<Key, SortedMap<SiteId, byte[]>> said = new HashMap<>();
    private final Map<Key, State> states = new HashMap<>();

    @Override
    public void keepStatistics(StudyId study, RoundNumber round, SiteId site, byte[] bytes) {
        said.computeIfAbsent(new Key(study, round), key -> new TreeMap<>()).put(site, bytes);
    }

    @Override
    public SortedMap<SiteId, byte[]> statistics(StudyId study, RoundNumber round) {
        return new TreeMap<>(said.getOrDefault(new Key(study, round), new TreeMap<>()));
    }

    @Override
    public void forget(StudyId study, SiteId site) {
        said.forEach((key, bySite) -> {
            if (key.study().equals(study)) {
                bySite.remove(site);
            }
        });
    }

    @Override
    public void keepSynthesis(StudyId study, RoundNumber round, Sha256 model, byte[] state) {
        states.put(new Key(study, round), new State(model, state));
    }

    @Override
    public Optional<byte[]> synthesis(StudyId study, RoundNumber round, Sha256 model) {
        return Optional.ofNullable(states.get(new Key(study, round)))
                .filter(state -> state.model().equals(model))
                .map(State::bytes);
    }

    @Override
    public void forget(StudyId study, RoundNumber round) {
        said.remove(new Key(study, round));
        states.remove(new Key(study, round));
    }
}
