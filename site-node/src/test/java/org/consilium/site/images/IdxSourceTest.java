package org.consilium.site.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
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

class IdxSourceTest {

    private static final String IMAGES = "train-images-idx3-ubyte.gz";
    private static final String LABELS = "train-labels-idx1-ubyte.gz";

    @TempDir
    Path temporary;

    private ImportFolder folder;

    @BeforeEach
    void make() throws IOException {
        folder = new ImportFolder(temporary.resolve("cells"));
    }

    @Test
    void images_come_in_file_order_with_their_labels_and_digests() throws IOException {
        folder.idx("train", 0, 2, 0, 1).idx("val", 100, 1);

        List<ImportedImage> images = read();

        assertThat(images).extracting(ImportedImage::label).containsExactly(2, 0, 1, 1);
        byte[] second = new byte[12];
        Arrays.fill(second, (byte) 10);
        assertThat(images.get(1).bytes()).isEqualTo(second);
        assertThat(images.get(1).digest()).isEqualTo(Sha256.of(second));
        assertThat(images).extracting(ImportedImage::patient).doesNotHaveDuplicates();
        DatasetDescription description = IdxSource.open(folder.request()).description();
        assertThat(description.shape()).isEqualTo(new ImageShape(4, 3, 1));
        assertThat(description.classes()).containsExactly("0", "1", "2");
    }

    @Test
    void the_data_sets_file_names_classes_source_and_licence() throws IOException {
        folder.idx("train", 0, 0, 1)
                .text(
                        "dataset.json",
                        "{\"classes\":[\"benign\",\"malignant\",\"other\"],\"source\":\"us\",\"licence\":\"ours\"}");

        DatasetDescription description = IdxSource.open(folder.request()).description();

        assertThat(description.classes()).containsExactly("benign", "malignant", "other");
        assertThat(description.source()).isEqualTo("us");
        assertThat(description.licence()).isEqualTo("ours");
    }

    @Test
    void a_missing_file_is_named() throws IOException {
        folder.labels("train", 0, 1);
        assertRefused().hasMessageContaining("train-images-idx").hasMessageContaining("not there");

        Files.delete(folder.path.resolve(LABELS));
        folder.images("train", 0, 2, 4, 3);
        assertRefused().hasMessageContaining(LABELS).hasMessageContaining("not there");
    }

    @Test
    void a_truncated_file_is_named() throws IOException {
        folder.idx("train", 0, 0, 1);
        byte[] images = folder.bytes(IMAGES);
        for (int length : new int[] {0, 5, 20, images.length / 2, images.length - 1}) {
            folder.file(IMAGES, Arrays.copyOf(images, length));
            assertRefused()
                    .as("of %d bytes", length)
                    .hasMessageContaining(folder.path.resolve(IMAGES).toString())
                    .hasMessageContaining("copy it again");
        }
        folder.file(IMAGES, images);
        byte[] labels = folder.bytes(LABELS);
        folder.file(LABELS, Arrays.copyOf(labels, labels.length - 9));
        assertRefused().hasMessageContaining(LABELS).hasMessageContaining("copy it again");
    }

    @Test
    void a_label_out_of_range_is_named_with_its_image() throws IOException {
        folder.idx("train", 0, 0, 1, 7).text("dataset.json", "{\"classes\":[\"benign\",\"malignant\"]}");

        assertRefused()
                .hasMessageContaining(LABELS)
                .hasMessageContaining("image 2")
                .hasMessageContaining("label 7")
                .hasMessageContaining("0 to 1");
    }

    @Test
    void other_numbers_of_images_and_labels_are_refused_with_both() throws IOException {
        folder.images("train", 0, 3, 4, 3).labels("train", 0, 1);

        assertRefused()
                .hasMessageContaining("3 images")
                .hasMessageContaining("2 labels")
                .hasMessageContaining(LABELS);
    }

    @Test
    void splits_of_unlike_sizes_are_refused_with_both() throws IOException {
        folder.idx("train", 0, 0, 1).images("val", 0, 1, 5, 5).labels("val", 0);

        assertRefused()
                .hasMessageContaining("val split")
                .hasMessageContaining("5x5x1")
                .hasMessageContaining("4x3x1");
    }

    @Test
    void something_else_under_that_name_is_refused() throws IOException {
        folder.labels("train", 0).file("train-images-idx3-ubyte", "GIF89a, honestly".getBytes());

        assertRefused().hasMessageContaining("train-images-idx3-ubyte").hasMessageContaining("magic number");
    }

    @Test
    void zero_images_are_refused_with_the_form_that_a_folder_has() throws IOException {
        folder.idx("train", 0);

        assertThatThrownBy(this::read)
                .isInstanceOf(NoImagesException.class)
                .hasMessageContaining(folder.path.toString())
                .hasMessageContaining("SPLIT");
    }

    @Test
    void files_of_many_images_cannot_stay_outside() throws IOException {
        folder.idx("train", 0, 0, 1);

        assertThatThrownBy(() -> IdxSource.open(new ImportRequest("cells", folder.path, "microscopy", false, true)))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContaining(folder.path.toString())
                .hasMessageContaining("\"store\":\"path\"");
    }

    @Test
    void a_damaged_data_sets_file_is_named_with_its_form() throws IOException {
        folder.idx("train", 0, 0, 1);
        for (String text : new String[] {
            "{",
            "[]",
            "{\"classes\":\"benign\"}",
            "{\"classes\":[1,2]}",
            "{\"classes\":[\"only one\"]}",
            "{\"classes\":[\"twice\",\"twice\"]}"
        }) {
            folder.text("dataset.json", text);
            assertRefused().as(text).hasMessageContaining("dataset.json");
        }
    }

    private List<ImportedImage> read() {
        IdxSource source = IdxSource.open(folder.request());
        List<ImportedImage> images = new ArrayList<>();
        for (Split split : source.sizes().keySet()) {
            source.images(split).forEach(images::add);
        }
        assertThat(images).hasSize(source.total());
        return images;
    }

    private AbstractThrowableAssert<?, ?> assertRefused() {
        return assertThatThrownBy(this::read).isInstanceOf(ImageDataException.class);
    }
}
