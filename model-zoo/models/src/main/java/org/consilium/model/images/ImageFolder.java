package org.consilium.model.images;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;

/**
 * Images as files, {@code SPLIT/CLASS/NAME.png} or {@code .jpg} or {@code .jpeg}, all of one size; read in order of
 * class, then file name. Grey images have one channel, all others three (a palette is resolved, transparency dropped).
 */
public final class ImageFolder {

    /**
     * One decoded image.
     *
     * @param shape its size
     * @param pixels its samples, shape {@code [height, width, channels]}
     */
    public record Decoded(ImageShape shape, byte[] pixels) {}

    private ImageFolder() {}

    /**
     * Returns the names of the classes, in label order: the sorted names of the folders within {@code folder/split}.
     *
     * @throws ImageDataException if there are fewer than two
     */
    public static List<String> classNames(Path folder, String split) {
        Path base = folder.resolve(split);
        List<String> names = listed(base, Files::isDirectory).stream()
                .map(path -> path.getFileName().toString())
                .toList();
        if (names.size() < 2) {
            throw new ImageDataException(
                    base + " has " + names.size() + (names.size() == 1 ? " class folder" : " class folders")
                            + ", but a classifier needs at least 2; put each image into SPLIT/CLASS/");
        }
        return names;
    }

    /** Returns the size of the first image of a split. */
    static ImageShape shape(Path folder, String split) {
        return listed(folder.resolve(split), Files::isDirectory).stream()
                .flatMap(each -> listed(each, ImageFolder::isImage).stream())
                .findFirst()
                .map(file -> decode(file).shape())
                .orElseThrow(() -> noImages(folder.resolve(split)));
    }

    /**
     * Reads the images of one split.
     *
     * @param classNames the classes in label order; a class may have no image in this split
     * @throws ImageDataException naming the first file that cannot be used, or an unknown class folder
     */
    public static LabelledImages read(Path folder, String split, List<String> classNames) {
        Path base = folder.resolve(split);
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (Path classFolder : listed(base, Files::isDirectory)) {
            int label = classNames.indexOf(classFolder.getFileName().toString());
            if (label < 0) {
                throw new ImageDataException(classFolder + " is not a known class; the classes are "
                        + String.join(", ", classNames) + "; rename the folder or move it away");
            }
            for (Path file : listed(classFolder, ImageFolder::isImage)) {
                files.add(file);
                labels.add(label);
            }
        }
        if (files.isEmpty()) {
            throw noImages(base);
        }
        LabelledImages.Builder builder = null;
        ImageShape shape = null;
        for (int i = 0; i < files.size(); i++) {
            Decoded image = decode(files.get(i));
            if (builder == null) {
                shape = image.shape();
                builder = LabelledImages.builder(shape, classNames.size(), files.size());
            }
            if (!shape.equals(image.shape())) {
                throw new ImageDataException(files.get(i) + " is " + image.shape() + ", but " + files.get(0) + " is "
                        + shape + "; bring all images to one size");
            }
            builder.add(image.pixels(), labels.get(i));
        }
        return builder.build();
    }

    /**
     * Decodes one PNG or JPEG file.
     *
     * @throws ImageDataException if it is missing, damaged, truncated, or too large
     */
    public static Decoded decode(Path file) {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = in == null ? null : ImageIO.getImageReaders(in);
            if (readers == null || !readers.hasNext()) {
                throw new ImageDataException(
                        file + " is missing or no PNG or JPEG image; copy it again from its source or take it away");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                // before the picture is read: a few bytes can promise a picture that fills all memory
                ImageShape size = new ImageShape(reader.getHeight(0), reader.getWidth(0), 3);
                List<String> warnings = new ArrayList<>();
                // the JPEG reader fills up a truncated picture with grey and only warns
                reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
                BufferedImage image = reader.read(0);
                if (!warnings.isEmpty()) {
                    throw damaged(file, warnings.get(0), null);
                }
                return decoded(image, size);
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw damaged(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static Decoded decoded(BufferedImage image, ImageShape size) {
        Raster raster = image.getRaster();
        boolean grey = image.getColorModel().getColorSpace().getType() == java.awt.color.ColorSpace.TYPE_GRAY;
        ImageShape shape = new ImageShape(size.height(), size.width(), grey ? 1 : 3);
        byte[] pixels = new byte[shape.samples()];
        int bits = image.getColorModel().getComponentSize(0);
        int at = 0;
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                if (grey) {
                    int sample = raster.getSample(x, y, 0);
                    pixels[at++] = (byte) (bits == 8 ? sample : Math.round(sample * 255.0 / ((1 << bits) - 1)));
                } else {
                    int rgb = image.getRGB(x, y);
                    pixels[at++] = (byte) (rgb >> 16);
                    pixels[at++] = (byte) (rgb >> 8);
                    pixels[at++] = (byte) rgb;
                }
            }
        }
        return new Decoded(shape, pixels);
    }

    private static ImageDataException noImages(Path base) {
        return new ImageDataException(
                base + " has no PNG or JPEG image in any class folder; put images into SPLIT/CLASS/");
    }

    private static ImageDataException damaged(Path file, String reason, Exception cause) {
        return new ImageDataException(
                file + " cannot be decoded: " + reason + "; copy it again from its source or take it away", cause);
    }

    private static boolean isImage(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"));
    }

    private static List<Path> listed(Path folder, java.util.function.Predicate<Path> wanted) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(wanted).sorted().toList();
        } catch (IOException e) {
            throw new ImageDataException(
                    "folder " + folder + " cannot be read; create it as SPLIT/CLASS/ or name another", e);
        }
    }
}
