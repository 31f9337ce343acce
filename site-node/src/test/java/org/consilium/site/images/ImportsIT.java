package org.consilium.site.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.consilium.contract.Problem;
import org.consilium.site.audit.Actors.Acting;
import org.consilium.site.audit.RecordedAudit;
import org.consilium.site.images.ImportJob.State;
import org.consilium.site.platform.ImportSettings;
import org.consilium.site.platform.ProblemException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ImportsIT extends OnSiteDatabase {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T10:00:00.123456Z"), ZoneOffset.UTC);

    private ImportSettings allowed = new ImportSettings(Optional.empty());
    private SiteDatabase.Jobs jobs;
    private Imports imports;

    @BeforeEach
    void open() {
        jobs = database.jobs();
        imports = node(store);
    }

    @AfterEach
    void close() {
        imports.stop();
    }

    @Test
    void an_import_ends_as_done_and_is_known_after_a_restart() throws Exception {
        folder.idx("train", 0, 0, 1, 2);

        ImportJob asked = imports.start(folder.request());

        assertThat(asked.state()).isEqualTo(State.RUNNING);
        ImportJob ended = ended();
        assertThat(ended.id()).isEqualTo(asked.id());
        assertThat(ended.state()).isEqualTo(State.DONE);
        assertThat(ended.done()).isEqualTo(3);
        assertThat(ended.total()).isEqualTo(3);
        assertThat(node(store).find(asked.id())).contains(ended);
        assertThat(store.summaries()).hasSize(1);
    }

    @Test
    void an_import_that_fails_says_why_and_what_to_do_also_after_a_restart() throws Exception {
        folder.idx("train", 0, 0, 1).images("val", 0, 2, 4, 3).labels("val", 0);

        UUID id = imports.start(folder.request()).id();

        assertThat(ended().state()).isEqualTo(State.FAILED);
        Problem problem = node(store).find(id).orElseThrow().problem().orElseThrow();
        assertThat(problem.code()).isEqualTo("images-invalid");
        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.detail()).contains("val-images-idx3-ubyte.gz").contains("2 images");
        assertThat(problem.action()).contains("Nothing was changed").contains("import again");
        assertThat(store.summaries()).isEmpty();
    }

    @Test
    void an_empty_folder_is_an_import_that_fails() throws Exception {
        imports.start(folder.request());

        assertThat(ended().problem()).hasValueSatisfying(problem -> {
            assertThat(problem.code()).isEqualTo("no-images");
            assertThat(problem.detail()).contains(folder.path.toString());
        });
    }

    @Test
    void a_folder_that_is_not_there_is_refused_at_once() throws Exception {
        Path missing = temporary.resolve("missing");

        assertThatThrownBy(() -> imports.start(new ImportRequest("cells", missing, "microscopy", false, false)))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().status()).isEqualTo(422);
                    assertThat(refused.problem().code()).isEqualTo("folder-missing");
                    assertThat(refused.problem().detail()).contains(missing.toString());
                });
        assertThat(database.column("SELECT id FROM imaging.import_job")).isEmpty();
    }

    @Test
    void a_folder_outside_the_allowed_one_is_refused_also_behind_a_link_or_dots() throws Exception {
        folder.idx("train", 0, 0, 1);
        Path root = Files.createDirectories(temporary.resolve("allowed"));
        Path inside = Files.createDirectories(root.resolve("inside"));
        Path link = Files.createSymbolicLink(root.resolve("link"), folder.path);
        Path sibling = Files.createDirectories(temporary.resolve("allowed-not"));
        allowed = new ImportSettings(Optional.of(root));
        imports = node(store);

        for (Path outside : new Path[] {folder.path, link, sibling, root.resolve("../cells"), temporary}) {
            assertThatThrownBy(() -> imports.start(new ImportRequest("cells", outside, "microscopy", false, false)))
                    .as(outside.toString())
                    .isInstanceOfSatisfying(ProblemException.class, refused -> {
                        assertThat(refused.problem().status()).isEqualTo(403);
                        assertThat(refused.problem().code()).isEqualTo("folder-not-allowed");
                        assertThat(refused.problem().detail())
                                .contains(outside.toString())
                                .contains(root.toString());
                        assertThat(refused.problem().action()).contains("consilium.import.dir");
                    });
        }
        assertThat(database.column("SELECT id FROM imaging.import_job")).isEmpty();

        imports.start(new ImportFolder(inside).idx("train", 0, 0, 1).request());
        assertThat(ended().state()).isEqualTo(State.DONE);
    }

    @Test
    void imports_run_one_after_the_other_and_one_that_fails_does_not_stop_the_next() throws Exception {
        folder.idx("train", 0, 0, 1, 2);
        ImportFolder bad = new ImportFolder(temporary.resolve("bad"));

        imports.start(bad.request());
        imports.start(folder.request());

        assertThat(ended().state()).isEqualTo(State.FAILED);
        assertThat(ended().state()).isEqualTo(State.DONE);
    }

    @Test
    void an_import_that_a_crash_ended_is_shown_as_failed_and_can_be_repeated() throws Exception {
        folder.idx("train", 0, 0, 1, 2);
        ImportJob crashed = ImportJob.started(UUID.randomUUID(), folder.request(), CLOCK.instant());
        jobs.save(crashed);

        Imports restarted = node(store);
        restarted.open();

        ImportJob shown = restarted.find(crashed.id()).orElseThrow();
        assertThat(shown.state()).isEqualTo(State.FAILED);
        assertThat(shown.problem()).hasValueSatisfying(problem -> {
            assertThat(problem.code()).isEqualTo("import-interrupted");
            assertThat(problem.action()).startsWith("Start the import again");
        });
        restarted.start(folder.request());
        assertThat(ended().state()).isEqualTo(State.DONE);
    }

    @Test
    void an_import_whose_end_was_not_noted_can_be_repeated_without_changing_anything() throws Exception {
        folder.idx("train", 0, 0, 1, 2);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});
        jobs.save(ImportJob.started(UUID.randomUUID(), folder.request(), CLOCK.instant()));
        String rows = "SELECT id || ' ' || xmin::text FROM imaging.image ORDER BY id";
        List<String> before = database.column(rows);

        Imports restarted = node(store);
        restarted.open();

        restarted.start(folder.request());

        assertThat(ended().state()).isEqualTo(State.DONE);
        assertThat(database.column(rows)).isEqualTo(before);
    }

    @Test
    void what_ended_is_left_alone_at_the_next_start() throws Exception {
        folder.idx("train", 0, 0, 1, 2);
        UUID id = imports.start(folder.request()).id();
        ImportJob ended = ended();

        Imports restarted = node(store);
        restarted.open();

        assertThat(restarted.find(id)).contains(ended);
    }

    @Test
    void a_node_that_stops_ends_its_import_and_stores_nothing_of_it() throws Exception {
        folder.idx("train", 0, new int[700]);
        Imports[] stopping = new Imports[1];
        ImageStore stopsInTheMiddle = new Wrapped(() -> stopping[0].stop());
        stopping[0] = node(stopsInTheMiddle);

        stopping[0].start(folder.request());

        assertThat(ended().problem())
                .hasValueSatisfying(problem -> assertThat(problem.code()).isEqualTo("import-interrupted"));
        assertThat(store.summaries()).isEmpty();
    }

    @Test
    void a_missing_library_of_the_machine_ends_the_import_with_an_error() throws Exception {
        folder.idx("train", 0, 0, 1);
        imports = node(new Wrapped(() -> {
            throw new UnsatisfiedLinkError("libjavajpeg.so: cannot open shared object file");
        }));

        imports.start(folder.request());

        assertThat(ended().problem()).hasValueSatisfying(problem -> {
            assertThat(problem.code()).isEqualTo("import-failed");
            assertThat(problem.detail()).contains("libjavajpeg.so");
        });
    }

    @Test
    void an_unknown_import_is_not_found() {
        assertThat(imports.find(UUID.randomUUID())).isEmpty();
    }

    @Test
    void the_mapping_fits_the_migrated_schema() throws Exception {
        imports.open();

        database.run("ALTER TABLE imaging.import_job DROP COLUMN problem");
        assertThatThrownBy(imports::open).hasMessageContaining("problem");
    }

    private ImportJob ended() throws InterruptedException {
        ImportJob ended = jobs.ended.poll(30, TimeUnit.SECONDS);
        assertThat(ended).as("an import ended within 30 s").isNotNull();
        return ended;
    }

    private Imports node(ImageStore images) {
        ManagedThreadFactory threads = (ManagedThreadFactory) Proxy.newProxyInstance(
                ImportsIT.class.getClassLoader(),
                new Class<?>[] {ManagedThreadFactory.class},
                (self, method, arguments) -> new Thread((Runnable) arguments[0]));
        return new Imports(images, jobs, new RecordedAudit(), database.database, allowed, CLOCK, threads);
    }

    /** The store, where something happens after the first images were written. */
    private final class Wrapped extends ImageStore {

        private final Runnable event;

        Wrapped(Runnable event) {
            this.event = event;
        }

        @Override
        boolean add(ImageSource source, Acting acting, boolean replace, IntConsumer done) throws SQLException {
            return store.add(source, acting, replace, written -> {
                event.run();
                done.accept(written);
            });
        }
    }
}
