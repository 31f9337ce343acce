package org.consilium.site.images;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.consilium.model.ImageShape;
import org.consilium.model.images.ImageDataException;

/** Turns the bytes of one image into samples, and refuses what is no whole image of the expected size. */
final class PixelDecoder {

    private PixelDecoder() {}

    /** Samples of one image, shape {@code [height, width, channels]}. */
    record Pixels(ImageShape shape, byte[] samples) {}

    /**
     * Reads a PNG or JPEG file's bytes: grey images have one channel, all others red, green, blue; opacity is dropped.
     *
     * @param name of the image, for messages
     * @throws ImageDataException naming the image
     */
    static Pixels decode(String name, byte[] file) {
        WholeFile.require(name, file);
        BufferedImage image;
        try {
            image = ImageIO.read(new ByteArrayInputStream(file));
        } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new ImageDataException(
                    name + " is damaged and cannot be decoded (" + e.getMessage() + "); copy it again from its source",
                    e);
        }
        if (image == null) {
            throw new ImageDataException(name + " is no PNG or JPEG image; convert it or remove it");
        }
        ImageShape shape;
        try {
            shape = new ImageShape(image.getHeight(), image.getWidth(), isGrey(image) ? 1 : 3);
        } catch (IllegalArgumentException e) {
            throw new ImageDataException(name + ": " + e.getMessage() + "; scale it down", e);
        }
        return new Pixels(shape, shape.channels() == 1 ? grey(image) : colour(image));
    }

    /**
     * Reads stored bytes.
     *
     * @param expected the data set's size; an image of another one is refused
     * @throws ImageDataException naming the image
     */
    static byte[] decode(String name, Encoding encoding, byte[] bytes, ImageShape expected) {
        if (encoding == Encoding.RAW_HWC_U8) {
            if (bytes.length != expected.samples()) {
                throw new ImageDataException(name + " has " + bytes.length + " bytes, an image of " + expected + " has "
                        + expected.samples() + "; import the data set again");
            }
            return bytes;
        }
        Pixels pixels = decode(name, bytes);
        requireShape(name, pixels.shape(), Optional.of(expected));
        return pixels.samples();
    }

    /** Refuses an image of another size than the ones before it. */
    static void requireShape(String name, ImageShape shape, Optional<ImageShape> expected) {
        if (expected.isPresent() && !expected.get().equals(shape)) {
            throw new ImageDataException(name + " is " + shape + " (height x width x channels), the others are "
                    + expected.get() + "; bring all images to one size");
        }
    }

    private static boolean isGrey(BufferedImage image) {
        return image.getRaster().getNumBands() == 1
                && !(image.getColorModel() instanceof IndexColorModel)
                && image.getRaster().getTransferType() == DataBuffer.TYPE_BYTE;
    }

    private static byte[] grey(BufferedImage image) {
        int width = image.getWidth();
        byte[] samples = new byte[width * image.getHeight()];
        int[] row = new int[width];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRaster().getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                samples[y * width + x] = (byte) row[x];
            }
        }
        return samples;
    }

    private static byte[] colour(BufferedImage image) {
        int width = image.getWidth();
        byte[] samples = new byte[width * image.getHeight() * 3];
        int[] row = new int[width];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int rgb : row) {
                samples[at++] = (byte) (rgb >> 16);
                samples[at++] = (byte) (rgb >> 8);
                samples[at++] = (byte) rgb;
            }
        }
        return samples;
    }
}
