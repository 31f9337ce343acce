package org.consilium.server.study;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.StudyId;

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
        return true;
    }

    @Override
    public Optional<Study> find(StudyId id) {
        return Optional.ofNullable(em.find(StudyRow.class, id.value())).map(StudyRow::study);
    }

    @Override
    public List<Study> all() {
        return em.createQuery(
                        "SELECT DISTINCT s FROM StudyRow s LEFT JOIN FETCH s.participants ORDER BY s.createdAt DESC, s.id",
                        StudyRow.class)
                .getResultStream()
                .map(StudyRow::study)
                .toList();
    }

    @Override
    public List<StudyId> running() {
        return em.createQuery("SELECT s.id FROM StudyRow s WHERE s.state = :running ORDER BY s.id", String.class)
                .setParameter("running", StudyState.RUNNING)
                .getResultStream()
                .map(StudyId::new)
                .toList();
    }

    @Override
    public void save(Study study) {
        em.find(StudyRow.class, study.id().value()).take(study);
    }
}
