package org.consilium.quickstart;

import static org.consilium.quickstart.RoundTable.decimals;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The figures of a comparison: means over the seeds, and differences to the baseline on the same seeds.
 *
 * @param baseline label of the contender that the others are compared with
 * @param rows one a contender
 */
record ComparisonTable(String baseline, List<Row> rows) {

    /** Copies. */
    ComparisonTable {
        rows = List.copyOf(rows);
    }

    /**
     * One contender.
     *
     * @param result its runs
     * @param test test accuracy by seed
     * @param validation validation accuracy of the selected models by seed
     * @param difference of test accuracy to the baseline's
     * @param worstRecall lowest recall of a class on TEST by seed
     * @param worstSite lowest accuracy of a site on TEST by seed
     * @param lastRange range of validation accuracy in the last rounds by seed, NaN where there are no rounds
     * @param lastSd standard deviation of it
     * @param bytesUp by seed
     * @param bytesDown by seed
     * @param seconds by seed
     */
    record Row(
            Comparison.Result result,
            Sample test,
            Sample validation,
            Sample.Interval difference,
            Sample worstRecall,
            Sample worstSite,
            Sample lastRange,
            Sample lastSd,
            Sample bytesUp,
            Sample bytesDown,
            Sample seconds) {

        /** Returns how the contender is called. */
        String label() {
            return result.chosen().contender().label();
        }

        private boolean isFederated() {
            return result.chosen().contender() instanceof Contender.Federated;
        }
    }

    /** Computes the figures. */
    static ComparisonTable of(ComparisonPlan plan, List<Comparison.Result> results) {
        Sample base = results.stream()
                .filter(result -> result.chosen().contender().equals(plan.baseline()))
                .map(result -> tests(result, ComparedRun.Tested::accuracy))
                .findFirst()
                .orElseThrow();
        return new ComparisonTable(
                plan.baseline().label(),
                results.stream().map(result -> row(result, base)).toList());
    }

    private static Row row(Comparison.Result result, Sample base) {
        Sample test = tests(result, ComparedRun.Tested::accuracy);
        return new Row(
                result,
                test,
                runs(result, ComparedRun::valAccuracy),
                test.minus(base).interval(),
                tests(result, ComparedRun.Tested::worstRecall),
                tests(result, ComparedRun.Tested::worstSite),
                runs(result, run -> last(run, Sample::range)),
                runs(result, run -> last(run, Sample::sd)),
                runs(result, ComparedRun::bytesUp),
                runs(result, ComparedRun::bytesDown),
                runs(result, ComparedRun::seconds));
    }

    private static double last(ComparedRun run, ToDoubleFunction<Sample> figure) {
        List<Double> last = run.lastRounds();
        return last.isEmpty() ? Double.NaN : figure.applyAsDouble(new Sample(last));
    }

    private static Sample tests(Comparison.Result result, ToDoubleFunction<ComparedRun.Tested> figure) {
        return new Sample(result.tests().stream().map(figure::applyAsDouble).toList());
    }

    private static Sample runs(Comparison.Result result, ToDoubleFunction<ComparedRun> figure) {
        return new Sample(result.runs().stream().map(figure::applyAsDouble).toList());
    }

    /** Returns the tables as Markdown that is also readable as it is: results, results by seed, and what was tried. */
    List<String> markdown(List<Long> seeds) {
        List<String> lines = new ArrayList<>(table(results()));
        lines.add("");
        lines.add(
                "Differences in points, paired by seed, with Student's 95 % interval. Worst class and worst site on test"
                        + " images. Last rounds: range and standard deviation of validation accuracy in the last "
                        + ComparedRun.LAST + ". MB of all sites and rounds together; seconds of one run.");
        lines.add("");
        lines.add("Test accuracy by seed:");
        lines.add("");
        lines.addAll(table(bySeed(seeds)));
        lines.add("");
        lines.add("What was tried, by mean validation accuracy over the seeds, which alone has chosen:");
        lines.add("");
        lines.addAll(table(tried()));
        return lines;
    }

    private List<List<String>> results() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of(
                "method",
                "test accuracy",
                "to " + baseline + " [95 %]",
                "validation",
                "worst class",
                "worst site",
                "last rounds",
                "MB up",
                "MB down",
                "s",
                "rate",
                "rounds x epochs"));
        for (Row row : rows) {
            cells.add(List.of(
                    row.label(),
                    decimals(row.test().mean(), 4) + " ± " + decimals(row.test().sd(), 4),
                    row.label().equals(baseline) ? "-" : points(row.difference()),
                    decimals(row.validation().mean(), 4),
                    decimals(row.worstRecall().mean(), 3),
                    decimals(row.worstSite().mean(), 3),
                    Double.isNaN(row.lastRange().mean())
                            ? "-"
                            : decimals(row.lastRange().mean(), 4) + ", "
                                    + decimals(row.lastSd().mean(), 4),
                    row.isFederated() ? decimals(row.bytesUp().mean() / 1e6, 1) : "-",
                    row.isFederated() ? decimals(row.bytesDown().mean() / 1e6, 1) : "-",
                    decimals(row.seconds().mean(), 1),
                    Double.toString(row.result().chosen().rate()),
                    row.result().chosen().work().toString()));
        }
        return cells;
    }

    private static String points(Sample.Interval difference) {
        String mean = Text.of("%+.2f", 100 * difference.mean());
        return Double.isNaN(difference.low())
                ? mean
                : mean + Text.of(" [%+.2f, %+.2f]", 100 * difference.low(), 100 * difference.high());
    }

    private List<List<String>> bySeed(List<Long> seeds) {
        List<List<String>> cells = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("method"));
        seeds.forEach(seed -> head.add("seed " + seed));
        cells.add(head);
        for (Row row : rows) {
            List<String> line = new ArrayList<>(List.of(row.label()));
            row.test().values().forEach(value -> line.add(decimals(value, 4)));
            cells.add(line);
        }
        return cells;
    }

    private List<List<String>> tried() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("method", "rate", "rounds x epochs", "validation", ""));
        for (Row row : rows) {
            row.result()
                    .tried()
                    .forEach((candidate, accuracy) -> cells.add(List.of(
                            row.label(),
                            Double.toString(candidate.rate()),
                            candidate.work().toString(),
                            Double.isNaN(accuracy) ? "diverged" : decimals(accuracy, 4),
                            candidate.equals(row.result().chosen()) ? "chosen" : "")));
        }
        return cells;
    }

    /** Returns rows as a Markdown table with columns of one width, the first left-aligned and the others right-aligned. */
    static List<String> table(List<List<String>> cells) {
        int columns = cells.get(0).size();
        int[] widths = IntStream.range(0, columns)
                .map(column -> cells.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        List<String> lines = new ArrayList<>();
        for (List<String> row : cells) {
            StringBuilder line = new StringBuilder("|");
            for (int column = 0; column < columns; column++) {
                int width = Math.max(widths[column], 2);
                line.append(' ')
                        .append(Text.of("%" + (column == 0 ? "-" : "") + width + "s", row.get(column)))
                        .append(" |");
            }
            lines.add(line.toString());
            if (lines.size() == 1) {
                List<String> rule = new ArrayList<>(Collections.nCopies(columns, ""));
                for (int column = 0; column < columns; column++) {
                    int width = Math.max(widths[column], 2);
                    rule.set(column, column == 0 ? "-".repeat(width + 2) : "-".repeat(width + 1) + ":");
                }
                lines.add("|" + String.join("|", rule) + "|");
            }
        }
        return lines;
    }

    /** Returns the figures' JSON form; differences are of accuracy, not in points. */
    JsonArrayBuilder toJson() {
        JsonArrayBuilder all = Json.createArrayBuilder();
        for (Row row : rows) {
            JsonObjectBuilder settings = Json.createObjectBuilder();
            row.result().chosen().contender().settings().forEach(settings::add);
            JsonArrayBuilder tried = Json.createArrayBuilder();
            row.result()
                    .tried()
                    .forEach((candidate, accuracy) -> tried.add(Json.createObjectBuilder()
                            .add("learningRate", candidate.rate())
                            .add("rounds", candidate.work().rounds())
                            .add("localEpochs", candidate.work().localEpochs())
                            .add("meanValAccuracy", ReportJson.number(accuracy))));
            all.add(Json.createObjectBuilder()
                    .add("label", row.label())
                    .add("method", row.result().chosen().contender().method())
                    .add("settings", settings)
                    .add("learningRate", row.result().chosen().rate())
                    .add("rounds", row.result().chosen().work().rounds())
                    .add("localEpochs", row.result().chosen().work().localEpochs())
                    .add("testAccuracy", json(row.test()))
                    .add(
                            "differenceToBaseline",
                            Json.createObjectBuilder()
                                    .add(
                                            "mean",
                                            ReportJson.number(row.difference().mean()))
                                    .add(
                                            "low95",
                                            ReportJson.number(row.difference().low()))
                                    .add(
                                            "high95",
                                            ReportJson.number(row.difference().high())))
                    .add("valAccuracy", json(row.validation()))
                    .add("worstClassTestRecall", json(row.worstRecall()))
                    .add("worstSiteTestAccuracy", json(row.worstSite()))
                    .add("lastRoundsRange", json(row.lastRange()))
                    .add("lastRoundsSd", json(row.lastSd()))
                    .add("bytesUp", json(row.bytesUp()))
                    .add("bytesDown", json(row.bytesDown()))
                    .add("seconds", json(row.seconds()))
                    .add("tried", tried));
        }
        return all;
    }

    private static JsonObjectBuilder json(Sample sample) {
        JsonArrayBuilder values = Json.createArrayBuilder();
        sample.values().forEach(value -> values.add(ReportJson.number(value)));
        return Json.createObjectBuilder()
                .add("mean", ReportJson.number(sample.mean()))
                .add("sd", ReportJson.number(sample.sd()))
                .add("bySeed", values);
    }
}
