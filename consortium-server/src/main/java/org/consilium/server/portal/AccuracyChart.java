package org.consilium.server.portal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import org.consilium.contract.SiteId;
import org.consilium.server.round.Round;
import org.consilium.server.round.RoundFigures;
import org.consilium.server.round.RoundResult;
import org.consilium.server.round.Share;
import org.consilium.server.round.SiteScores;

/**
 * Accuracy by round as lines in a field of 100 by 100, the origin at the upper left as SVG has it.
 *
 * @param levels horizontal lines with their accuracy
 * @param ticks places of rounds with their number
 * @param sites a line for each site
 * @param worst the worst site of each round
 * @param mean over all images
 * @param text what the chart shows, in words
 */
public record AccuracyChart(List<Mark> levels, List<Mark> ticks, List<Line> sites, Line worst, Line mean, String text) {

    private static final int MOST_TICKS = 8;
    private static final double STEP = 0.1;
    private static final int LEAST_STEPS = 3;
    private static final int MOST_LEVELS = 6;
    private static final double LABEL_HEIGHT = 8;

    /**
     * A labelled place on an axis.
     *
     * @param at in per cent of the axis, such as {@code 25.00%}
     * @param label the text beside it
     */
    public record Mark(String at, String label) {}

    /**
     * A line of the chart.
     *
     * @param name what it shows
     * @param points as SVG wants them
     * @param last the last value, such as {@code 0.841}
     * @param endX where it ends, in per cent
     * @param endY likewise
     * @param labelY where its label stands, so that two labels do not cover each other
     */
    public record Line(String name, String points, String last, String endX, String endY, String labelY) {}

    private record Point(int round, double value) {}

    /**
     * Returns the chart; empty while no round has scores.
     *
     * @param rounds of one study, in their order
     * @param planned number of rounds that the study will have
     */
    static Optional<AccuracyChart> of(List<Round> rounds, int planned) {
        List<Point> mean = points(rounds, round -> RoundFigures.figure(round, RoundResult::accuracy));
        if (mean.isEmpty()) {
            return Optional.empty();
        }
        List<Point> worst = points(rounds, round -> RoundFigures.figure(round, RoundResult::worstAccuracy));
        TreeMap<SiteId, List<Point>> sites = new TreeMap<>();
        rounds.stream()
                .flatMap(round -> round.shares().stream())
                .map(Share::site)
                .distinct()
                .forEach(site -> sites.put(site, points(rounds, round -> accuracy(round, site))));
        return Optional.of(new Field(planned, sites.values(), mean).chart(sites, worst));
    }

    private static List<Point> points(List<Round> rounds, Function<Round, OptionalDouble> value) {
        List<Point> points = new ArrayList<>();
        for (Round round : rounds) {
            value.apply(round)
                    .ifPresent(there -> points.add(new Point(round.number().value(), there)));
        }
        return points;
    }

    private static OptionalDouble accuracy(Round round, SiteId site) {
        double value = round.share(site)
                .flatMap(Share::validation)
                .map(SiteScores::value)
                .map(scores -> scores.accuracy())
                .orElse(Double.NaN);
        return round.result().isEmpty() || Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** The axes, and everything that is placed on them. */
    private static final class Field {

        private final int planned;
        private final int lowest;
        private final int highest;
        private final List<Point> mean;

        Field(int planned, Iterable<List<Point>> sites, List<Point> mean) {
            this.planned = planned;
            this.mean = mean;
            double low = 1;
            double high = 0;
            List<List<Point>> all = new ArrayList<>();
            sites.forEach(all::add);
            all.add(mean);
            for (List<Point> points : all) {
                for (Point point : points) {
                    low = Math.min(low, point.value());
                    high = Math.max(high, point.value());
                }
            }
            int top = (int) Math.min(Math.round(1 / STEP), Math.ceil(high / STEP));
            int bottom = (int) Math.floor(low / STEP);
            // A flat course shall look flat: the axis spans at least three steps.
            this.highest = Math.max(top, LEAST_STEPS);
            this.lowest = Math.max(0, Math.min(bottom, highest - LEAST_STEPS));
        }

        AccuracyChart chart(TreeMap<SiteId, List<Point>> sites, List<Point> worst) {
            Point end = mean.get(mean.size() - 1);
            double meanY = y(end.value());
            double worstY =
                    worst.isEmpty() ? meanY : y(worst.get(worst.size() - 1).value());
            double push = Math.max(0, LABEL_HEIGHT - (worstY - meanY)) / 2;
            List<Line> lines = new ArrayList<>();
            sites.forEach((site, points) -> {
                if (!points.isEmpty()) {
                    lines.add(line(site.value(), points, 0));
                }
            });
            Line meanLine = line("Mean", mean, -push);
            Line worstLine = worst.isEmpty() ? meanLine : line("Worst", worst, push);
            return new AccuracyChart(
                    levels(),
                    ticks(),
                    List.copyOf(lines),
                    worstLine,
                    meanLine,
                    "Mean accuracy " + meanLine.last() + " and worst site " + worstLine.last() + " after round "
                            + end.round() + " of " + planned + "; the table beside has every round");
        }

        private Line line(String name, List<Point> points, double shift) {
            StringBuilder text = new StringBuilder();
            for (Point point : points) {
                text.append(String.format(Locale.ROOT, "%.2f,%.2f ", x(point.round()), y(point.value())));
            }
            Point end = points.get(points.size() - 1);
            return new Line(
                    name,
                    text.toString().strip(),
                    Figures.share(OptionalDouble.of(end.value())),
                    Figures.percent(x(end.round())),
                    Figures.percent(y(end.value())),
                    Figures.percent(y(end.value()) + shift));
        }

        private List<Mark> levels() {
            int every = (highest - lowest + MOST_LEVELS - 1) / MOST_LEVELS;
            List<Mark> marks = new ArrayList<>();
            for (int step = lowest; step <= highest; step += every) {
                marks.add(
                        new Mark(Figures.percent(y(step * STEP)), Figures.decimals(OptionalDouble.of(step * STEP), 1)));
            }
            return marks;
        }

        private List<Mark> ticks() {
            int every = (planned + MOST_TICKS - 1) / MOST_TICKS;
            List<Mark> marks = new ArrayList<>();
            for (int round = 1; round <= planned; round += round == 1 && every > 1 ? every - 1 : every) {
                marks.add(new Mark(Figures.percent(x(round)), Integer.toString(round)));
            }
            return marks;
        }

        private double x(int round) {
            return planned <= 1 ? 50 : 100.0 * (round - 1) / (planned - 1);
        }

        private double y(double accuracy) {
            return 100 - 100 * (accuracy - lowest * STEP) / ((highest - lowest) * STEP);
        }
    }
}
