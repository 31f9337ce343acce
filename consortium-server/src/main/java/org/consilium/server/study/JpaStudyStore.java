package org.consilium.server.study;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.StudyId;
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
        return true;
    }

    @Override
    public Optional<Study> find(StudyId id) {
        return Rows.find(em, StudyRow.class, id.value()).map(StudyRow::study);
    }

    @Override
    public List<Study> all() {
        // A list, because a stream hands out a study before all of its participants are read. PostgreSQL orders text by
        // its locale, ids are ordered by their bytes.
        return em
                .createQuery("SELECT DISTINCT s FROM StudyRow s LEFT JOIN FETCH s.participants", StudyRow.class)
                .getResultList()
                .stream()
                .map(StudyRow::study)
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
    public void save(Study study) {
        Rows.find(em, StudyRow.class, study.id().value()).orElseThrow().take(study);
    }
}
