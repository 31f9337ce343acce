package org.consilium.site.images;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Makes folders to import, good ones and bad ones. */
final class ImportFolder {

    final Path path;

    ImportFolder(Path path) throws IOException {
        this.path = Files.createDirectories(path);
    }

    ImportRequest request() {
        return new ImportRequest("cells", path, "microscopy", false, false);
    }

    /** Writes grey IDX images of 4 by 3 pixels, the i-th filled with {@code 10 * i + base}. */
    ImportFolder idx(String split, int base, int... labels) throws IOException {
        images(split, base, labels.length, 4, 3);
        return labels(split, labels);
    }

    ImportFolder images(String split, int base, int count, int height, int width) throws IOException {
        try (DataOutputStream out = gzip(split + "-images-idx3-ubyte.gz")) {
            out.writeInt(0x0803);
            out.writeInt(count);
            out.writeInt(height);
            out.writeInt(width);
            for (int i = 0; i < count; i++) {
                for (int pixel = 0; pixel < height * width; pixel++) {
                    out.writeByte(10 * i + base);
                }
            }
        }
        return this;
    }

    ImportFolder labels(String split, int... labels) throws IOException {
        try (DataOutputStream out = gzip(split + "-labels-idx1-ubyte.gz")) {
            out.writeInt(0x0801);
            out.writeInt(labels.length);
            for (int label : labels) {
                out.writeByte(label);
            }
        }
        return this;
    }

    ImportFolder image(String name, String format, int width, int height, int grey) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.getRaster().setSample(x, y, 0, (grey + 7 * x + 13 * y * x) & 0xff);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, format, bytes);
        return file(name, bytes.toByteArray());
    }

    ImportFolder png(String name, int grey) throws IOException {
        return image(name, "png", 16, 12, grey);
    }

    ImportFolder file(String name, byte[] bytes) throws IOException {
        Path file = path.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return this;
    }

    ImportFolder text(String name, String text) throws IOException {
        Files.writeString(path.resolve(name), text);
        return this;
    }

    byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(path.resolve(name));
    }

    private DataOutputStream gzip(String name) throws IOException {
        OutputStream out = Files.newOutputStream(path.resolve(name));
        return new DataOutputStream(new GZIPOutputStream(out));
    }
}
