package org.consilium.server.study;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;

/** Studies in memory; for one thread at a time, since nothing is locked. */
public final class MemoryStudyStore implements StudyStore {

    private final Map<StudyId, Study> studies = new ConcurrentSkipListMap<>();
    private final Map<StudyId, Map<Integer, ProtocolVersion>> versions = new ConcurrentHashMap<>();
    private final Map<String, SigningStatement> asked = new ConcurrentHashMap<>();

    @Override
    public boolean add(Study study) {
        if (studies.putIfAbsent(study.id(), study) != null) {
            return false;
        }
        keep(study);
        return true;
    }

    @Override
    public Optional<Study> find(StudyId id) {
        return Optional.ofNullable(studies.get(id));
    }

    @Override
    public Optional<Study> lock(StudyId id) {
        return find(id);
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
    public void save(Study study, Instant now) {
        studies.replace(study.id(), study);
        keep(study);
        versions.get(study.id())
                .replaceAll((number, version) -> number == study.current().number()
                                || number == study.newest().number()
                        ? version
                        : version.past(version.number() < study.current().number(), now));
    }

    @Override
    public List<ProtocolVersion> versions(StudyId id) {
        return List.copyOf(versions.get(id).values());
    }

    @Override
    public Optional<StudyProtocol> protocol(Sha256 digest, SiteId participant) {
        return versions.values().stream()
                .flatMap(all -> all.values().stream())
                .filter(version -> version.proposedAt().isPresent())
                .map(ProtocolVersion::protocol)
                .filter(protocol -> protocol.digest().equals(digest)
                        && protocol.participants().contains(participant))
                .findFirst();
    }

    @Override
    public void ask(SigningStatement statement) {
        asked.values()
                .removeIf(one -> one.signer().equals(statement.signer())
                        && one.study().equals(statement.study())
                        && one.version() == statement.version());
        asked.put(statement.nonce(), statement);
    }

    @Override
    public Optional<Instant> lastLogIn(String signer) {
        return versions.values().stream()
                .flatMap(all -> all.values().stream())
                .flatMap(version -> version.signatures().stream())
                .filter(signature -> signature.statement().signer().equals(signer))
                .map(Signature::authenticatedAt)
                .max(Comparator.naturalOrder());
    }

    @Override
    public Optional<SigningStatement> asked(String nonce) {
        return Optional.ofNullable(asked.get(nonce));
    }

    @Override
    public void forget(SigningStatement signed) {
        asked.remove(signed.nonce());
    }

    @Override
    public void forgetAskedBefore(Instant instant) {
        asked.values().removeIf(statement -> statement.askedAt().isBefore(instant));
    }

    private void keep(Study study) {
        Map<Integer, ProtocolVersion> all = versions.computeIfAbsent(study.id(), id -> new ConcurrentSkipListMap<>());
        all.put(study.current().number(), study.current());
        all.put(study.newest().number(), study.newest());
    }
}
