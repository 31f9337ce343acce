package org.consilium.quickstart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Validation accuracy by round: all sites together, and each site. */
final class AccuracyPlot {

    /** More lines than this cannot be told apart. */
    private static final int MOST_SITES = 8;

    /** Okabe and Ito's palette, which people with colour-blindness can tell apart; black is for all sites together. */
    static final List<Color> COLOURS = List.of(
            new Color(0x0072B2),
            new Color(0xD55E00),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0xE69F00),
            new Color(0x56B4E9),
            new Color(0x8C6D1F),
            new Color(0x7F7F7F));

    private AccuracyPlot() {}

    /** Returns whether a plot can be written into a file of that name. */
    static boolean knows(Path file) {
        return isSvg(file) || name(file).endsWith(".png");
    }

    /**
     * Returns the plot's bytes.
     *
     * @param file whose name ends in {@code .png} or {@code .svg} and so chooses the format
     * @throws CommandFailure if this machine cannot draw text
     */
    static byte[] draw(StudyReport report, Path file) {
        return bytes(() -> chart(report), file);
    }

    /**
     * Returns a chart's bytes.
     *
     * @param drawn makes the chart
     * @param file whose name ends in {@code .png} or {@code .svg} and so chooses the format
     * @throws CommandFailure if this machine cannot draw text
     */
    static byte[] bytes(Supplier<? extends Chart<?, ?>> drawn, Path file) {
        try {
            Chart<?, ?> chart = drawn.get();
            if (!isSvg(file)) {
                return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            VectorGraphicsEncoder.saveVectorGraphic(chart, bytes, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
            return bytes.toByteArray();
        } catch (IOException | LinkageError | InternalError e) {
            throw undrawable(e);
        }
    }

    /** Returns what is said where nothing can be drawn: AWT asks for fonts even where there is no display. */
    static CommandFailure undrawable(Throwable e) {
        return new CommandFailure(
                "The plot could not be drawn: " + e + ". Install the packages fontconfig and fonts-dejavu, or leave"
                        + " the option for plots out.",
                e);
    }

    private static XYChart chart(StudyReport report) {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(560)
                .title("Validation accuracy by round: " + report.dataset()
                        + (report.data().phantom() ? " (generated phantoms)" : "") + ", " + report.partition()
                        + ", seed " + report.seed())
                .xAxisTitle("round")
                .yAxisTitle("accuracy on validation images")
                .build();
        chart.getStyler()
                .setLegendPosition(Styler.LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE)
                .setChartTitleFont(chart.getStyler().getChartTitleFont().deriveFont(15f));
        chart.getStyler()
                .setYAxisMin(0.0)
                .setYAxisMax(1.0)
                .setYAxisDecimalPattern("0.0")
                .setXAxisDecimalPattern("0")
                .setLocale(Locale.ROOT)
                .setXAxisTickMarkSpacingHint(
                        Math.max(20, 640 / Math.max(1, report.rounds().size())));
        double[] rounds =
                report.rounds().stream().mapToDouble(StudyReport.Round::round).toArray();
        List<StudyReport.SiteRound> sites = report.rounds().get(0).perSite();
        for (int i = 0; i < Math.min(sites.size(), MOST_SITES); i++) {
            String site = sites.get(i).site();
            line(chart, site, rounds, ofSite(report, site), COLOURS.get(i), 1.5f);
        }
        line(
                chart,
                sites.size() > MOST_SITES ? "all " + sites.size() + " sites" : "all sites",
                rounds,
                report.rounds().stream()
                        .mapToDouble(StudyReport.Round::valAccuracy)
                        .toArray(),
                Color.BLACK,
                3f);
        return chart;
    }

    private static void line(XYChart chart, String name, double[] x, double[] y, Color colour, float width) {
        // XChart takes no gaps at the ends: a site without validation images gets no line.
        List<Double> rounds = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            if (!Double.isNaN(y[i])) {
                rounds.add(x[i]);
                values.add(y[i]);
            }
        }
        if (rounds.isEmpty()) {
            return;
        }
        XYSeries series = chart.addSeries(name, rounds, values);
        series.setLineColor(colour);
        series.setMarkerColor(colour);
        series.setMarker(SeriesMarkers.CIRCLE);
        series.setLineStyle(new BasicStroke(width));
    }

    private static double[] ofSite(StudyReport report, String site) {
        return report.rounds().stream()
                .mapToDouble(round -> round.perSite().stream()
                        .filter(line -> line.site().equals(site))
                        .mapToDouble(StudyReport.SiteRound::valAccuracy)
                        .findFirst()
                        .orElse(Double.NaN))
                .toArray();
    }

    private static boolean isSvg(Path file) {
        return name(file).endsWith(".svg");
    }

    private static String name(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT);
    }
}
