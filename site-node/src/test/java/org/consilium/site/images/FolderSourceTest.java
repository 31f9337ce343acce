package org.consilium.site.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.model.ImageShape;
import org.consilium.model.images.ImageDataException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSourceTest {

    @TempDir
    Path temporary;

    private ImportFolder folder;

    @BeforeEach
    void make() throws IOException {
        folder = new ImportFolder(temporary.resolve("cells"));
    }

    @Test
    void files_come_by_class_then_by_name_with_their_own_bytes() throws IOException {
        folder.png("train/malignant/a.png", 1)
                .png("train/benign/c.PNG", 2)
                .image("train/benign/b.jpg", "jpg", 16, 12, 3)
                .png("test/benign/d.png", 4)
                .file("train/benign/notes.txt", new byte[] {1});

        List<ImportedImage> images = read(folder.request());

        assertThat(images).extracting(ImportedImage::label).containsExactly(0, 0, 1, 0);
        assertThat(images)
                .extracting(ImportedImage::encoding)
                .containsExactly(Encoding.JPEG, Encoding.PNG, Encoding.PNG, Encoding.PNG);
        assertThat(images.get(2).bytes()).isEqualTo(folder.bytes("train/malignant/a.png"));
        assertThat(images.get(2).digest()).isEqualTo(Sha256.of(folder.bytes("train/malignant/a.png")));
        assertThat(images).allSatisfy(image -> assertThat(image.keptAt()).isEmpty());
        DatasetDescription description = FolderSource.open(folder.request()).description();
        assertThat(description.classes()).containsExactly("benign", "malignant");
        assertThat(description.shape()).isEqualTo(new ImageShape(12, 16, 1));
    }

    @Test
    void the_data_sets_file_orders_the_classes() throws IOException {
        folder.png("train/benign/a.png", 1)
                .png("train/malignant/a.png", 2)
                .text("dataset.json", "{\"classes\":[\"malignant\",\"benign\"]}");

        assertThat(read(folder.request()))
                .extracting(image -> image.label() + " " + image.patient())
                .containsExactly(
                        "0 cells/" + folder.path.resolve("train/malignant/a.png"),
                        "1 cells/" + folder.path.resolve("train/benign/a.png"));
    }

    @Test
    void files_may_stay_where_they_are() throws IOException {
        folder.png("train/a/1.png", 1).png("train/b/1.png", 2);

        assertThat(read(new ImportRequest("cells", folder.path, "microscopy", false, true)))
                .extracting(image -> image.keptAt().orElseThrow())
                .containsExactly(folder.path.resolve("train/a/1.png"), folder.path.resolve("train/b/1.png"));
    }

    @Test
    void a_truncated_file_is_named_wherever_it_ends() throws IOException {
        for (String format : new String[] {"png", "jpg"}) {
            String name = "train/b/bad." + format;
            folder.png("train/a/good.png", 1).image(name, format, 16, 12, 5);
            byte[] whole = folder.bytes(name);
            for (int length = 0; length < whole.length - 1; length += 7) {
                folder.file(name, Arrays.copyOf(whole, length));
                assertRefused()
                        .as("%s of %d of %d bytes", format, length, whole.length)
                        .hasMessageContaining(folder.path.resolve(name).toString());
            }
            folder.file(name, whole);
            assertThat(read(folder.request())).isNotEmpty();
        }
    }

    @Test
    void a_png_with_one_flipped_bit_is_named() throws IOException {
        folder.png("train/a/good.png", 1).png("train/b/bad.png", 5);
        byte[] whole = folder.bytes("train/b/bad.png");
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 4;
            folder.file("train/b/bad.png", flipped);
            assertRefused().as("bit flipped in byte %d of %d", at, whole.length).hasMessageContaining("bad.png");
        }
    }

    @Test
    void something_else_under_that_name_is_refused() throws IOException {
        folder.png("train/a/good.png", 1).file("train/b/bad.png", "not a picture at all".getBytes());

        assertRefused().hasMessageContaining("bad.png").hasMessageContaining("convert it or remove it");
    }

    @Test
    void an_image_of_another_size_is_named_with_both_sizes() throws IOException {
        folder.png("train/a/good.png", 1).image("val/b/bad.png", "png", 17, 12, 2);

        assertRefused()
                .hasMessageContaining(folder.path.resolve("val/b/bad.png").toString())
                .hasMessageContaining("12x17x1")
                .hasMessageContaining("12x16x1");
    }

    @Test
    void a_folder_that_is_no_class_is_named_with_the_classes() throws IOException {
        folder.png("train/benign/a.png", 1)
                .png("train/benin/a.png", 2)
                .text("dataset.json", "{\"classes\":[\"benign\",\"malignant\"]}");

        assertRefused()
                .hasMessageContaining(folder.path.resolve("train/benin").toString())
                .hasMessageContaining("[benign, malignant]");
    }

    @Test
    void one_class_alone_is_refused_with_the_next_action() throws IOException {
        folder.png("train/benign/a.png", 1);

        assertRefused().hasMessageContaining("2 to 1000 classes").hasMessageContaining("dataset.json");
    }

    @Test
    void zero_images_are_refused_with_the_form_that_a_folder_has() throws IOException {
        assertNone();
        folder.png("a.png", 1);
        assertNone();
        folder.file("train/benign/readme.txt", new byte[] {1});
        assertNone();
    }

    private void assertNone() {
        assertThatThrownBy(() -> read(folder.request()))
                .isInstanceOf(NoImagesException.class)
                .hasMessageContaining(folder.path.toString())
                .hasMessageContaining("SPLIT/CLASS");
    }

    private AbstractThrowableAssert<?, ?> assertRefused() {
        return assertThatThrownBy(() -> read(folder.request())).isInstanceOf(ImageDataException.class);
    }

    private static List<ImportedImage> read(ImportRequest request) {
        FolderSource source = FolderSource.open(request);
        List<ImportedImage> images = new ArrayList<>();
        for (Split split : source.sizes().keySet()) {
            source.images(split).forEach(images::add);
        }
        assertThat(images).hasSize(source.total());
        return images;
    }
}
