package org.consilium.site.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;
import org.consilium.model.images.ImageDataException;
import org.consilium.site.audit.RecordedAudit;
import org.consilium.site.audit.SiteEvent;
import org.consilium.site.platform.KeyFolder;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Pseudonyms;
import org.junit.jupiter.api.Test;

class ImageStoreIT extends OnSiteDatabase {

    @Test
    void what_comes_in_is_recorded_by_a_fingerprint_that_tells_nothing_without_the_sites_secret() throws Exception {
        folder.idx("train", 0, 1, 0);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});
        Sha256 before = store.fingerprint("cells").orElseThrow();
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});
        folder.idx("train", 1, 1, 0);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, true, done -> {});
        Sha256 after = store.fingerprint("cells").orElseThrow();

        assertThat(audit.events)
                .containsExactly(
                        new SiteEvent.DatasetRegistered("cells", before, 2),
                        new SiteEvent.DatasetChanged("cells", before, after, 2));
        assertThat(before).isNotEqualTo(after);
        assertThat(store.fingerprint("other")).isEmpty();
        ImageStore elsewhere =
                database.images(new Pseudonyms(new KeyFolder(temporary.resolve("other-keys"))), new RecordedAudit());
        assertThat(elsewhere.fingerprint("cells").orElseThrow()).isNotEqualTo(after);
    }

    @Test
    void images_come_back_in_import_order_however_they_lie_in_the_table() throws Exception {
        int[] labels = IntStream.range(0, 1_100).map(i -> i * i % 3).toArray();
        folder.idx("train", 0, labels).idx("val", 5, 1, 0);
        List<Integer> progress = new ArrayList<>();

        assertThat(store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, progress::add))
                .isTrue();
        // An update moves rows to the end of the table.
        database.run("UPDATE imaging.image SET label = label WHERE ordinal % 3 = 1");

        LabelledImages images = store.read("cells", Split.TRAIN).orElseThrow();
        assertThat(images.labels()).isEqualTo(labels);
        for (int i = 0; i < labels.length; i++) {
            byte[] expected = new byte[12];
            Arrays.fill(expected, (byte) (10 * i));
            assertThat(images.pixels(i)).as("image %d", i).isEqualTo(expected);
        }
        assertThat(progress).isSorted().endsWith(1_102);
        assertThat(store.read("cells", Split.TEST)).isEmpty();
        assertThat(store.read("brains", Split.TRAIN)).isEmpty();
    }

    @Test
    void counts_are_told_by_split_and_class() throws Exception {
        folder.idx("train", 0, 0, 1, 1, 2).idx("val", 0, 2);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});

        assertThat(store.summaries()).singleElement().satisfies(summary -> {
            assertThat(summary.description())
                    .isEqualTo(IdxSource.open(folder.request()).description());
            assertThat(summary.counts().get(Split.TRAIN)).containsExactly(1, 2, 1);
            assertThat(summary.counts().get(Split.VAL)).containsExactly(0, 0, 1);
            assertThat(summary.counts()).doesNotContainKey(Split.TEST);
        });
    }

    @Test
    void the_same_import_again_changes_nothing() throws Exception {
        folder.idx("train", 0, 0, 1, 2);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});
        List<String> rows = rows();

        assertThat(store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {}))
                .isFalse();
        assertThat(store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, true, done -> {}))
                .isFalse();

        assertThat(rows()).isEqualTo(rows);
    }

    @Test
    void other_images_under_the_same_name_need_the_word_replace() throws Exception {
        folder.idx("train", 0, 0, 1, 2);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});
        List<String> rows = rows();
        folder.idx("train", 3, 0, 1, 2);

        assertThatThrownBy(() -> store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {}))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().status()).isEqualTo(409);
                    assertThat(refused.problem().code()).isEqualTo("dataset-exists");
                    assertThat(refused.problem().detail()).contains("'cells'");
                    assertThat(refused.problem().action()).contains("\"replace\":true");
                });
        assertThat(rows()).isEqualTo(rows);

        assertThat(store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, true, done -> {}))
                .isTrue();
        assertThat(store.read("cells", Split.TRAIN).orElseThrow().pixels(0)).containsOnly(3);
        assertThat(rows()).hasSize(3);
    }

    @Test
    void a_new_split_joins_those_that_are_there() throws Exception {
        folder.idx("train", 0, 0, 1, 2);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});
        List<String> rows = rows();
        ImportFolder more = new ImportFolder(temporary.resolve("more")).idx("test", 9, 2, 1);

        assertThat(store.add(IdxSource.open(more.request()), RecordedAudit.NODE, false, done -> {}))
                .isTrue();

        assertThat(rows()).hasSize(5).containsAll(rows);
    }

    @Test
    void an_import_that_ends_half_way_leaves_nothing_and_can_be_repeated() throws Exception {
        folder.idx("train", 0, new int[700]).idx("val", 0, 1);
        List<Integer> progress = new ArrayList<>();

        assertThatThrownBy(() -> store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {
                    progress.add(done);
                    throw new IllegalStateException("the machine lost its power");
                }))
                .hasMessage("the machine lost its power");

        assertThat(progress).containsExactly(500);
        assertThat(rows()).isEmpty();
        assertThat(store.summaries()).isEmpty();
        assertThat(store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {}))
                .isTrue();
        assertThat(rows()).hasSize(701);
    }

    @Test
    void an_import_that_fails_while_replacing_keeps_what_was_there() throws Exception {
        folder.idx("train", 0, 0, 1, 2);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});
        List<String> rows = rows();
        folder.idx("train", 4, 0, 1, 2);

        assertThatThrownBy(() -> store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, true, done -> {
                    throw new IllegalStateException("stopped");
                }))
                .hasMessage("stopped");

        assertThat(rows()).isEqualTo(rows);
    }

    @Test
    void a_bad_file_at_the_very_end_changes_nothing() throws Exception {
        folder.png("train/a/1.png", 1).png("train/b/1.png", 2).file("val/b/1.png", new byte[] {1, 2, 3});

        assertThatThrownBy(() -> store.add(FolderSource.open(folder.request()), RecordedAudit.NODE, false, done -> {}))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContaining("1.png");

        assertThat(store.summaries()).isEmpty();
    }

    @Test
    void a_folder_that_changes_while_it_is_imported_is_refused() throws Exception {
        folder.png("train/a/1.png", 1).png("train/b/1.png", 2).png("val/b/1.png", 3);

        assertThatThrownBy(() -> store.add(
                        FolderSource.open(folder.request()), RecordedAudit.NODE, false, done -> change("val/b/1.png")))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContaining("val")
                .hasMessageContaining(folder.path.toString())
                .hasMessageContaining("import it again");

        assertThat(store.summaries()).isEmpty();
    }

    @Test
    void patients_are_stored_as_pseudonyms_that_the_sites_secret_makes() throws Exception {
        folder.png("train/a/smith.png", 1).png("train/b/jones.png", 2);
        store.add(FolderSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});

        List<String> keys = database.column("SELECT patient_key FROM imaging.image ORDER BY ordinal");

        String smith = "cells/" + folder.path.resolve("train/a/smith.png");
        assertThat(keys).hasSize(2).doesNotHaveDuplicates().first().isEqualTo(pseudonyms.of(smith));
        assertThat(database.column("SELECT i::text FROM imaging.image i"))
                .allSatisfy(row -> assertThat(row).doesNotContain("smith").doesNotContain("jones"));
    }

    @Test
    void files_that_stay_outside_are_read_from_there_and_looked_at_each_time() throws Exception {
        folder.png("train/a/1.png", 1).png("train/b/1.png", 2);
        ImportRequest keeping = new ImportRequest("cells", folder.path, "microscopy", false, true);
        store.add(FolderSource.open(keeping), RecordedAudit.NODE, false, done -> {});
        LabelledImages images = store.read("cells", Split.TRAIN).orElseThrow();
        assertThat(images.labels()).containsExactly(0, 1);
        assertThat(images.pixels(0)[0]).isEqualTo((byte) 1);
        assertThat(database.column("SELECT bytes FROM imaging.image")).containsOnlyNulls();

        change("train/b/1.png");
        assertThatThrownBy(() -> store.read("cells", Split.TRAIN))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContaining(folder.path.resolve("train/b/1.png").toString())
                .hasMessageContaining("\"replace\":true");

        Files.delete(folder.path.resolve("train/a/1.png"));
        assertThatThrownBy(() -> store.read("cells", Split.TRAIN))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContaining(folder.path.resolve("train/a/1.png").toString())
                .hasMessageContaining("put the file back");
    }

    @Test
    void a_stored_image_that_was_damaged_is_named() throws Exception {
        folder.idx("train", 0, 0, 1);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});
        database.run("UPDATE imaging.image SET bytes = '\\x0102' WHERE ordinal = 1");

        assertThatThrownBy(() -> store.read("cells", Split.TRAIN))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContaining("image 1 of cells/train")
                .hasMessageContaining("import the data set again");
    }

    @Test
    void training_reads_images_once_until_an_import_changes_them() throws Exception {
        folder.idx("train", 0, 0, 1).idx("val", 0, 1);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});
        ImageLibrary library = new ImageLibrary(store, database.database);

        LabelledImages first = library.images("cells", Split.TRAIN).orElseThrow();
        assertThat(library.images("cells", Split.VAL)).isPresent();
        assertThat(library.images("cells", Split.TRAIN)).containsSame(first);
        assertThat(library.images("cells", Split.TEST)).isEmpty();

        folder.idx("train", 7, 0, 1);
        store.add(IdxSource.open(folder.request()), RecordedAudit.NODE, true, done -> {});

        assertThat(library.images("cells", Split.TRAIN).orElseThrow().pixels(0)).containsOnly(7);
    }

    @Test
    void digests_are_those_of_the_bytes() throws Exception {
        folder.png("train/a/1.png", 1).png("train/b/1.png", 2);
        store.add(FolderSource.open(folder.request()), RecordedAudit.NODE, false, done -> {});

        assertThat(database.column("SELECT sha256 FROM imaging.image ORDER BY ordinal"))
                .containsExactly(
                        Sha256.of(folder.bytes("train/a/1.png")).hex(),
                        Sha256.of(folder.bytes("train/b/1.png")).hex());
    }

    @Test
    void the_container_rolls_back_after_each_failure_that_the_tests_roll_back_after() {
        assertThat(ImageStore.class.getAnnotation(Transactional.class).rollbackOn())
                .containsExactlyInAnyOrder(RuntimeException.class, SQLException.class);
    }

    private void change(String name) {
        try {
            folder.png(name, 99);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> rows() throws SQLException {
        return database.column("SELECT id || ' ' || xmin::text || ' ' || sha256 FROM imaging.image ORDER BY id");
    }
}
