package org.consilium.site.impression;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Impressions;
import org.consilium.model.Architectures;
import org.consilium.model.ImageShape;

/**
 * Impressions in rows beside each other, each with its number, its class and that class's probability ({@code 12 C3 0.98}),
 * and the distances to this site's nearest training image by pixels and by features ({@code P1.04 F0.87}, as multiples of
 * the median). A red frame is the node's own veto, two red bars across the image are the steward's.
 */
final class ContactSheet {

    static final int VETO = 0xffd00000;

    private static final int BACKGROUND = 0xffffffff;
    private static final int TEXT = 0xff000000;
    private static final int PLAIN_FRAME = 0xffc0c0c0;
    private static final int MOST_DOTS = 1 << 23;
    private static final int MOST_IMAGES = 400;
    private static final int SIDE = 84;
    private static final int FRAME = 3;
    private static final int GAP = 6;
    private static final int CAPTION = 2 * Glyphs.LINE;
    private static final int CHARACTERS = "P99.99 F99.99".length();
    private static final double LARGEST_SHOWN = 99.99;

    private final Impressions set;
    private final Optional<ImpressionVerdict> verdict;
    private final Set<Integer> vetoed;
    private final ImageShape shape;
    private final int scale;

    /**
     * @param set whose images are shown
     * @param verdict what this site's node has said of them, empty before that
     * @param vetoed those that the steward does not want
     */
    ContactSheet(Impressions set, Optional<ImpressionVerdict> verdict, Set<Integer> vetoed) {
        this.set = set;
        this.verdict = verdict;
        this.vetoed = Set.copyOf(vetoed);
        this.shape = Architectures.shape(set.header().origin().architecture());
        this.scale = Math.max(1, SIDE / Math.max(shape.height(), shape.width()));
    }

    private int tileWidth() {
        int last = label(set.size() - 1, set.classes() - 1, 1).length();
        return Math.max(shape.width() * scale + 2 * FRAME, Glyphs.width(Math.max(CHARACTERS, last))) + GAP;
    }

    private int tileHeight() {
        return shape.height() * scale + 2 * FRAME + CAPTION + GAP;
    }

    /** Returns how many images a sheet shows at most. */
    int most() {
        return Math.max(1, Math.min(MOST_IMAGES, MOST_DOTS / (tileWidth() * tileHeight())));
    }

    /**
     * Returns the images from one on, as a PNG file.
     *
     * @param from 0 to size - 1
     */
    byte[] png(int from) {
        int count = Math.min(most(), set.size() - from);
        int columns = (int) Math.ceil(Math.sqrt(count));
        int rows = (count + columns - 1) / columns;
        BufferedImage picture =
                new BufferedImage(columns * tileWidth(), rows * tileHeight(), BufferedImage.TYPE_INT_RGB);
        fill(picture, 0, 0, picture.getWidth(), picture.getHeight(), BACKGROUND);
        for (int i = 0; i < count; i++) {
            draw(picture, from + i, i % columns * tileWidth(), i / columns * tileHeight());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(picture, "png", bytes)) {
                throw new IllegalStateException("every Java platform must write PNG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void draw(BufferedImage picture, int i, int x, int y) {
        boolean refused = verdict.isPresent() && verdict.get().images().get(i).vetoed();
        int width = shape.width() * scale;
        int height = shape.height() * scale;
        fill(picture, x, y, width + 2 * FRAME, height + 2 * FRAME, refused ? VETO : PLAIN_FRAME);
        float[] pixels = set.pixels(i);
        for (int row = 0; row < shape.height(); row++) {
            for (int column = 0; column < shape.width(); column++) {
                fill(
                        picture,
                        x + FRAME + column * scale,
                        y + FRAME + row * scale,
                        scale,
                        scale,
                        colour(pixels, row * shape.width() + column));
            }
        }
        if (vetoed.contains(i)) {
            for (int at = 0; at < width; at++) {
                int down = at * (height - FRAME) / width;
                fill(picture, x + FRAME + at, y + FRAME + down, 1, FRAME, VETO);
                fill(picture, x + FRAME + width - 1 - at, y + FRAME + down, 1, FRAME, VETO);
            }
        }
        int text = y + height + 2 * FRAME + 1;
        int label = set.label(i);
        Glyphs.write(picture, label(i, label, set.target(i, label)), x, text, TEXT);
        verdict.map(said -> said.images().get(i))
                .ifPresent(said -> Glyphs.write(
                        picture,
                        "P" + distance(said.pixels()) + " F" + distance(said.features()),
                        x,
                        text + Glyphs.LINE,
                        TEXT));
    }

    /** Of the network's own units; what lies outside of an image's range is shown as its end. */
    private int colour(float[] pixels, int at) {
        int area = shape.height() * shape.width();
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
            float value = pixels[channel % shape.channels() * area + at];
            int shown = (int) Math.round(Math.max(0, Math.min(255, (value * 0.25 + 0.5) * 255)));
            rgb = rgb << 8 | shown;
        }
        return 0xff000000 | rgb;
    }

    private static void fill(BufferedImage picture, int x, int y, int width, int height, int colour) {
        for (int row = y; row < y + height; row++) {
            for (int column = x; column < x + width; column++) {
                picture.setRGB(column, row, colour);
            }
        }
    }

    private static String label(int image, int label, double probability) {
        return image + " C" + label + String.format(Locale.ROOT, " %.2f", Math.min(1, probability));
    }

    private static String distance(double value) {
        return String.format(Locale.ROOT, "%.2f", Math.min(LARGEST_SHOWN, value));
    }
}
