package org.consilium.server.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a plot over the rounds into the page, as lines of the page itself: sharp at any size, and small. */
final class ReportPlot {

    private static final ReportStyle.Type TICK =
            new ReportStyle.Type(ReportFonts.Face.SANS, 7.6f, 10, ReportStyle.Colour.INK_3);
    private static final float LEFT_SCALE = 34;
    private static final float BELOW = 28;
    private static final float ABOVE = 22;
    private static final int TICKS = 5;
    private static final float LABEL = 24;
    private static final double ROOM_ABOVE = 1.0 + 1e-9;

    /**
     * A line of a plot.
     *
     * @param label as the key has it; empty for one that is not in the key
     * @param values one for each round, NaN where there is none
     * @param colour of the line
     * @param thickness of the line
     * @param dashed whether it is dashed
     */
    record Series(String label, double[] values, ReportStyle.Colour colour, float thickness, boolean dashed) {}

    private final ReportPages pages;
    private final int[] rounds;
    private final float x;
    private final float width;
    private final float bottom;
    private final float height;
    private double low;
    private double high;
    private double step;

    private ReportPlot(ReportPages pages, int[] rounds, float x, float width, float height) {
        this.pages = pages;
        this.rounds = rounds;
        this.x = x + LEFT_SCALE;
        this.width = width - LEFT_SCALE;
        this.bottom = pages.top() - height + BELOW;
        this.height = height - BELOW - ABOVE;
    }

    /**
     * Draws lines.
     *
     * @param title what is shown, with the unit
     * @param rounds the rounds' numbers, rising
     * @param told what somebody is told who does not see it
     */
    static void lines(ReportPages pages, String title, int[] rounds, List<Series> series, float height, String told)
            throws IOException {
        pages.need(height);
        ReportPlot plot = new ReportPlot(pages, rounds, ReportPages.LEFT, ReportPages.WIDTH, height);
        plot.scale(series, false);
        plot.figure(title, told, () -> {
            for (Series one : series) {
                plot.line(one);
            }
            plot.key(series);
        });
        pages.take(height);
    }

    /** Draws one bar for each round, within a part of the page's width; the height is not taken. */
    static void bars(ReportPages pages, String title, int[] rounds, Series series, float x, float width, float height)
            throws IOException {
        ReportPlot plot = new ReportPlot(pages, rounds, x, width, height);
        plot.scale(List.of(series), true);
        plot.figure(title, title + ", by round; the figures stand in the table below.", () -> plot.bars(series));
    }

    private void figure(String title, String told, ReportPages.Writing content) throws IOException {
        pages.within("Figure", () -> {
                    pages.line(ReportStyle.HEAD, x - LEFT_SCALE, bottom + height + ABOVE, title);
                    grid();
                    content.write();
                    rounds();
                })
                .setAlternateDescription(told);
    }

    /** Whole steps of 1, 2 or 5 times a power of ten. */
    private void scale(List<Series> series, boolean fromZero) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (Series one : series) {
            for (double value : one.values()) {
                if (Double.isFinite(value)) {
                    least = Math.min(least, value);
                    most = Math.max(most, value);
                }
            }
        }
        if (least > most) {
            least = 0;
            most = 1;
        }
        least = fromZero ? 0 : least;
        double span = most - least > 0 ? most - least : Math.max(Math.abs(most), 1) / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(span / TICKS)));
        step = power * 10;
        for (double factor : new double[] {5, 2, 1}) {
            if (span / (power * factor) <= TICKS * ROOM_ABOVE) {
                step = power * factor;
            }
        }
        low = Math.floor(least / step) * step;
        high = Math.max(Math.ceil(most / step * (2 - ROOM_ABOVE)) * step, low + step);
    }

    private void grid() throws IOException {
        long count = Math.round((high - low) / step);
        int digits = (int) Math.max(0, -Math.floor(Math.log10(step)));
        for (long i = 0; i <= count; i++) {
            double value = low + i * step;
            float at = y(value);
            pages.rule(x, x + width, at, i == 0 ? ReportStyle.Colour.LINE_STRONG : ReportStyle.Colour.LINE, 0.5f);
            pages.lineTo(TICK, x - 6, at + 5, String.format(Locale.ROOT, "%,." + digits + "f", value));
        }
    }

    private void rounds() throws IOException {
        int apart = apart();
        for (int i = 0; i < rounds.length; i++) {
            boolean first = i == 0 && slot() * (apart - rounds[0] % apart) >= LABEL;
            if (rounds[i] % apart == 0 || first) {
                String label = Integer.toString(rounds[i]);
                pages.line(TICK, x(i) - pages.width(TICK, label) / 2, bottom - 4, label);
            }
        }
        pages.lineTo(TICK, x + width, bottom - 15, "Round");
    }

    /** Returns from which number to the next there is room for labels. */
    private int apart() {
        int power = 1;
        while (true) {
            for (int factor : new int[] {1, 2, 5}) {
                if (slot() * power * factor >= LABEL) {
                    return power * factor;
                }
            }
            power *= 10;
        }
    }

    private void line(Series series) throws IOException {
        List<float[]> points = new ArrayList<>();
        for (int i = 0; i <= series.values().length; i++) {
            double value = i < series.values().length ? series.values()[i] : Double.NaN;
            if (Double.isFinite(value)) {
                points.add(new float[] {x(i), y(value)});
            } else {
                stroke(series, points);
                points.clear();
            }
        }
    }

    /** A gap in the values is a gap in the line; one value alone is a square. */
    private void stroke(Series series, List<float[]> points) throws IOException {
        if (points.isEmpty()) {
            return;
        }
        float[] first = points.get(0);
        if (points.size() == 1) {
            float size = Math.max(2.4f, series.thickness() * 2);
            pages.box(first[0] - size / 2, first[1] - size / 2, size, size, series.colour());
            return;
        }
        float[] xs = new float[points.size()];
        float[] ys = new float[points.size()];
        for (int i = 0; i < xs.length; i++) {
            xs[i] = points.get(i)[0];
            ys[i] = points.get(i)[1];
        }
        pages.path(series.colour(), series.thickness(), xs, ys, dashes(series));
    }

    private void bars(Series series) throws IOException {
        float thick = Math.min(slot() * 0.7f, 18);
        for (int i = 0; i < series.values().length; i++) {
            double value = series.values()[i];
            if (Double.isFinite(value) && value > 0) {
                pages.box(x(i) - thick / 2, bottom, thick, Math.max(0.4f, y(value) - bottom), series.colour());
            }
        }
    }

    private void key(List<Series> series) throws IOException {
        float at = x;
        float top = bottom - 15;
        for (Series one : series) {
            if (!one.label().isEmpty()) {
                float[] ends = {at, at + 16};
                float[] level = {top - 5, top - 5};
                pages.path(one.colour(), Math.max(1, one.thickness()), ends, level, dashes(one));
                pages.line(TICK, at + 20, top, one.label());
                at += 20 + pages.width(TICK, one.label()) + 16;
            }
        }
    }

    private static float[] dashes(Series series) {
        return series.dashed() ? new float[] {3, 2} : new float[0];
    }

    private float slot() {
        return width / rounds.length;
    }

    private float x(int index) {
        return x + slot() * (index + 0.5f);
    }

    private float y(double value) {
        return (float) (bottom + (value - low) / (high - low) * height);
    }
}
