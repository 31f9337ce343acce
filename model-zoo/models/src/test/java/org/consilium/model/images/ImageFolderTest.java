package org.consilium.model.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

    @TempDir
    Path folder;

    @Test
    void files_are_read_in_order_of_class_and_name() throws IOException {
        picture("train/b/1.png", 20, 20, BufferedImage.TYPE_INT_RGB, 0x010203);
        picture("train/a/2.png", 20, 20, BufferedImage.TYPE_INT_RGB, 0x040506);
        picture("train/a/1.PNG", 20, 20, BufferedImage.TYPE_INT_ARGB, 0xff070809);
        Files.writeString(folder.resolve("train/a/notes.txt"), "not an image");
        List<String> classes = ImageFolder.classNames(folder, "train");
        LabelledImages images = ImageFolder.read(folder, "train", classes);

        assertThat(classes).containsExactly("a", "b");
        assertThat(images.labels()).containsExactly(0, 0, 1);
        assertThat(images.shape()).isEqualTo(new ImageShape(20, 20, 3));
        assertThat(Arrays.copyOf(images.pixels(0), 3)).containsExactly(7, 8, 9);
        assertThat(Arrays.copyOf(images.pixels(1), 3)).containsExactly(4, 5, 6);
        assertThat(Arrays.copyOf(images.pixels(2), 3)).containsExactly(1, 2, 3);
    }

    @Test
    void a_grey_picture_has_one_channel() throws IOException {
        Path file = picture("x.png", 20, 30, BufferedImage.TYPE_BYTE_GRAY, 0);
        assertThat(ImageFolder.decode(file).shape()).isEqualTo(new ImageShape(30, 20, 1));
        assertThat(ImageFolder.decode(picture("x.jpg", 20, 30, BufferedImage.TYPE_BYTE_GRAY, 0))
                        .shape())
                .isEqualTo(new ImageShape(30, 20, 1));
    }

    @Test
    void a_truncated_png_is_named() throws IOException {
        Path file = halved(picture("x.png", 64, 64, BufferedImage.TYPE_INT_RGB, -1));
        assertRefused(file, "cannot be decoded");
    }

    @Test
    void a_truncated_jpeg_is_named() throws IOException {
        Path file = halved(picture("x.jpg", 64, 64, BufferedImage.TYPE_INT_RGB, -1));
        assertRefused(file, "cannot be decoded");
    }

    @Test
    void a_corrupt_png_is_named() throws IOException {
        Path file = picture("x.png", 64, 64, BufferedImage.TYPE_INT_RGB, -1);
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length / 3, bytes.length / 2, (byte) 0x5a);
        Files.write(file, bytes);
        assertRefused(file, "cannot be decoded");
    }

    @Test
    void a_missing_file_and_one_that_is_no_image_are_named() throws IOException {
        assertRefused(folder.resolve("absent.png"), "missing");
        assertRefused(Files.writeString(folder.resolve("text.png"), "no image"), "no PNG or JPEG");
    }

    @Test
    void unequal_sizes_name_both_files() throws IOException {
        Path first = picture("train/a/1.png", 20, 20, BufferedImage.TYPE_INT_RGB, 0);
        Path second = picture("train/b/1.png", 21, 20, BufferedImage.TYPE_INT_RGB, 0);
        assertThatThrownBy(() -> ImageFolder.read(folder, "train", List.of("a", "b")))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContainingAll(first.toString(), second.toString(), "20x21x3", "20x20x3");
    }

    @Test
    void an_unknown_class_and_a_folder_without_images_are_refused() throws IOException {
        Files.createDirectories(folder.resolve("train/a"));
        assertThatThrownBy(() -> ImageFolder.classNames(folder, "train")).hasMessageContaining("has 1 class folder,");
        Files.createDirectories(folder.resolve("train/b"));
        assertThatThrownBy(() -> ImageFolder.read(folder, "train", List.of("a", "b")))
                .hasMessageContaining("no PNG or JPEG image");
        assertThatThrownBy(() -> ImageFolder.read(folder, "train", List.of("a", "c")))
                .hasMessageContaining("not a known class");
        assertThatThrownBy(() -> ImageFolder.read(folder, "val", List.of("a", "b")))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContaining("val");
    }

    private static void assertRefused(Path file, String words) {
        assertThatThrownBy(() -> ImageFolder.decode(file))
                .isInstanceOf(ImageDataException.class)
                .hasMessageContainingAll(file.toString(), words);
    }

    /** Draws a picture of one colour, or of noise where the colour is -1. */
    private Path picture(String name, int width, int height, int type, int colour) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, colour == -1 ? 0xff000000 | i * 0x9e3779b : colour);
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, name.endsWith("jpg") ? "jpg" : "png", file.toFile());
        return file;
    }

    private static Path halved(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return Files.write(file, Arrays.copyOf(bytes, bytes.length * 6 / 10));
    }
}
