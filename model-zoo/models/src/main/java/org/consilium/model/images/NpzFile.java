package org.consilium.model.images;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;

/**
 * MedMNIST's own files (Yang et al., 2023): a zip of NumPy arrays, {@code SPLIT_images.npy} (n, height, width) or (n,
 * height, width, 3) and {@code SPLIT_labels.npy} (n, 1), unsigned bytes.
 *
 * <p>Read here rather than by ND4J, whose reader takes the whole file outside the heap and does not say what is wrong.
 */
final class NpzFile {

    private static final Pattern HEADER = Pattern.compile(
            "\\{\\s*'descr':\\s*'([^']*)',\\s*'fortran_order':\\s*(True|False),\\s*'shape':\\s*\\(([\\d, ]*)\\),?\\s*\\}\\s*");
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    private final Path file;

    NpzFile(Path file) {
        this.file = file;
    }

    ImageShape shape(String split) {
        try (ZipFile zip = zip();
                Npy images = open(zip, split + "_images")) {
            return shape(images);
        } catch (IOException e) {
            throw IdxFiles.unreadable(file, e);
        }
    }

    int[] labels(String split) {
        try (ZipFile zip = zip();
                Npy labels = open(zip, split + "_labels")) {
            if (labels.dimensions.length > 2 || labels.dimensions.length == 2 && labels.dimensions[1] != 1) {
                throw new ImageDataException(labels.name + " has shape " + Arrays.toString(labels.dimensions)
                        + ": several labels an image; choose a data set with one class an image");
            }
            byte[] bytes = new byte[labels.dimensions[0]];
            labels.read(bytes, 0);
            int[] values = new int[bytes.length];
            Arrays.setAll(values, i -> bytes[i] & 0xff);
            return values;
        } catch (IOException e) {
            throw IdxFiles.unreadable(file, e);
        }
    }

    LabelledImages read(String split, int classes) {
        int[] labels = labels(split);
        try (ZipFile zip = zip();
                Npy images = open(zip, split + "_images")) {
            ImageShape shape = shape(images);
            if (images.dimensions[0] != labels.length) {
                throw new ImageDataException(images.name + " has " + images.dimensions[0] + " images, but there are "
                        + labels.length + " labels; fetch the file again");
            }
            LabelledImages.Builder builder = LabelledImages.builder(shape, classes, labels.length);
            byte[] image = new byte[shape.samples()];
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] >= classes) {
                    throw new ImageDataException(file + " gives " + split + " image " + i + " label " + labels[i]
                            + ", but labels go from 0 to " + (classes - 1) + "; name the right data set");
                }
                images.read(image, i);
                builder.add(image, labels[i]);
            }
            return builder.build();
        } catch (IOException e) {
            throw IdxFiles.unreadable(file, e);
        }
    }

    /** Opens the archive; {@code ZipException} says what a zip lacks, which is no help to who gave another file. */
    private ZipFile zip() throws IOException {
        try {
            return new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw new ImageDataException(
                    file + " is neither a folder nor a MedMNIST .npz file (a whole zip archive with train_images.npy,"
                            + " train_labels.npy and so on); name one of these, or fetch the file again if it is"
                            + " truncated",
                    e);
        }
    }

    private static ImageShape shape(Npy images) {
        int[] d = images.dimensions;
        if (d.length != 3 && d.length != 4) {
            throw new ImageDataException(images.name + " has " + d.length
                    + " dimensions, but images have 3 (grey) or 4 (colour); choose a data set of flat images");
        }
        try {
            return new ImageShape(d[1], d[2], d.length == 4 ? d[3] : 1);
        } catch (IllegalArgumentException e) {
            throw new ImageDataException(
                    images.name + " cannot be used: " + e.getMessage() + "; choose a data set of flat images", e);
        }
    }

    private Npy open(ZipFile zip, String array) throws IOException {
        ZipEntry entry = zip.getEntry(array + ".npy");
        if (entry == null) {
            throw new ImageDataException(file + " has no array " + array
                    + "; name a MedMNIST file, or a split that it has (train, val, test)");
        }
        String name = array + " in " + file;
        DataInputStream in = new DataInputStream(new BufferedInputStream(zip.getInputStream(entry), 1 << 16));
        byte[] magic = in.readNBytes(MAGIC.length);
        int version = in.readUnsignedByte();
        in.readUnsignedByte();
        int length = Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
        if (version > 1) {
            length |= Short.toUnsignedInt(Short.reverseBytes(in.readShort())) << 16;
        }
        Matcher header = HEADER.matcher(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
        if (!Arrays.equals(magic, MAGIC) || version > 3 || !header.matches()) {
            throw new ImageDataException(name + " is no NumPy array; fetch the file again");
        }
        if (!header.group(1).equals("|u1") || header.group(2).equals("True")) {
            throw new ImageDataException(name + " holds " + header.group(1)
                    + (header.group(2).equals("True") ? " in Fortran order" : "")
                    + ", but unsigned bytes in C order ('|u1') are needed; save it with astype('uint8')");
        }
        return new Npy(name, in, dimensions(name, header.group(3), entry.getSize()));
    }

    private static int[] dimensions(String name, String text, long entryBytes) {
        int[] dimensions = Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(number -> !number.isEmpty() && number.length() < 10)
                .mapToInt(Integer::parseInt)
                .toArray();
        double bytes = Arrays.stream(dimensions).asDoubleStream().reduce(1, (a, b) -> a * b);
        if (dimensions.length == 0 || bytes > entryBytes) {
            throw new ImageDataException(
                    name + " is truncated: its header promises more than it holds; fetch the file again");
        }
        return dimensions;
    }

    /** An array whose header was read. */
    private record Npy(String name, DataInputStream in, int[] dimensions) implements AutoCloseable {

        void read(byte[] into, int index) throws IOException {
            if (in.readNBytes(into, 0, into.length) < into.length) {
                throw new ImageDataException(name + " is truncated: it ends within item " + index + " of "
                        + dimensions[0] + "; fetch the file again");
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
