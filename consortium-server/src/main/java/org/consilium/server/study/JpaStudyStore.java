package org.consilium.server.study;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.platform.Rows;

/** Studies in PostgreSQL. */
@ApplicationScoped
class JpaStudyStore implements StudyStore {

    private final EntityManager em;

    @Inject
    JpaStudyStore(EntityManager em) {
        this.em = em;
    }

    /** For the container's proxy. */
    JpaStudyStore() {
        this(null);
    }

    @Override
    public boolean add(Study study) {
        // Two studies of one name may arrive at once: the lock makes the second see the first.
        em.createNativeQuery("SELECT CAST(pg_advisory_xact_lock(hashtextextended(:id, 0)) AS text)")
                .setParameter("id", "study/" + study.id())
                .getSingleResult();
        if (find(study.id()).isPresent()) {
            return false;
        }
        em.persist(new StudyRow(study));
        em.flush();
        write(study);
        return true;
    }

    @Override
    public Optional<Study> find(StudyId id) {
        return Rows.find(em, StudyRow.class, id.value()).map(this::study);
    }

    @Override
    public Optional<Study> lock(StudyId id) {
        // A statement of its own: a study is read with its participants, and Hibernate would read first and lock then.
        em.flush();
        em.createNativeQuery("SELECT id FROM study WHERE id = :id FOR UPDATE")
                .setParameter("id", id.value())
                .getResultList();
        // What the context has read before the lock may be old by now.
        em.clear();
        return find(id);
    }

    @Override
    public List<Study> all() {
        // A list, because a stream hands out a study before all of its participants are read. PostgreSQL orders text by
        // its locale, ids are ordered by their bytes.
        return em
                .createQuery("SELECT DISTINCT s FROM StudyRow s LEFT JOIN FETCH s.participants", StudyRow.class)
                .getResultList()
                .stream()
                .map(this::study)
                .sorted(Comparator.comparing(Study::createdAt).reversed().thenComparing(Study::id))
                .toList();
    }

    @Override
    public List<StudyId> running() {
        return em.createQuery("SELECT s.id FROM StudyRow s WHERE s.state = :running", String.class)
                .setParameter("running", StudyState.RUNNING)
                .getResultStream()
                .map(StudyId::new)
                .sorted()
                .toList();
    }

    @Override
    public void save(Study study, Instant now) {
        Rows.find(em, StudyRow.class, study.id().value()).orElseThrow().take(study, now);
        em.flush();
        write(study);
        em
                .createQuery(
                        "SELECT p FROM ProtocolRow p WHERE p.study = :study AND p.state IN (:open)"
                                + " AND p.version NOT IN (:kept)",
                        ProtocolRow.class)
                .setParameter("study", study.id().value())
                .setParameter("open", List.of(VersionState.DRAFT, VersionState.PROPOSED, VersionState.APPROVED))
                .setParameter(
                        "kept", List.of(study.current().number(), study.newest().number()))
                .getResultList()
                .stream()
                .map(row -> row.value(List.of()))
                .map(version -> version.past(version.number() < study.current().number(), now))
                .forEach(version -> em.merge(new ProtocolRow(version)));
        em.flush();
    }

    @Override
    public List<ProtocolVersion> versions(StudyId id) {
        Map<Integer, List<Signature>> signatures =
                signatures(em.createQuery("SELECT s FROM SignatureRow s WHERE s.study = :study", SignatureRow.class)
                        .setParameter("study", id.value())
                        .getResultList());
        return em
                .createQuery("SELECT p FROM ProtocolRow p WHERE p.study = :study ORDER BY p.version", ProtocolRow.class)
                .setParameter("study", id.value())
                .getResultList()
                .stream()
                .map(row -> row.value(signatures.getOrDefault(row.version, List.of())))
                .toList();
    }

    @Override
    public Optional<StudyProtocol> protocol(Sha256 digest, SiteId participant) {
        return em
                .createQuery(
                        "SELECT p FROM ProtocolRow p WHERE p.sha256 = :digest AND p.proposedAt IS NOT NULL",
                        ProtocolRow.class)
                .setParameter("digest", digest.hex())
                .getResultList()
                .stream()
                .map(ProtocolRow::protocol)
                .filter(protocol -> protocol.participants().contains(participant))
                .findFirst();
    }

    @Override
    public void ask(SigningStatement statement) {
        em.createQuery("DELETE FROM SigningRow r WHERE r.signer = :signer AND r.study = :study AND r.version = :version"
                        + " AND r.nonce <> :nonce")
                .setParameter("signer", statement.signer())
                .setParameter("study", statement.study().value())
                .setParameter("version", statement.version())
                .setParameter("nonce", statement.nonce())
                .executeUpdate();
        // The same statement may be asked for twice at once.
        em.createNativeQuery(
                        "INSERT INTO signing_request (nonce, study, version, protocol_sha256, site, decision, reason,"
                                + " signer, asked_at) VALUES (:nonce, :study, :version, :protocol, :site, :decision, :reason,"
                                + " :signer, :askedAt) ON CONFLICT DO NOTHING")
                .setParameter("nonce", statement.nonce())
                .setParameter("study", statement.study().value())
                .setParameter("version", statement.version())
                .setParameter("protocol", statement.protocol().hex())
                .setParameter("site", statement.site().value())
                .setParameter("decision", statement.decision().name())
                .setParameter("reason", statement.reason().orElse(null))
                .setParameter("signer", statement.signer())
                .setParameter("askedAt", statement.askedAt())
                .executeUpdate();
    }

    @Override
    public Optional<Instant> lastLogIn(String signer) {
        return Optional.ofNullable(em.createQuery(
                        "SELECT MAX(s.authenticatedAt) FROM SignatureRow s WHERE s.signer = :signer", Instant.class)
                .setParameter("signer", signer)
                .getSingleResult());
    }

    @Override
    public Optional<SigningStatement> asked(String nonce) {
        return Rows.find(em, SigningRow.class, nonce).map(SigningRow::statement);
    }

    @Override
    public void forget(SigningStatement signed) {
        Rows.find(em, SigningRow.class, signed.nonce()).ifPresent(em::remove);
        em.flush();
    }

    @Override
    public void forgetAskedBefore(Instant instant) {
        em.createQuery("DELETE FROM SigningRow r WHERE r.askedAt < :instant")
                .setParameter("instant", instant)
                .executeUpdate();
    }

    private Study study(StudyRow row) {
        // Those of earlier versions are not needed, and with each poll of a site a study is read.
        Map<Integer, List<Signature>> signatures = signatures(em.createQuery(
                        "SELECT s FROM SignatureRow s WHERE s.study = :study AND s.version IN (:versions)",
                        SignatureRow.class)
                .setParameter("study", row.id)
                .setParameter(
                        "versions",
                        row.amendmentVersion == null
                                ? List.of(row.currentVersion)
                                : List.of(row.currentVersion, row.amendmentVersion))
                .getResultList());
        return row.study(version -> Rows.find(em, ProtocolRow.class, new ProtocolKey(row.id, version))
                .orElseThrow()
                .value(signatures.getOrDefault(version, List.of())));
    }

    private static Map<Integer, List<Signature>> signatures(List<SignatureRow> rows) {
        return rows.stream()
                .collect(Collectors.groupingBy(
                        row -> row.version,
                        TreeMap::new,
                        Collectors.mapping(SignatureRow::value, Collectors.toList())));
    }

    private void write(Study study) {
        write(study.current());
        study.amendment().ifPresent(this::write);
    }

    private void write(ProtocolVersion version) {
        em.merge(new ProtocolRow(version));
        em.flush();
        version.signatures().forEach(signature -> em.merge(new SignatureRow(signature)));
        em.flush();
    }
}
