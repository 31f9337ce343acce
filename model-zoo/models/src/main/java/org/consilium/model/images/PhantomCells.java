package org.consilium.model.images;

import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.consilium.model.ImageShape;
import org.consilium.model.images.Canvas.Outline;

/**
 * Phantoms of stained blood cells: a white cell, or a platelet, among red ones. What tells the classes apart is what
 * tells real ones apart: size, the nucleus and its lobes, granules, the cytoplasm's colour. How hard a picture is varies:
 * each is drawn part of the way towards a class that it may be mistaken for.
 */
final class PhantomCells implements Phantom {

    private static final int SIZE = 28;

    /** Gains of red, green and blue, and noise, by site: three laboratories stain and photograph differently. */
    private static final double[][] STAINS = {
        {1.00, 1.00, 1.00, 0.020}, {1.03, 0.90, 0.93, 0.035}, {0.90, 0.94, 1.06, 0.028}
    };

    /** For each class, the classes that it is mistaken for. */
    private static final int[][] LOOKALIKES = {{3, 1}, {6, 0}, {4, 7}, {5, 6, 0}, {2, 5}, {3, 4}, {1, 3}, {2}};

    /**
     * How a class looks; lengths of parts are in cell radii.
     *
     * @param radius cell radius in pixels
     * @param lobes lobes of the nucleus, 0 for none
     * @param lobe radius of a lobe
     * @param spread distance of the lobes from the nucleus's centre
     * @param span angle over which the lobes lie, in radians
     * @param granules number of granules
     * @param grain radius of a granule in pixels
     * @param colours red, green and blue of cytoplasm, nucleus and granules
     * @param mottle how coarse the chromatin is
     */
    private record Kind(
            double radius,
            double lobes,
            double lobe,
            double spread,
            double span,
            double granules,
            double grain,
            double[] colours,
            double mottle) {

        Kind towards(Kind other, double share) {
            double[] mixed = new double[colours.length];
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] = mix(colours[i], other.colours[i], share);
            }
            return new Kind(
                    mix(radius, other.radius, share),
                    mix(lobes, other.lobes, share),
                    mix(lobe, other.lobe, share),
                    mix(spread, other.spread, share),
                    mix(span, other.span, share),
                    mix(granules, other.granules, share),
                    mix(grain, other.grain, share),
                    mixed,
                    mix(mottle, other.mottle, share));
        }

        double[] colour(int part) {
            return new double[] {colours[3 * part], colours[3 * part + 1], colours[3 * part + 2]};
        }

        private static double mix(double a, double b, double share) {
            return a + share * (b - a);
        }
    }

    private static final Kind[] KINDS = {
        kind(9.6, 3, .40, .30, 2.6, 55, .85, .04, .78, .66, .80, .42, .26, .56, .30, .15, .42),
        kind(10.6, 2, .36, .42, 2.7, 60, .80, .03, .90, .66, .60, .45, .26, .56, .86, .45, .38),
        kind(8.2, 1, .60, .05, .1, 0, .6, .05, .74, .66, .76, .27, .13, .38, .60, .50, .65),
        kind(11.6, 3, .46, .24, 2.6, 26, .60, .04, .78, .70, .82, .48, .28, .62, .55, .32, .60),
        kind(8.6, 1, .82, .06, .1, 2, .6, .05, .66, .74, .90, .37, .20, .54, .55, .40, .65),
        kind(12.2, 4, .40, .36, 3.4, 8, .55, .03, .70, .70, .82, .46, .32, .60, .60, .48, .70),
        kind(10.6, 4, .27, .45, 4.6, 34, .55, .03, .88, .78, .80, .40, .22, .53, .76, .58, .68),
        kind(4.0, 0, .0, .0, .1, 9, .70, .03, .74, .62, .80, .50, .30, .62, .48, .28, .60),
    };

    private static Kind kind(
            double radius,
            double lobes,
            double lobe,
            double spread,
            double span,
            double granules,
            double grain,
            double mottle,
            double... colours) {
        return new Kind(radius, lobes, lobe, spread, span, granules, grain, colours, mottle);
    }

    @Override
    public String name() {
        return "phantom-cells";
    }

    @Override
    public List<String> classNames() {
        return ImageDatasets.BLOOD_CELLS;
    }

    @Override
    public ImageShape shape() {
        return new ImageShape(SIZE, SIZE, 3);
    }

    @Override
    public int origins() {
        return STAINS.length;
    }

    @Override
    public byte[] draw(int label, int origin, UniformRandomProvider random) {
        int[] lookalikes = LOOKALIKES[label];
        double u = random.nextDouble();
        Kind kind = KINDS[label].towards(KINDS[lookalikes[random.nextInt(lookalikes.length)]], 0.62 * u * u);
        Canvas canvas = new Canvas(SIZE, 3, .93, .88, .85);
        double radius = kind.radius * around(random, 1, 0.09);
        double cx = around(random, SIZE / 2.0, 1.3);
        double cy = around(random, SIZE / 2.0, 1.3);
        redCells(canvas, cx, cy, radius, random);
        cell(canvas, kind, cx, cy, radius, random);
        double[] stain = STAINS[origin];
        double light = around(random, 1, 0.05);
        canvas.blur(random.nextDouble(0.2, 1));
        canvas.shade(
                new double[] {
                    stain[0] * light * around(random, 1, 0.03),
                    stain[1] * light * around(random, 1, 0.03),
                    stain[2] * light * around(random, 1, 0.03)
                },
                around(random, 0, 0.06),
                around(random, 0, 0.06));
        canvas.noise(stain[3], false, random);
        return canvas.bytes();
    }

    private static void redCells(Canvas canvas, double cx, double cy, double radius, UniformRandomProvider random) {
        int count = 3 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            double angle = 2 * Math.PI * random.nextDouble();
            double size = random.nextDouble(5, 6.6);
            double away = radius + size * random.nextDouble(0.75, 1.6);
            double x = cx + away * StrictMath.cos(angle);
            double y = cy + away * StrictMath.sin(angle);
            double[] colour = {around(random, .86, .03), around(random, .62, .04), around(random, .58, .04)};
            canvas.paint(Canvas.blob(x, y, size, 0.07, random), 1, 0.92, colour);
            canvas.paint(Canvas.blob(x, y, size * 0.42, 0.1, random), 3, 0.55, .93, .80, .76);
        }
    }

    private static void cell(
            Canvas canvas, Kind kind, double cx, double cy, double radius, UniformRandomProvider random) {
        Outline body = Canvas.blob(cx, cy, radius, kind.lobes < 0.5 ? 0.16 : 0.06, random);
        double[] cytoplasm = kind.colour(0);
        canvas.paint(body, 1.2, 0.95, darker(cytoplasm, 0.93));
        canvas.paint((x, y) -> body.distance(x, y) + 1.2, 1.5, 0.9, cytoplasm);
        canvas.mottle(body, 0.02, random);
        int lobes = (int) Math.round(kind.lobes + around(random, 0, 0.6));
        if (kind.lobes >= 0.5) {
            Outline nucleus = nucleus(kind, Math.max(1, lobes), cx, cy, radius, random);
            canvas.paint(nucleus, 1.1, 0.97, kind.colour(1));
            canvas.mottle(nucleus, kind.mottle, random);
        }
        int granules = (int) (kind.granules * around(random, 1, 0.3));
        for (int i = 0; i < granules; i++) {
            double angle = 2 * Math.PI * random.nextDouble();
            double away = radius * 0.9 * Math.sqrt(random.nextDouble());
            double[] colour = darker(kind.colour(2), around(random, 1, 0.12));
            canvas.dot(
                    cx + away * StrictMath.cos(angle),
                    cy + away * StrictMath.sin(angle),
                    kind.grain * around(random, 1, 0.25),
                    0.6,
                    colour);
        }
    }

    private static Outline nucleus(
            Kind kind, int lobes, double cx, double cy, double radius, UniformRandomProvider random) {
        double turn = 2 * Math.PI * random.nextDouble();
        double nx = cx + radius * 0.1 * around(random, 0, 1);
        double ny = cy + radius * 0.1 * around(random, 0, 1);
        Outline nucleus = null;
        for (int i = 0; i < lobes; i++) {
            double angle = turn + (lobes == 1 ? 0 : kind.span * (i / (lobes - 1.0) - 0.5)) + around(random, 0, 0.15);
            double away = radius * kind.spread * around(random, 1, 0.15);
            Outline lobe = Canvas.blob(
                    nx + away * StrictMath.cos(angle),
                    ny + away * StrictMath.sin(angle),
                    radius * kind.lobe * around(random, 1, 0.1),
                    0.1,
                    random);
            nucleus = nucleus == null ? lobe : nucleus.or(lobe);
        }
        return nucleus;
    }

    private static double[] darker(double[] colour, double factor) {
        return new double[] {colour[0] * factor, colour[1] * factor, colour[2] * factor};
    }

    /** Returns a number evenly spread over {@code centre - reach} to {@code centre + reach}. */
    private static double around(UniformRandomProvider random, double centre, double reach) {
        return centre + reach * (2 * random.nextDouble() - 1);
    }
}
