package org.consilium.model.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import org.consilium.model.Pictures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDatasetsTest {

    @TempDir
    Path folder;

    @Test
    void a_folder_of_idx_files_knows_its_source_and_any_split_that_is_there() throws IOException {
        Path data = folder.resolve("blood28");
        IdxFiles.write(data, "held-out", Pictures.of(new ImageShape(28, 28, 3), 8, 5, 1));
        Files.writeString(
                data.resolve("ATTRIBUTION.txt"),
                "Cells, A. Author.\nA Hospital.\nLicence: CC BY 4.0 (https://a.example/4.0/). Evidence seen.\nChanges.\n");
        ImageDataset blood = ImageDatasets.open("blood28", Optional.of(folder));

        assertThat(blood.load("held-out").size()).isEqualTo(5);
        assertThat(blood.classNames()).hasSize(8).contains("monocyte");
        assertThat(blood.shape()).isEqualTo(new ImageShape(28, 28, 3));
        assertThat(blood.source()).isEqualTo("Cells, A. Author. A Hospital.");
        assertThat(blood.licence()).isEqualTo("CC BY 4.0 (https://a.example/4.0/)");
        assertThat(blood.generated()).isFalse();
        assertThatThrownBy(() -> blood.load("train")).hasMessageContaining("train-images-idx4-ubyte.gz");
    }

    @Test
    void the_files_may_lie_in_the_named_folder_itself() {
        LabelledImages images = Pictures.of(new ImageShape(28, 28, 3), 8, 5, 1);
        IdxFiles.write(folder, "held-out", images);
        ImageDataset blood = ImageDatasets.open("blood28", Optional.of(folder));

        assertThat(blood.load("held-out").labels()).isEqualTo(images.labels());
        assertThat(blood.classNames()).contains("monocyte");
    }

    @Test
    void data_of_unknown_origin_says_so() {
        IdxFiles.write(folder.resolve("mine"), "train", Pictures.grey(20, 1));
        ImageDataset mine = ImageDatasets.open("mine", Optional.of(folder));
        assertThat(mine.licence()).isEqualTo("not stated");
        assertThat(mine.source()).contains("no ATTRIBUTION.txt");
        assertThat(mine.classNames()).containsExactly("class 0", "class 1", "class 2");
    }

    @Test
    void a_data_set_that_is_not_there_is_refused_with_what_there_is() throws IOException {
        Files.createDirectories(folder.resolve("other"));
        assertThatThrownBy(() -> ImageDatasets.open("blood28", Optional.empty()))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContainingAll("blood28", "--data", "phantom-cells");
        assertThatThrownBy(() -> ImageDatasets.open("blood28", Optional.of(folder)))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContainingAll("blood28", "other", "phantom-cells");
        assertThatThrownBy(() -> ImageDatasets.open("other", Optional.of(folder)))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContaining("neither");
    }

    @Test
    void a_medmnist_file_is_read_by_its_own_path_and_from_the_data_folder() throws IOException {
        LabelledImages images = Pictures.of(new ImageShape(6, 5, 3), 8, 4, 1);
        Path file = npz("bloodmnist.npz", "(4, 6, 5, 3)", images, "|u1", "(4, 1)", 0);
        for (Path place : new Path[] {file, folder}) {
            ImageDataset blood = ImageDatasets.open("bloodmnist", Optional.of(place));
            LabelledImages read = blood.load("train");
            assertThat(blood.shape()).isEqualTo(images.shape());
            assertThat(read.labels()).isEqualTo(images.labels());
            assertThat(read.pixels(3)).isEqualTo(images.pixels(3));
            assertThatThrownBy(() -> blood.load("val")).hasMessageContaining("no array val_labels");
        }
    }

    @Test
    void a_medmnist_file_that_cannot_be_used_is_named() throws IOException {
        LabelledImages images = Pictures.of(new ImageShape(6, 5, 3), 8, 4, 1);
        assertNpzRefused(npz("a.npz", "(4, 6, 5, 3)", images, "|u1", "(4, 1)", 1), "truncated");
        assertNpzRefused(npz("b.npz", "(4, 6, 5, 3)", images, "<f4", "(4, 1)", 0), "unsigned bytes");
        assertNpzRefused(npz("c.npz", "(4, 6, 5, 3)", images, "|u1", "(2, 2)", 0), "several labels");
        assertNpzRefused(npz("d.npz", "(3, 6, 5, 3)", images, "|u1", "(4, 1)", 0), "3 images");
        assertNpzRefused(
                Files.writeString(folder.resolve("e.npz"), "no zip"), "neither a folder nor a MedMNIST .npz file");
        assertNpzRefused(Files.writeString(folder.resolve("f.npz"), ""), "neither a folder nor a MedMNIST .npz file");
    }

    @Test
    void source_and_licence_are_claimed_only_for_files_with_a_name_of_medmnists() throws IOException {
        LabelledImages images = Pictures.of(new ImageShape(6, 5, 3), 8, 4, 1);
        Path known = npz("bloodmnist_64.npz", "(4, 6, 5, 3)", images, "|u1", "(4, 1)", 0);
        Path unknown = npz("scans.npz", "(4, 6, 5, 3)", images, "|u1", "(4, 1)", 0);

        ImageDataset blood = ImageDatasets.open("bloodmnist-64", Optional.of(known));
        assertThat(blood.source())
                .contains("MedMNIST file bloodmnist_64.npz, by its name")
                .contains("Yang et al.");
        assertThat(blood.licence()).contains("as MedMNIST states");
        assertThat(blood.classNames()).contains("monocyte");
        for (String name : List.of("scans", "blood28")) {
            ImageDataset scans = ImageDatasets.open(name, Optional.of(unknown));
            assertThat(scans.source()).contains(unknown.toString()).doesNotContain("Yang");
            assertThat(scans.licence()).isEqualTo("not stated");
        }
    }

    private static void assertNpzRefused(Path file, String words) {
        assertThatThrownBy(() ->
                        ImageDatasets.open("bloodmnist", Optional.of(file)).load("train"))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContainingAll(file.getFileName().toString(), words);
    }

    private Path npz(String name, String shape, LabelledImages images, String type, String labelShape, int missing)
            throws IOException {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        byte[] labels = new byte[images.size()];
        for (int i = 0; i < labels.length; i++) {
            pixels.write(images.pixels(i));
            labels[i] = (byte) images.label(i);
        }
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            npy(zip, "train_images", type, shape, pixels.toByteArray(), pixels.size() - 1000 * missing / 3);
            npy(zip, "train_labels", "|u1", labelShape, labels, labels.length);
        }
        return file;
    }

    private static void npy(ZipOutputStream zip, String name, String type, String shape, byte[] bytes, int length)
            throws IOException {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
        header = header + " ".repeat((64 - (header.length() + 11) % 64) % 64) + "\n";
        zip.putNextEntry(new ZipEntry(name + ".npy"));
        zip.write(new byte[] {
            (byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), (byte) (header.length() >> 8)
        });
        zip.write(header.getBytes(StandardCharsets.ISO_8859_1));
        zip.write(bytes, 0, length);
        zip.closeEntry();
    }
}
