package org.consilium.model.images;

import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.consilium.model.ImageShape;
import org.consilium.model.images.Canvas.Outline;

/**
 * Phantoms of axial brain slices as a FLAIR sequence shows them: scalp, skull, grey and white matter, ventricles, and
 * one of four findings. Scanners differ in contrast, noise and how evenly their coil receives; lesions range from plain
 * to hardly above the noise.
 */
final class PhantomBrains implements Phantom {

    private static final int SIZE = 28;

    /** Grey matter, white matter, noise, and unevenness of the coil, by scanner. */
    private static final double[][] SCANNERS = {{.52, .40, .028, .25}, {.46, .38, .050, .45}, {.58, .42, .038, .70}};

    @Override
    public String name() {
        return "phantom-brain";
    }

    @Override
    public List<String> classNames() {
        return List.of("no lesion", "solid lesion", "ring-enhancing lesion", "white-matter lesions");
    }

    @Override
    public ImageShape shape() {
        return new ImageShape(SIZE, SIZE, 1);
    }

    @Override
    public int origins() {
        return SCANNERS.length;
    }

    @Override
    public byte[] draw(int label, int origin, UniformRandomProvider random) {
        double[] scanner = SCANNERS[origin];
        Head head = new Head(
                around(random, SIZE / 2.0, 0.5),
                around(random, SIZE / 2.0, 0.5),
                around(random, 10.6, 0.5),
                around(random, 12.7, 0.5),
                around(random, 0, 0.12));
        Canvas canvas = new Canvas(SIZE, 1, 0.02);
        tissue(canvas, head, scanner, random);
        lesions(canvas, head, label, random);
        canvas.blur(random.nextDouble(0.1, 0.5));
        canvas.shade(
                new double[] {around(random, 1.05, 0.08)},
                around(random, 0, scanner[3]),
                around(random, 0, scanner[3]));
        canvas.noise(scanner[2], true, random);
        return canvas.bytes();
    }

    /** Where the head lies: centre, half width and half height in pixels, and its turn in radians. */
    private record Head(double cx, double cy, double a, double b, double turn) {

        /** Returns an ellipse at a place within the head; x and y in pixels from its centre. */
        Outline ellipse(double x, double y, double a, double b, double angle) {
            return Canvas.ellipse(right(x, y), down(x, y), a, b, turn + angle);
        }

        Outline shrunkBy(double pixels) {
            return ellipse(0, 0, a - pixels, b - pixels, 0);
        }

        double right(double x, double y) {
            return cx + x * StrictMath.cos(turn) - y * StrictMath.sin(turn);
        }

        double down(double x, double y) {
            return cy + x * StrictMath.sin(turn) + y * StrictMath.cos(turn);
        }
    }

    private static void tissue(Canvas canvas, Head head, double[] scanner, UniformRandomProvider random) {
        double grey = scanner[0] * around(random, 1, 0.06);
        double white = scanner[1] * around(random, 1, 0.06);
        canvas.paint(head.shrunkBy(0), 1, 1, around(random, 0.68, 0.1));
        canvas.paint(head.shrunkBy(1.0), 0.8, 1, 0.06);
        canvas.paint(head.shrunkBy(2.0), 0.8, 1, grey);
        // sulci: fluid cuts into the cortex at uneven intervals
        for (int i = 0; i < 18; i++) {
            double angle = 2 * Math.PI * (i + around(random, 0, 0.35)) / 18;
            double x = (head.a() - 2.4) * StrictMath.cos(angle);
            double y = (head.b() - 2.4) * StrictMath.sin(angle);
            canvas.dot(head.right(x, y), head.down(x, y), random.nextDouble(0.25, 0.75), 0.6, 0.12);
        }
        canvas.paint(head.shrunkBy(4.3), 1.6, 0.95, white);
        canvas.mottle(head.shrunkBy(2.5), 0.018, random);
        canvas.paint(head.ellipse(0, 0, 0.35, head.b() - 2.3, 0), 0.9, 0.5, 0.15);
        double width = random.nextDouble(0.6, 1.25);
        for (int side = -1; side <= 1; side += 2) {
            canvas.paint(head.ellipse(side * 3.1, 1.2, 1.5, 2.1, side * -0.3), 1.4, 0.7, grey);
            canvas.paint(head.ellipse(side * 1.5, -2.2, width, 2.4, side * 0.28), 0.9, 0.95, 0.09);
            canvas.paint(head.ellipse(side * 2.0, 3.4, width * 0.9, 2.0, side * -0.45), 0.9, 0.95, 0.09);
        }
    }

    private static void lesions(Canvas canvas, Head head, int label, UniformRandomProvider random) {
        double strength = random.nextDouble(0.22, 1);
        double side = random.nextBoolean() ? 1 : -1;
        double x = side * random.nextDouble(2.6, head.a() - 4.6);
        double y = around(random, 0, head.b() - 6);
        double size = random.nextDouble(1.5, 3.3);
        Outline lesion = Canvas.blob(head.right(x, y), head.down(x, y), size, 0.18, random);
        switch (label) {
            case 1 -> {
                canvas.paint(lesion, 2.6, 0.35 * strength, 0.75);
                canvas.paint(lesion, 1, 0.75 * strength, 0.88);
            }
            case 2 -> {
                canvas.paint((px, py) -> lesion.distance(px, py) - 1, 2.5, 0.35 * strength, 0.75);
                canvas.paint((px, py) -> lesion.distance(px, py) - 0.3, 1, 0.85 * strength, 0.95);
                canvas.paint((px, py) -> lesion.distance(px, py) + 1.1, 1, 0.9 * strength, 0.18);
            }
            case 3 -> whiteMatterLesions(canvas, head, 0.35 + 0.65 * strength, random);
            default -> {
                // healthy: nothing to paint
            }
        }
    }

    private static void whiteMatterLesions(Canvas canvas, Head head, double strength, UniformRandomProvider random) {
        int count = 3 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            double side = random.nextBoolean() ? 1 : -1;
            double x = side * random.nextDouble(2.4, 4.8);
            double y = around(random, 0, 5.5);
            canvas.dot(head.right(x, y), head.down(x, y), random.nextDouble(0.45, 0.95), 0.8 * strength, 0.9);
        }
    }

    /** Returns a number evenly spread over {@code centre - reach} to {@code centre + reach}. */
    private static double around(UniformRandomProvider random, double centre, double reach) {
        return centre + reach * (2 * random.nextDouble() - 1);
    }
}
