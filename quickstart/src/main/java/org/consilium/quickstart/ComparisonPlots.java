package org.consilium.quickstart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The figures of a comparison as pictures, each as PNG and as SVG. A method has one colour in all of them. */
final class ComparisonPlots {

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 560;

    /** Opacity of a band, of 255. */
    private static final int BAND = 40;

    private final String subject;
    private final List<String> classNames;
    private final List<Comparison.Result> results;

    /**
     * @param subject data set, partition and number of seeds, for the titles
     * @param classNames in the order of the classes
     * @param results the contenders' results
     */
    ComparisonPlots(String subject, List<String> classNames, List<Comparison.Result> results) {
        this.subject = subject;
        this.classNames = List.copyOf(classNames);
        this.results = List.copyOf(results);
    }

    /** Writes all plots into a folder; returns the files. */
    List<Path> write(Path folder) {
        List<Path> written = new ArrayList<>();
        write(folder, "accuracy", this::accuracy, written);
        write(folder, "recall", this::recall, written);
        write(folder, "sites", this::sites, written);
        return written;
    }

    private static void write(Path folder, String name, Supplier<? extends Chart<?, ?>> chart, List<Path> written) {
        for (String ending : List.of(".png", ".svg")) {
            Path file = folder.resolve(name + ending);
            byte[] bytes = AccuracyPlot.bytes(chart, file);
            OutputFile.write(file, path -> Files.write(path, bytes));
            written.add(file);
        }
    }

    /** Returns validation accuracy by passes over the local images: mean over the seeds, and from the least to the most. */
    XYChart accuracy() {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Validation accuracy: " + subject)
                .xAxisTitle(sameWork() ? "round" : "passes over the local images (rounds x local epochs)")
                .yAxisTitle(several() ? "accuracy, mean over the seeds (band: least to most)" : "accuracy")
                .build();
        style(chart.getStyler());
        chart.getStyler()
                .setYAxisMin(0.0)
                .setYAxisMax(1.0)
                .setYAxisDecimalPattern("0.0")
                .setXAxisDecimalPattern("0")
                .setLocale(Locale.ROOT);
        List<Comparison.Result> drawn = results.stream()
                .filter(result -> !result.runs().get(0).rounds().isEmpty())
                .toList();
        // Bands first, so that no line lies under one.
        for (Comparison.Result result : drawn) {
            if (result.runs().size() > 1) {
                band(chart, result);
            }
        }
        for (Comparison.Result result : drawn) {
            double[] mean = IntStream.range(0, rounds(result))
                    .mapToDouble(round -> at(result, round).mean())
                    .toArray();
            XYSeries series = chart.addSeries(label(result), passes(result), mean);
            series.setLineColor(colour(result));
            series.setMarker(SeriesMarkers.NONE);
            series.setLineStyle(
                    result.chosen().contender() instanceof Contender.Federated
                            ? new BasicStroke(2.5f)
                            : new BasicStroke(
                                    2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0));
        }
        return chart;
    }

    private void band(XYChart chart, Comparison.Result result) {
        double[] passes = passes(result);
        int rounds = passes.length;
        double[] x = new double[2 * rounds];
        double[] y = new double[2 * rounds];
        for (int round = 0; round < rounds; round++) {
            Sample values = at(result, round);
            double least = values.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .min()
                    .orElseThrow();
            x[round] = passes[round];
            y[round] = least + values.range();
            x[2 * rounds - 1 - round] = passes[round];
            y[2 * rounds - 1 - round] = least;
        }
        XYSeries series = chart.addSeries("band of " + label(result), x, y);
        Color colour = colour(result);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
        series.setFillColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), BAND));
        series.setLineColor(new Color(0, 0, 0, 0));
        series.setMarker(SeriesMarkers.NONE);
        series.setShowInLegend(false);
    }

    /** Returns recall on test images by class, mean over the seeds in which the class was tested. */
    CategoryChart recall() {
        CategoryChart chart = bars(
                "Recall by class on test images: " + subject,
                "class",
                several() ? "recall, mean over the seeds" : "recall");
        if (classNames.stream().anyMatch(name -> name.length() > 10)) {
            chart.getStyler().setXAxisLabelRotation(30).setXAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
        }
        for (Comparison.Result result : results) {
            add(
                    chart,
                    result,
                    classNames,
                    IntStream.range(0, classNames.size())
                            .mapToObj(label -> mean(result.tests().stream()
                                    .map(test -> test.recalls().get(label))
                                    .toList()))
                            .toList());
        }
        return chart;
    }

    /**
     * Returns test accuracy by site. Site 1 of one seed has nothing to do with site 1 of another, so sites are ordered from
     * the worst to the best within each seed, for each method by itself.
     */
    CategoryChart sites() {
        List<List<List<Double>>> sorted = results.stream()
                .map(result -> result.tests().stream()
                        .map(test -> test.sites().stream()
                                .map(StudyReport.SiteTest::testAccuracy)
                                .filter(accuracy -> !Double.isNaN(accuracy))
                                .sorted(Comparator.naturalOrder())
                                .toList())
                        .toList())
                .toList();
        int sites =
                sorted.stream().flatMap(List::stream).mapToInt(List::size).min().orElse(0);
        List<String> names = IntStream.range(0, sites)
                .mapToObj(i -> i == 0 ? "worst" : i == sites - 1 ? "best" : Integer.toString(i + 1))
                .toList();
        CategoryChart chart = bars(
                "Test accuracy by site: " + subject,
                "each seed's sites from the worst to the best",
                several() ? "accuracy, mean over the seeds" : "accuracy");
        for (int r = 0; r < results.size(); r++) {
            List<List<Double>> own = sorted.get(r);
            add(
                    chart,
                    results.get(r),
                    names,
                    IntStream.range(0, sites)
                            // The best is the best also in a seed in which more sites were tested.
                            .mapToObj(i -> mean(own.stream()
                                    .map(seed -> seed.get(i == sites - 1 ? seed.size() - 1 : i))
                                    .toList()))
                            .toList());
        }
        return chart;
    }

    private void add(CategoryChart chart, Comparison.Result result, List<String> names, List<Double> values) {
        chart.addSeries(label(result), names, values).setFillColor(colour(result));
    }

    private static CategoryChart bars(String title, String x, String y) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler());
        chart.getStyler()
                .setAvailableSpaceFill(0.8)
                .setYAxisMin(0.0)
                .setYAxisMax(1.0)
                .setYAxisDecimalPattern("0.0")
                .setLocale(Locale.ROOT)
                .setPlotGridVerticalLinesVisible(false);
        return chart;
    }

    private static void style(Styler styler) {
        styler.setLegendPosition(Styler.LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE)
                .setChartTitleFont(styler.getChartTitleFont().deriveFont(15f));
    }

    private static double mean(List<Double> values) {
        return values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(0);
    }

    private static Sample at(Comparison.Result result, int round) {
        return new Sample(result.runs().stream()
                .map(run -> run.rounds().get(round).valAccuracy())
                .toList());
    }

    private static int rounds(Comparison.Result result) {
        return result.runs().get(0).rounds().size();
    }

    private double[] passes(Comparison.Result result) {
        int each = sameWork() ? 1 : result.chosen().work().localEpochs();
        return IntStream.rangeClosed(1, rounds(result))
                .mapToDouble(round -> (double) round * each)
                .toArray();
    }

    private boolean sameWork() {
        return results.stream()
                        .filter(result -> !result.runs().get(0).rounds().isEmpty())
                        .map(result -> result.chosen().work())
                        .distinct()
                        .count()
                <= 1;
    }

    private boolean several() {
        return results.get(0).runs().size() > 1;
    }

    private static String label(Comparison.Result result) {
        return result.chosen().contender().label();
    }

    private Color colour(Comparison.Result result) {
        if (result.chosen().contender() == Contender.Reference.CENTRALISED) {
            return Color.BLACK;
        }
        if (result.chosen().contender() == Contender.Reference.LOCAL) {
            return Color.GRAY;
        }
        return AccuracyPlot.COLOURS.get(results.indexOf(result) % AccuracyPlot.COLOURS.size());
    }
}
