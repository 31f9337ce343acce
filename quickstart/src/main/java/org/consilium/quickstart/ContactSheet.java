package org.consilium.quickstart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.consilium.model.ImageShape;

/**
 * Impressions as one picture: a row for each class, below each image the model's confidence that it shows the class, a
 * frame around an image that sites have vetoed.
 */
final class ContactSheet {

    /** Size of an image on the sheet at least, in pixels. */
    private static final int CELL = 84;

    private static final int GAP = 10;
    private static final int CAPTION = 18;
    private static final int MARGIN = 20;
    private static final int HEAD = 62;
    private static final int FOOT = 40;
    private static final Color INK = new Color(0x222222);
    private static final Color FAINT = new Color(0x666666);
    private static final Color VETO = AccuracyPlot.COLOURS.get(1);
    private static final Color DOUBT = new Color(0x9A6700);

    private final JudgedImpressions judged;
    private final ImageShape shape;
    private final List<String> classNames;
    private final Optional<double[][]> confidences;
    private final int columns;

    /**
     * @param judged the images and the sites' verdicts
     * @param shape of an image
     * @param classNames in the order of the classes
     * @param confidences a model's probability of each class for each image: {@code [images][classes]}; where there are none,
     *     the probabilities that the images were made for are shown
     * @param columns most images of a class that are shown
     */
    ContactSheet(
            JudgedImpressions judged,
            ImageShape shape,
            List<String> classNames,
            Optional<double[][]> confidences,
            int columns) {
        if (judged.set().samples() != shape.samples() || judged.set().classes() != classNames.size()) {
            throw new IllegalArgumentException("images of " + judged.set().samples() + " values in "
                    + judged.set().classes() + " classes are not " + shape + " in " + classNames.size());
        }
        this.judged = judged;
        this.shape = shape;
        this.classNames = List.copyOf(classNames);
        this.confidences = confidences;
        this.columns = columns;
    }

    /**
     * Returns the sheet as PNG.
     *
     * @param title its first line
     * @throws CommandFailure if this machine cannot draw text
     */
    byte[] png(String title) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(draw(title), "png", bytes);
            return bytes.toByteArray();
        } catch (IOException | LinkageError | InternalError e) {
            throw AccuracyPlot.undrawable(e);
        }
    }

    private BufferedImage draw(String title) {
        int scale = Math.max(1, (int) Math.ceil((double) CELL / Math.max(shape.width(), shape.height())));
        int width = scale * shape.width();
        int height = scale * shape.height();
        int across = Math.min(
                columns,
                judged.set().header().counts().stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElse(1));
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
        int names = widest(font.deriveFont(Font.BOLD), classNames) + 2 * GAP;
        int texts = Math.max(
                widest(font.deriveFont(Font.BOLD, 16f), List.of(title)),
                Math.max(widest(font, List.of(summary())), widest(font.deriveFont(12f), legend())));
        BufferedImage sheet = new BufferedImage(
                2 * MARGIN + Math.max(names + across * (width + GAP) - GAP, texts),
                HEAD + classNames.size() * (height + CAPTION + GAP) + FOOT + MARGIN,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = sheet.createGraphics();
        try {
            pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            pen.setColor(Color.WHITE);
            pen.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
            text(pen, title, MARGIN, MARGIN + 10, font.deriveFont(Font.BOLD, 16f), INK);
            text(pen, summary(), MARGIN, MARGIN + 31, font, FAINT);
            for (int label = 0; label < classNames.size(); label++) {
                int top = HEAD + label * (height + CAPTION + GAP);
                int[] own = ofClass(label);
                text(pen, classNames.get(label), MARGIN, top + height / 2, font.deriveFont(Font.BOLD), INK);
                text(pen, shown(own.length), MARGIN, top + height / 2 + 17, font.deriveFont(12f), FAINT);
                for (int column = 0; column < Math.min(own.length, across); column++) {
                    int left = MARGIN + names + column * (width + GAP);
                    pen.drawImage(picture(own[column]), left, top, width, height, null);
                    caption(pen, own[column], label, left, top + height, font.deriveFont(12f));
                    veto(pen, own[column], left, top, width, height, font);
                }
            }
            List<String> legend = legend();
            for (int line = 0; line < legend.size(); line++) {
                int below = sheet.getHeight() - MARGIN - 16 * (legend.size() - 1 - line);
                text(pen, legend.get(line), MARGIN, below, font.deriveFont(12f), FAINT);
            }
            return sheet;
        } finally {
            pen.dispose();
        }
    }

    private static int widest(Font font, List<String> texts) {
        BufferedImage any = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = any.createGraphics();
        try {
            return texts.stream()
                    .mapToInt(pen.getFontMetrics(font)::stringWidth)
                    .max()
                    .orElse(0);
        } finally {
            pen.dispose();
        }
    }

    private String summary() {
        String sites = judged.verdicts().isEmpty()
                ? "no verdicts"
                : "judged by " + Text.counted(judged.verdicts().size(), "site") + ", "
                        + Text.counted(judged.vetoed(), "image") + " vetoed";
        return Text.counted(judged.set().size(), "image") + " from the model of round "
                + judged.set().header().origin().round() + "; " + sites + "; SHA-256 "
                + judged.set().digest().brief();
    }

    private List<String> legend() {
        String captions = confidences.isPresent()
                ? "Below an image: the model's confidence in its class, brown where it sees another class."
                : "Below an image: the probability of its class that it was made for.";
        return judged.verdicts().isEmpty()
                ? List.of(captions)
                : List.of(captions, "A frame with a number: so many sites have vetoed the image.");
    }

    private String shown(int count) {
        return count > columns ? columns + " of " + count : Integer.toString(count);
    }

    private int[] ofClass(int label) {
        return IntStream.range(0, judged.set().size())
                .filter(i -> judged.set().label(i) == label)
                .toArray();
    }

    private void caption(Graphics2D pen, int image, int label, int left, int bottom, Font font) {
        double confidence = confidences.map(all -> all[image][label]).orElseGet(() ->
                (double) judged.set().target(image, label));
        boolean other = confidences
                .map(all -> IntStream.range(0, all[image].length).anyMatch(k -> all[image][k] > all[image][label]))
                .orElse(false);
        text(pen, Text.of("%.2f", confidence), left, bottom + 14, font, other ? DOUBT : INK);
    }

    private void veto(Graphics2D pen, int image, int left, int top, int width, int height, Font font) {
        int vetoes = judged.vetoes(image);
        if (vetoes == 0) {
            return;
        }
        pen.setColor(VETO);
        pen.setStroke(new BasicStroke(3f));
        pen.drawRect(left - 2, top - 2, width + 3, height + 3);
        String count = Integer.toString(vetoes);
        Font bold = font.deriveFont(Font.BOLD, 12f);
        int badge = Math.max(16, pen.getFontMetrics(bold).stringWidth(count) + 8);
        pen.fillRect(left + width - badge + 2, top - 2, badge, 17);
        text(
                pen,
                count,
                left + width - badge + 2 + (badge - pen.getFontMetrics(bold).stringWidth(count)) / 2,
                top + 11,
                bold,
                Color.WHITE);
    }

    private static void text(Graphics2D pen, String text, int x, int y, Font font, Color colour) {
        pen.setFont(font);
        pen.setColor(colour);
        pen.drawString(text, x, y);
    }

    /** Returns an image as a screen shows it; values beyond black and white, which synthesis may give, are cut off. */
    private BufferedImage picture(int image) {
        float[] values = judged.set().pixels(image);
        BufferedImage picture = new BufferedImage(shape.width(), shape.height(), BufferedImage.TYPE_INT_RGB);
        int plane = shape.width() * shape.height();
        for (int at = 0; at < plane; at++) {
            int red = sample(values[at]);
            int green = shape.channels() == 1 ? red : sample(values[plane + at]);
            int blue = shape.channels() == 1 ? red : sample(values[2 * plane + at]);
            picture.setRGB(at % shape.width(), at / shape.width(), red << 16 | green << 8 | blue);
        }
        return picture;
    }

    /** Undoes what {@code LabelledImages} does to a sample. */
    private static int sample(float value) {
        return (int) Math.max(0, Math.min(255, Math.round((value * 0.25 + 0.5) * 255)));
    }
}
