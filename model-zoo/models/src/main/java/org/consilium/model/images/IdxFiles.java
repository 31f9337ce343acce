package org.consilium.model.images;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;

/**
 * Images and labels in the IDX format of the MNIST database (LeCun, Cortes, Burges): a magic number whose last byte is
 * the number of dimensions, the dimensions as big-endian 32-bit integers, then unsigned bytes.
 *
 * <p>A split is {@code SPLIT-images-idx4-ubyte} (n, height, width, 3) or {@code SPLIT-images-idx3-ubyte} (n, height,
 * width) with {@code SPLIT-labels-idx1-ubyte}, each plain or ending in {@code .gz}.
 */
public final class IdxFiles {

    private static final int UNSIGNED_BYTES = 0x0800;
    private static final int LARGEST_GZIP_RATIO = 1_032;

    private IdxFiles() {}

    /** Returns whether the folder has images of that split, whatever their state. */
    public static boolean has(Path folder, String split) {
        return imageFile(folder, split).isPresent();
    }

    /**
     * Reads the images of one split in file order.
     *
     * @param folder where the files lie
     * @param split {@code train}, {@code val}, {@code test} or another name
     * @param classes number of classes; each label must be below it
     * @throws ImageDataException if a file is missing, damaged, or does not go with the other
     */
    public static LabelledImages read(Path folder, String split, int classes) {
        Path imageFile = requiredImageFile(folder, split);
        int[] labels = readLabels(folder, split);
        try (Idx images = Idx.open(imageFile)) {
            ImageShape shape = images.shape();
            if (images.count() != labels.length) {
                throw new ImageDataException(imageFile + " has " + images.count() + " images, but "
                        + labelFile(folder, split).orElseThrow() + " has " + labels.length
                        + " labels; copy both files of the split from the same source");
            }
            LabelledImages.Builder builder = LabelledImages.builder(shape, classes, labels.length);
            byte[] image = new byte[shape.samples()];
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] >= classes) {
                    throw new ImageDataException(labelFile(folder, split).orElseThrow() + " gives image " + i
                            + " label " + labels[i] + ", but labels go from 0 to " + (classes - 1)
                            + "; correct the label or name the right data set");
                }
                images.read(image, i);
                builder.add(image, labels[i]);
            }
            images.checkEnd();
            return builder.build();
        } catch (IOException e) {
            throw unreadable(imageFile, e);
        }
    }

    /**
     * Reads only the labels of one split, each 0 to 255.
     *
     * @throws ImageDataException if the file is missing or damaged
     */
    public static int[] readLabels(Path folder, String split) {
        Path file = labelFile(folder, split).orElseThrow(() -> missing(folder, split, split + "-labels-idx1-ubyte.gz"));
        try (Idx labels = Idx.open(file)) {
            labels.checkDimensions(1);
            byte[] bytes = new byte[labels.count()];
            labels.read(bytes, 0);
            labels.checkEnd();
            int[] values = new int[bytes.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = bytes[i] & 0xff;
            }
            return values;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads only the size of one split's images.
     *
     * @throws ImageDataException if the file is missing or its first bytes are damaged
     */
    public static ImageShape readShape(Path folder, String split) {
        Path file = requiredImageFile(folder, split);
        try (Idx images = Idx.open(file)) {
            return images.shape();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Writes one split, compressed, replacing files of those names.
     *
     * @param images at most 256 classes; origins are not written
     * @throws UncheckedIOException naming the folder
     */
    public static void write(Path folder, String split, LabelledImages images) {
        ImageShape shape = images.shape();
        if (images.classes() > 256) {
            throw new IllegalArgumentException("IDX labels are bytes: at most 256 classes, not " + images.classes());
        }
        int dimensions = shape.channels() == 1 ? 3 : 4;
        Path imageFile = folder.resolve(split + "-images-idx" + dimensions + "-ubyte.gz");
        Path labelFile = folder.resolve(split + "-labels-idx1-ubyte.gz");
        try {
            Files.createDirectories(folder);
            try (DataOutputStream out = gzip(imageFile)) {
                out.writeInt(UNSIGNED_BYTES | dimensions);
                out.writeInt(images.size());
                out.writeInt(shape.height());
                out.writeInt(shape.width());
                if (dimensions == 4) {
                    out.writeInt(shape.channels());
                }
                for (int i = 0; i < images.size(); i++) {
                    out.write(images.pixels(i));
                }
            }
            try (DataOutputStream out = gzip(labelFile)) {
                out.writeInt(UNSIGNED_BYTES | 1);
                out.writeInt(images.size());
                for (int label : images.labels()) {
                    out.writeByte(label);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("images cannot be written to " + folder + ": " + e.getMessage(), e);
        }
    }

    private static DataOutputStream gzip(Path file) throws IOException {
        return new DataOutputStream(new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(file))));
    }

    private static Optional<Path> imageFile(Path folder, String split) {
        return Stream.of("-images-idx4-ubyte", "-images-idx3-ubyte")
                .flatMap(kind -> Stream.of(kind + ".gz", kind))
                .map(kind -> folder.resolve(split + kind))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Optional<Path> labelFile(Path folder, String split) {
        return Stream.of("-labels-idx1-ubyte.gz", "-labels-idx1-ubyte")
                .map(kind -> folder.resolve(split + kind))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Path requiredImageFile(Path folder, String split) {
        return imageFile(folder, split)
                .orElseThrow(() -> missing(folder, split, split + "-images-idx4-ubyte.gz (or idx3)"));
    }

    private static ImageDataException missing(Path folder, String split, String file) {
        return new ImageDataException("the " + split + " images need " + folder.resolve(file)
                + ", which is not there; copy it there or name another split or folder");
    }

    static ImageDataException unreadable(Path file, IOException e) {
        String reason = e instanceof EOFException ? "it is truncated" : String.valueOf(e.getMessage());
        return new ImageDataException(file + " cannot be read: " + reason + "; copy it again from its source", e);
    }

    /** An open file whose header was read. */
    private static final class Idx implements AutoCloseable {

        private final Path file;
        private final DataInputStream in;
        private final int[] dimensions;

        private Idx(Path file, DataInputStream in, int[] dimensions) {
            this.file = file;
            this.in = in;
            this.dimensions = dimensions;
        }

        static Idx open(Path file) throws IOException {
            InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
            try {
                DataInputStream in =
                        new DataInputStream(file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw);
                int magic = in.readInt();
                int rank = magic & 0xff;
                if ((magic & ~0xff) != UNSIGNED_BYTES || rank < 1 || rank > 4) {
                    throw new ImageDataException(String.format(
                            Locale.ROOT,
                            "%s starts with 0x%08x, which is not the magic number of an IDX file of bytes; copy it"
                                    + " again from its source",
                            file,
                            magic));
                }
                int[] dimensions = new int[rank];
                long bytes = 1;
                for (int i = 0; i < rank; i++) {
                    dimensions[i] = in.readInt();
                    bytes = dimensions[i] < 0 || bytes > Integer.MAX_VALUE ? Long.MAX_VALUE : bytes * dimensions[i];
                }
                // before any memory is taken: a damaged header can promise anything
                if (bytes > Files.size(file) * LARGEST_GZIP_RATIO) {
                    throw new ImageDataException(file + " is truncated: its header promises more than its "
                            + Files.size(file) + " bytes can hold; copy it again from its source");
                }
                return new Idx(file, in, dimensions);
            } catch (IOException | RuntimeException e) {
                raw.close();
                throw e;
            }
        }

        int count() {
            return dimensions[0];
        }

        ImageShape shape() {
            if (dimensions.length < 3) {
                throw new ImageDataException(file + " has " + dimensions.length
                        + " dimensions, but images have 3 (grey) or 4 (colour); copy the image file there");
            }
            try {
                return new ImageShape(dimensions[1], dimensions[2], dimensions.length == 4 ? dimensions[3] : 1);
            } catch (IllegalArgumentException e) {
                throw new ImageDataException(file + " cannot be used: " + e.getMessage() + "; convert the images", e);
            }
        }

        void checkDimensions(int wanted) {
            if (dimensions.length != wanted) {
                throw new ImageDataException(file + " has " + dimensions.length + " dimensions, but labels have "
                        + wanted + "; copy the label file there");
            }
        }

        void read(byte[] into, int index) throws IOException {
            if (in.readNBytes(into, 0, into.length) < into.length) {
                throw new ImageDataException(file + " is truncated: it ends within item " + index + " of " + count()
                        + "; copy it again from its source");
            }
        }

        void checkEnd() throws IOException {
            if (in.read() >= 0) {
                throw new ImageDataException(file + " has more bytes than its header says for " + count()
                        + " items; copy it again from its source");
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
