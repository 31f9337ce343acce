package org.consilium.model.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import org.consilium.model.Pictures;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFilesTest {

    private static final ImageShape COLOUR = new ImageShape(5, 4, 3);

    private final LabelledImages colour = Pictures.of(COLOUR, 3, 6, 1);

    @TempDir
    Path folder;

    private Path images;
    private Path labels;

    @BeforeEach
    void write() {
        IdxFiles.write(folder, "train", colour);
        images = folder.resolve("train-images-idx4-ubyte.gz");
        labels = folder.resolve("train-labels-idx1-ubyte.gz");
    }

    @Test
    void images_come_back_as_they_were_in_colour_and_in_grey() {
        LabelledImages grey = Pictures.grey(4, 2);
        IdxFiles.write(folder, "val", grey);
        assertSame(IdxFiles.read(folder, "train", 3), colour);
        assertSame(IdxFiles.read(folder, "val", 3), grey);
        assertThat(folder.resolve("val-images-idx3-ubyte.gz")).exists();
        assertThat(IdxFiles.readShape(folder, "train")).isEqualTo(COLOUR);
    }

    @Test
    void plain_files_are_read_like_compressed_ones() throws IOException {
        Files.write(folder.resolve("test-images-idx4-ubyte"), unzipped(images));
        Files.write(folder.resolve("test-labels-idx1-ubyte"), unzipped(labels));
        assertSame(IdxFiles.read(folder, "test", 3), colour);
    }

    @Test
    void a_missing_file_is_named() throws IOException {
        assertRefused("val", 3, "val-images-idx4-ubyte.gz", "not there");
        Files.delete(labels);
        assertRefused("train", 3, "train-labels-idx1-ubyte.gz", "not there");
    }

    @Test
    void a_truncated_file_is_named_compressed_and_plain() throws IOException {
        byte[] compressed = Files.readAllBytes(images);
        Files.write(images, Arrays.copyOf(compressed, compressed.length / 2));
        assertRefused("train", 3, images.toString(), "truncated");
        Files.write(images, new byte[0]);
        assertRefused("train", 3, images.toString(), "truncated");
        Files.write(images, zipped(Arrays.copyOf(unzippedOf(compressed), 100)));
        assertRefused("train", 3, images.toString(), "truncated");
    }

    @Test
    void a_wrong_magic_number_is_shown() throws IOException {
        change(images, 0, 0x7f);
        assertRefused("train", 3, images.toString(), "0x7f000804");
    }

    @Test
    void a_header_that_promises_too_much_takes_no_memory() throws IOException {
        change(images, 4, 0x7f);
        assertRefused("train", 3, images.toString(), "truncated");
    }

    @Test
    void a_count_mismatch_names_both_files() throws IOException {
        IdxFiles.write(folder, "val", Pictures.of(COLOUR, 3, 5, 1));
        Files.copy(
                folder.resolve("val-labels-idx1-ubyte.gz"), labels, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertRefused("train", 3, images.toString(), "6 images", labels.toString(), "5 labels");
    }

    @Test
    void a_label_out_of_range_is_named_with_its_image() throws IOException {
        change(labels, 8 + 4, 3);
        assertRefused("train", 3, labels.toString(), "image 4", "label 3", "0 to 2");
    }

    @Test
    void more_bytes_than_announced_are_refused() throws IOException {
        byte[] bytes = unzipped(images);
        Files.write(images, zipped(Arrays.copyOf(bytes, bytes.length + 1)));
        assertRefused("train", 3, images.toString(), "more bytes");
    }

    @Test
    void labels_in_the_place_of_images_are_refused() throws IOException {
        Files.copy(labels, images, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertRefused("train", 3, images.toString(), "1 dimensions");
    }

    private void assertRefused(String split, int classes, String... words) {
        assertThatThrownBy(() -> IdxFiles.read(folder, split, classes))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContainingAll(words);
    }

    private static void assertSame(LabelledImages actual, LabelledImages expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.labels()).isEqualTo(expected.labels());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.pixels(i)).isEqualTo(expected.pixels(i));
        }
    }

    private static void change(Path file, int at, int value) throws IOException {
        byte[] bytes = unzipped(file);
        bytes[at] = (byte) value;
        Files.write(file, zipped(bytes));
    }

    private static byte[] unzipped(Path file) throws IOException {
        return unzippedOf(Files.readAllBytes(file));
    }

    private static byte[] unzippedOf(byte[] compressed) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(compressed))) {
            return in.readAllBytes();
        }
    }

    private static byte[] zipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
