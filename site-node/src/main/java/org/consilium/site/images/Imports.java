package org.consilium.site.images;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Problem;
import org.consilium.site.audit.Actors.Acting;
import org.consilium.site.audit.SiteAudit;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.ImportSettings;
import org.consilium.site.platform.ProblemException;

/** Imports one folder after the other in the background, and tells how far each is. */
@ApplicationScoped
public class Imports {

    private static final Logger LOG = Logger.getLogger(Imports.class.getName());

    private ImageStore images;
    private JpaImportStore jobs;
    private SiteAudit audit;
    private Database database;
    private ImportSettings settings;
    private Clock clock;
    private ExecutorService worker;
    private final Map<UUID, ImportJob> running = new ConcurrentHashMap<>();

    /** For the container's proxy. */
    Imports() {}

    /**
     * @param images where images go
     * @param jobs where jobs are remembered
     * @param audit knows who asks for an import
     * @param database must be migrated first
     * @param settings says which folders are allowed
     * @param clock says when
     * @param threads gives the one thread that imports
     */
    @Inject
    Imports(
            ImageStore images,
            JpaImportStore jobs,
            SiteAudit audit,
            Database database,
            ImportSettings settings,
            Clock clock,
            ManagedThreadFactory threads) {
        this.images = images;
        this.jobs = jobs;
        this.audit = audit;
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        one.allowCoreThreadTimeOut(true);
        this.worker = one;
    }

    /** Makes the store fit for work once the database is migrated. */
    public void open() {
        jobs.validate();
        jobs.closeInterrupted(clock.instant());
    }

    /**
     * Starts an import and returns at once.
     *
     * @throws ProblemException if the folder is not there, or the database is out of reach
     */
    ImportJob start(ImportRequest request) {
        database.require();
        requireFolder(request.folder());
        ImportJob job = ImportJob.started(UUID.randomUUID(), request, clock.instant());
        stored(() -> {
            jobs.save(job);
            return job;
        });
        running.put(job.id(), job);
        Acting acting = audit.acting();
        worker.execute(() -> run(job.id(), request, acting));
        return job;
    }

    /** Returns how far an import is. */
    Optional<ImportJob> find(UUID id) {
        ImportJob now = running.get(id);
        if (now != null) {
            return Optional.of(now);
        }
        database.require();
        return stored(() -> jobs.find(id));
    }

    /** Returns whether images are being imported, or wait for their turn. */
    public boolean isImporting() {
        return running.values().stream().anyMatch(job -> job.state() == ImportJob.State.RUNNING);
    }

    /** A database that went away since it was migrated is no fault of the node: the steward tries again later. */
    private <T> T stored(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            if (database.trouble().isPresent()) {
                throw database.unavailable(e);
            }
            throw e;
        }
    }

    @PreDestroy
    void stop() {
        worker.shutdownNow();
    }

    private void run(UUID id, ImportRequest request, Acting acting) {
        ImportJob ended;
        try {
            ImageSource folder =
                    IdxSource.isIn(request.folder()) ? IdxSource.open(request) : FolderSource.open(request);
            int total = folder.total();
            running.computeIfPresent(id, (key, job) -> job.at(0, total));
            images.add(folder, acting, request.replace(), done -> advance(id, done, total));
            ended = running.get(id).finished(clock.instant());
        } catch (RuntimeException | SQLException | OutOfMemoryError | LinkageError e) {
            ended = running.get(id).failed(ImportProblems.of(e, request, database), clock.instant());
        }
        // Before it is saved: whoever hears of the saved row must not read here that it still runs.
        running.put(id, ended);
        try {
            jobs.save(ended);
            running.remove(id);
        } catch (RuntimeException e) {
            // The outcome stays readable until the node stops; the row is marked as interrupted at the next start.
            LOG.log(Level.WARNING, e, () -> "the outcome of import " + id + " could not be saved");
        }
    }

    private void advance(UUID id, int done, int total) {
        if (Thread.currentThread().isInterrupted()) {
            throw new ProblemException(new Problem(
                    "import-interrupted",
                    503,
                    "The import was interrupted",
                    "The node is stopping; nothing of this import was stored.",
                    "Start the import again."));
        }
        running.computeIfPresent(id, (key, job) -> job.at(done, total));
    }

    private void requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ProblemException(new Problem(
                    "folder-missing",
                    422,
                    "The folder is not there",
                    folder + " is no folder on the machine of this node.",
                    "Copy the images to this machine, or correct 'folder'."));
        }
        settings.root().filter(root -> !liesIn(folder, root)).ifPresent(root -> {
            throw new ProblemException(new Problem(
                    "folder-not-allowed",
                    403,
                    "The folder is not allowed",
                    folder + " does not lie below " + root + ", where images to import must lie at this site.",
                    "Copy the images there, or have consilium.import.dir in bootstrap.properties changed."));
        });
    }

    /** Looks at where links lead, since a link may lead out of the allowed folder. */
    private static boolean liesIn(Path folder, Path root) {
        try {
            return folder.toRealPath().startsWith(root.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }
}
