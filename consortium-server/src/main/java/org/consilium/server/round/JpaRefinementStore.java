package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;

/** What rounds are refined of, in PostgreSQL. */
@ApplicationScoped
class JpaRefinementStore implements RefinementStore {

    private final EntityManager em;

    @Inject
    JpaRefinementStore(EntityManager em) {
        this.em = em;
    }

    /** For the container's proxy. */
    JpaRefinementStore() {
        this(null);
    }

    @Override
    public void keepStatistics(StudyId study, RoundNumber round, SiteId site, byte[] bytes) {
        of(
                        "INSERT INTO round_statistics (study, round, site, payload)"
                                + " VALUES (:study, :round, :site, :payload) ON CONFLICT (study, round, site)"
                                + " DO UPDATE SET payload = EXCLUDED.payload",
                        study,
                        round)
                .setParameter("site", site.value())
                .setParameter("payload", bytes)
                .executeUpdate();
    }

    @Override
    public SortedMap<SiteId, byte[]> statistics(StudyId study, RoundNumber round) {
        List<?> rows = of(
                        "SELECT site, payload FROM round_statistics WHERE study = :study AND round = :round",
                        study,
                        round)
                .getResultList();
        SortedMap<SiteId, byte[]> bySite = new TreeMap<>();
        rows.stream()
                .map(Object[].class::cast)
                .forEach(row -> bySite.put(new SiteId((String) row[0]), (byte[]) row[1]));
        return bySite;
    }

    @Override
    public void forget(StudyId study, SiteId site) {
        em.createNativeQuery("DELETE FROM round_statistics WHERE study = :study AND site = :site")
                .setParameter("study", study.value())
                .setParameter("site", site.value())
                .executeUpdate();
    }

    @Override
    public void keepSynthesis(StudyId study, RoundNumber round, Sha256 model, byte[] state) {
        of(
                        "INSERT INTO round_synthesis (study, round, model, payload)"
                                + " VALUES (:study, :round, :model, :payload) ON CONFLICT (study, round)"
                                + " DO UPDATE SET model = EXCLUDED.model, payload = EXCLUDED.payload",
                        study,
                        round)
                .setParameter("model", model.hex())
                .setParameter("payload", state)
                .executeUpdate();
    }

    @Override
    public Optional<byte[]> synthesis(StudyId study, RoundNumber round, Sha256 model) {
        List<?> rows = of(
                        "SELECT payload FROM round_synthesis WHERE study = :study AND round = :round"
                                + " AND model = :model",
                        study,
                        round)
                .setParameter("model", model.hex())
                .getResultList();
        return rows.stream().findFirst().map(byte[].class::cast);
    }

    @Override
    public void forget(StudyId study, RoundNumber round) {
        for (String table : List.of("round_statistics", "round_synthesis")) {
            of("DELETE FROM " + table + " WHERE study = :study AND round = :round", study, round)
                    .executeUpdate();
        }
    }

    private Query of(String sql, StudyId study, RoundNumber round) {
        return em.createNativeQuery(sql).setParameter("study", study.value()).setParameter("round", round.value());
    }
}
