package org.consilium.site.images;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.consilium.contract.Problem;
import org.hibernate.Session;
import org.hibernate.SessionFactory;

/** The import jobs in the database; each method is one transaction. */
@ApplicationScoped
@Transactional
class JpaImportStore {

    private static final Problem INTERRUPTED = new Problem(
            "import-interrupted",
            503,
            "The import was interrupted",
            "The node stopped before it noted this import's end; either all of its images are stored or none.",
            "Start the import again: images that are stored already are left as they are.");

    private EntityManager entities;

    /** For the container. */
    JpaImportStore() {}

    /** For tests outside the container. */
    JpaImportStore(EntityManager entities) {
        this.entities = entities;
    }

    @PersistenceContext(unitName = "site")
    void setEntities(EntityManager entities) {
        this.entities = entities;
    }

    /** Compares the mapping with the migrated schema. */
    void validate() {
        entities.getEntityManagerFactory()
                .unwrap(SessionFactory.class)
                .getSchemaManager()
                .validateMappedObjects();
    }

    /** Stores a job's state. */
    void save(ImportJob job) {
        ImportRow row = new ImportRow();
        row.id = job.id();
        row.dataset = job.dataset();
        row.folder = job.folder();
        row.state = job.state().name();
        row.done = job.done();
        row.total = job.total();
        row.problem = job.problem().map(problem -> problem.toJson().toString()).orElse(null);
        row.startedAt = job.startedAt();
        row.endedAt = job.endedAt().orElse(null);
        entities.merge(row);
    }

    /** Returns the job of that id. */
    Optional<ImportJob> find(UUID id) {
        // Not EntityManager.find: on a broken connection under JTA it answers null instead of failing (HHH-12472).
        return entities.unwrap(Session.class)
                .byId(ImportRow.class)
                .loadOptional(id)
                .map(JpaImportStore::job);
    }

    /** Marks jobs of an earlier run of the node, which nobody continues, as failed. */
    void closeInterrupted(Instant now) {
        List<ImportRow> running = entities.createQuery(
                        "select row from ImportRow row where row.state = 'RUNNING'", ImportRow.class)
                .getResultList();
        for (ImportRow row : running) {
            save(job(row).failed(INTERRUPTED, now));
        }
    }

    private static ImportJob job(ImportRow row) {
        return new ImportJob(
                row.id,
                row.dataset,
                row.folder,
                ImportJob.State.valueOf(row.state),
                row.done,
                row.total,
                Optional.ofNullable(row.problem).map(JpaImportStore::problem),
                row.startedAt,
                Optional.ofNullable(row.endedAt));
    }

    private static Problem problem(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return Problem.fromJson(reader.readObject(), 500);
        }
    }
}
