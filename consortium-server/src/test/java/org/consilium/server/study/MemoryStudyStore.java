package org.consilium.server.study;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.consilium.contract.StudyId;

/** Studies in memory. */
public final class MemoryStudyStore implements StudyStore {

    private final Map<StudyId, Study> studies = new ConcurrentSkipListMap<>();

    @Override
    public boolean add(Study study) {
        return studies.putIfAbsent(study.id(), study) == null;
    }

    @Override
    public Optional<Study> find(StudyId id) {
        return Optional.ofNullable(studies.get(id));
    }

    @Override
    public List<Study> all() {
        return studies.values().stream()
                .sorted(Comparator.comparing(Study::createdAt).reversed().thenComparing(Study::id))
                .toList();
    }

    @Override
    public List<StudyId> running() {
        return studies.values().stream().filter(Study::isRunning).map(Study::id).toList();
    }

    @Override
    public void save(Study study) {
        studies.computeIfPresent(
                study.id(),
                (id, old) -> new Study(
                        old.protocol(),
                        study.state(),
                        study.reason(),
                        old.createdAt(),
                        study.endedAt(),
                        study.selectedRound(),
                        study.testDeadline()));
    }
}
