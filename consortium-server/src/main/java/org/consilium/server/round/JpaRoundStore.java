package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.platform.Rows;

/** Rounds in PostgreSQL. */
@ApplicationScoped
class JpaRoundStore implements RoundStore {

    /** Chunks go with their vector: a few at a time keep a transaction short. */
    private static final int MOST_DELETED = 20;

    private static final String UNUSED = "NOT EXISTS (SELECT 1 FROM protocol p WHERE p.initial_model = v.sha256)"
            + " AND NOT EXISTS (SELECT 1 FROM round r WHERE r.start_model = v.sha256)"
            + " AND NOT EXISTS (SELECT 1 FROM round r WHERE r.global_model = v.sha256)"
            + " AND NOT EXISTS (SELECT 1 FROM round r WHERE r.aggregate_model = v.sha256)"
            + " AND NOT EXISTS (SELECT 1 FROM round_site s WHERE s.update_sha256 = v.sha256"
            + " AND NOT s.update_erased)";

    private final EntityManager em;

    @Inject
    JpaRoundStore(EntityManager em) {
        this.em = em;
    }

    /** For the container's proxy. */
    JpaRoundStore() {
        this(null);
    }

    @Override
    public void add(Round round) {
        em.persist(new RoundRow(round));
        // The rows of the sites refer to the row of the round, without an association that would order them.
        em.flush();
        round.shares().forEach(share -> em.persist(new ShareRow(round, share)));
    }

    @Override
    public Optional<Round> lock(StudyId study, RoundNumber number) {
        // What the context has read before the lock may be old by now.
        em.flush();
        em.clear();
        return Rows.lock(em, RoundRow.class, new RoundKey(study.value(), number.value()))
                .map(locked -> locked.round(shares(study, number)));
    }

    @Override
    public List<Round> of(StudyId study) {
        Map<Integer, List<Share>> shares = em.createQuery(
                        "SELECT s FROM ShareRow s WHERE s.study = :study ORDER BY s.site", ShareRow.class)
                .setParameter("study", study.value())
                .getResultStream()
                .collect(Collectors.groupingBy(
                        row -> row.round, Collectors.mapping(ShareRow::share, Collectors.toList())));
        return em.createQuery("SELECT r FROM RoundRow r WHERE r.study = :study ORDER BY r.round", RoundRow.class)
                .setParameter("study", study.value())
                .getResultStream()
                .map(row -> row.round(inOrder(shares.getOrDefault(row.round, List.of()))))
                .toList();
    }

    @Override
    public List<Outcome> outcomes(StudyId study) {
        Map<Integer, Long> bytes = em.createQuery(
                        "SELECT s.round, SUM(s.bytesUp + s.bytesDown) FROM ShareRow s WHERE s.study = :study"
                                + " GROUP BY s.round",
                        Object[].class)
                .setParameter("study", study.value())
                .getResultStream()
                .collect(Collectors.toMap(row -> (Integer) row[0], row -> ((Number) row[1]).longValue()));
        return em.createQuery("SELECT r FROM RoundRow r WHERE r.study = :study ORDER BY r.round", RoundRow.class)
                .setParameter("study", study.value())
                .getResultStream()
                .map(row -> row.outcome(bytes.getOrDefault(row.round, 0L)))
                .toList();
    }

    @Override
    public void record(StudyId study, List<StoppingDecision> decisions, Instant decidedAt) {
        decisions.forEach(decision -> em.merge(new StoppingDecisionRow(study, decision, decidedAt)));
        em.flush();
    }

    @Override
    public List<StoppingDecision> decisions(StudyId study) {
        return em.createQuery(
                        "SELECT d FROM StoppingDecisionRow d WHERE d.study = :study ORDER BY d.round, d.position",
                        StoppingDecisionRow.class)
                .setParameter("study", study.value())
                .getResultStream()
                .map(StoppingDecisionRow::decision)
                .toList();
    }

    @Override
    public int erase(StudyId study, Optional<SiteId> site) {
        em.flush();
        return em.createNativeQuery("UPDATE round_site SET update_erased = true WHERE study = :study"
                        + " AND (:every OR site = :site) AND update_sha256 IS NOT NULL AND NOT update_erased")
                .setParameter("study", study.value())
                .setParameter("every", site.isEmpty())
                .setParameter("site", site.map(SiteId::value).orElse(""))
                .executeUpdate();
    }

    @Override
    public boolean deleteErased() {
        // The rows are locked first: who records the same bytes anew, or makes a model of them, holds them or waits.
        // Only
        // then is asked whether anything refers to them.
        List<?> candidates = em.createNativeQuery("SELECT v.sha256 FROM parameter_vector v WHERE EXISTS (SELECT 1 FROM"
                        + " round_site s WHERE s.update_sha256 = v.sha256 AND s.update_erased) AND " + UNUSED
                        + " LIMIT " + MOST_DELETED + " FOR UPDATE SKIP LOCKED")
                .getResultList();
        if (candidates.isEmpty()) {
            return false;
        }
        em.createNativeQuery("DELETE FROM parameter_vector v WHERE v.sha256 IN (:candidates) AND " + UNUSED)
                .setParameter("candidates", candidates)
                .executeUpdate();
        return candidates.size() == MOST_DELETED;
    }

    @Override
    public boolean isOnlyUpdate(Sha256 digest) {
        return !em.createNativeQuery("SELECT 1 FROM round_site s WHERE s.update_sha256 = :digest"
                        + " AND NOT EXISTS (SELECT 1 FROM round r WHERE r.start_model = :digest OR r.global_model = :digest OR r.aggregate_model = :digest)"
                        + " AND NOT EXISTS (SELECT 1 FROM protocol p WHERE p.initial_model = :digest) LIMIT 1")
                .setParameter("digest", digest.hex())
                .getResultList()
                .isEmpty();
    }

    @Override
    public Optional<RoundNumber> last(StudyId study) {
        Integer last = em.createQuery("SELECT MAX(r.round) FROM RoundRow r WHERE r.study = :study", Integer.class)
                .setParameter("study", study.value())
                .getSingleResult();
        return Optional.ofNullable(last).map(RoundNumber::new);
    }

    @Override
    public void save(Round round) {
        em.merge(new RoundRow(round));
        round.shares().forEach(share -> em.merge(new ShareRow(round, share)));
        em.flush();
    }

    @Override
    public List<Round> asking(SiteId site) {
        return em.createQuery(
                        "SELECT r FROM RoundRow r, ShareRow p, StudyRow s"
                                + " WHERE p.site = :site AND p.study = r.study AND p.round = r.round AND s.id = r.study"
                                + " AND s.state = org.consilium.server.study.StudyState.RUNNING AND ("
                                + " r.state = :training AND p.state IN (:awaited, :offered)"
                                + " OR r.state = :evaluating AND p.state = :answered"
                                + " OR r.state = :describing AND p.state = :answered"
                                + " AND p.statisticsSha256 IS NULL AND p.notDescribed IS NULL"
                                + " OR r.state = :evaluating AND p.state IN (:answered, :evaluated)"
                                + " AND r.madeImpressions IS NOT NULL AND r.impressionsOutcome IS NULL"
                                + " AND p.verdict IS NULL AND p.notJudged IS NULL"
                                + " OR s.selectedRound = r.round AND p.testScores IS NULL"
                                + " AND p.state IN (:answered, :evaluated))"
                                + " ORDER BY r.openedAt, r.study",
                        RoundRow.class)
                .setParameter("site", site.value())
                .setParameter("training", RoundState.TRAINING)
                .setParameter("describing", RoundState.DESCRIBING)
                .setParameter("evaluating", RoundState.EVALUATING)
                .setParameter("awaited", ShareState.AWAITED)
                .setParameter("offered", ShareState.OFFERED)
                .setParameter("answered", ShareState.ANSWERED)
                .setParameter("evaluated", ShareState.EVALUATED)
                .getResultStream()
                .map(row -> row.round(shares(new StudyId(row.study), new RoundNumber(row.round))))
                .toList();
    }

    @Override
    public List<Round> open() {
        return em.createQuery(
                        "SELECT r FROM RoundRow r, StudyRow s WHERE s.id = r.study"
                                + " AND s.state = org.consilium.server.study.StudyState.RUNNING"
                                + " AND (r.state IN (:training, :describing, :evaluating) OR s.selectedRound = r.round)"
                                + " ORDER BY r.openedAt, r.study",
                        RoundRow.class)
                .setParameter("training", RoundState.TRAINING)
                .setParameter("describing", RoundState.DESCRIBING)
                .setParameter("evaluating", RoundState.EVALUATING)
                .getResultStream()
                .map(row -> row.round(shares(new StudyId(row.study), new RoundNumber(row.round))))
                .toList();
    }

    @Override
    public boolean uses(SiteId site, Sha256 model) {
        return takesPart(
                site, "r.global_model = :digest OR r.start_model = :digest OR r.aggregate_model = :digest", model);
    }

    @Override
    public boolean usesImpressions(SiteId site, Sha256 set) {
        return takesPart(
                site,
                "r.start_impressions = :digest OR r.made_impressions = :digest OR r.released_impressions = :digest",
                set);
    }

    /** @param has condition on a round r that has what has the digest */
    private boolean takesPart(SiteId site, String has, Sha256 digest) {
        return !em.createNativeQuery(
                        "SELECT 1 FROM round_site p JOIN round r ON r.study = p.study AND r.round = p.round"
                                + " JOIN study_participant m ON m.study = p.study AND m.site = p.site"
                                + " WHERE p.site = :site AND m.left_at IS NULL AND (" + has + ") LIMIT 1")
                .setParameter("site", site.value())
                .setParameter("digest", digest.hex())
                .getResultList()
                .isEmpty();
    }

    private List<Share> shares(StudyId study, RoundNumber number) {
        return inOrder(
                em.createQuery("SELECT s FROM ShareRow s WHERE s.study = :study AND s.round = :round", ShareRow.class)
                        .setParameter("study", study.value())
                        .setParameter("round", number.value())
                        .getResultStream()
                        .map(ShareRow::share)
                        .toList());
    }

    /** PostgreSQL orders text by its locale, sites are ordered by their bytes. */
    private static List<Share> inOrder(List<Share> shares) {
        return shares.stream().sorted(Comparator.comparing(Share::site)).toList();
    }
}
