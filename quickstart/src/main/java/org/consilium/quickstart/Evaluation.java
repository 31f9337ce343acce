package org.consilium.quickstart;

import static org.consilium.quickstart.RoundTable.decimals;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Parameters;
import org.consilium.model.LabelledImages;
import org.consilium.model.ModelScorer;
import org.consilium.model.images.ImageDataset;

/**
 * A saved model on one split of a data set.
 *
 * @param model what was scored
 * @param dataset whose images
 * @param split which of them
 * @param scores confusion matrix and loss
 * @param aucs exact area under the ROC curve of each class against the rest, NaN where a class has no images
 */
record Evaluation(
        Parameters model, ImageDataset dataset, String split, ClassificationScores scores, List<Double> aucs) {

    /** Scores the model. */
    static Evaluation of(
            Parameters model, ImageDataset dataset, String split, LabelledImages images, ModelScorer scorer) {
        double[][] probabilities = scorer.probabilities(model, images);
        int[] labels = images.labels();
        List<Double> aucs = IntStream.range(0, images.classes())
                .mapToObj(label -> ExactAuc.ofClass(probabilities, labels, label))
                .toList();
        return new Evaluation(model, dataset, split, scorer.score(model, images), aucs);
    }

    /** Returns the exact one-vs-rest AUC, the unweighted mean over the classes. */
    double macroAuc() {
        return aucs.stream()
                .mapToDouble(Double::doubleValue)
                .filter(auc -> !Double.isNaN(auc))
                .average()
                .orElse(Double.NaN);
    }

    /** Returns the result for people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("Model    " + model);
        lines.add("Split    " + split + ", " + Text.counted(scores.examples(), "image"));
        lines.add("");
        lines.add(Text.of(
                "accuracy %s   macro-F1 %s   AUC (one-vs-rest, macro) %s   loss %s",
                decimals(scores.accuracy(), 4),
                decimals(scores.macroF1(), 4),
                decimals(macroAuc(), 4),
                decimals(scores.loss(), 4)));
        lines.add("");
        List<String> names = dataset.classNames();
        int width = Math.max(8, names.stream().mapToInt(String::length).max().orElse(0));
        int cell = Math.max(
                6,
                Arrays.stream(scores.confusion())
                        .flatMapToLong(Arrays::stream)
                        .mapToInt(count -> Long.toString(count).length() + 2)
                        .max()
                        .orElse(0));
        lines.add("Confusion matrix: a row is a class as labelled, a column (by class number) as predicted.");
        lines.add("    " + padded("class", width)
                + IntStream.range(0, names.size())
                        .mapToObj(label -> Text.of("%" + cell + "d", label))
                        .collect(Collectors.joining())
                + "  recall     AUC");
        long[][] confusion = scores.confusion();
        for (int label = 0; label < names.size(); label++) {
            lines.add(Text.of("%2d  ", label)
                    + padded(names.get(label), width)
                    + Arrays.stream(confusion[label])
                            .mapToObj(count -> Text.of("%" + cell + "d", count))
                            .collect(Collectors.joining())
                    + Text.of("  %6s  %6s", decimals(scores.recall(label), 4), decimals(aucs.get(label), 4)));
        }
        return lines;
    }

    /** Returns the result for programs. */
    JsonObject toJson() {
        long[][] confusion = scores.confusion();
        JsonArrayBuilder classes = Json.createArrayBuilder();
        JsonArrayBuilder rows = Json.createArrayBuilder();
        for (int label = 0; label < confusion.length; label++) {
            JsonArrayBuilder row = Json.createArrayBuilder();
            Arrays.stream(confusion[label]).forEach(row::add);
            rows.add(row);
            classes.add(Json.createObjectBuilder()
                    .add("name", dataset.classNames().get(label))
                    .add("examples", Arrays.stream(confusion[label]).sum())
                    .add("recall", ReportJson.number(scores.recall(label)))
                    .add("auc", ReportJson.number(aucs.get(label))));
        }
        return Json.createObjectBuilder()
                .add("dataset", dataset.name())
                .add("data", ReportJson.data(StudyReport.Data.of(dataset)))
                .add("split", split)
                .add(
                        "model",
                        Json.createObjectBuilder()
                                .add("name", model.architecture().value())
                                .add("parameters", model.count())
                                .add("sha256", model.digest().hex()))
                .add("examples", scores.examples())
                .add("accuracy", ReportJson.number(scores.accuracy()))
                .add("macroF1", ReportJson.number(scores.macroF1()))
                .add("auc", ReportJson.number(macroAuc()))
                .add("loss", ReportJson.number(scores.loss()))
                .add("classes", classes)
                .add("confusion", rows)
                .build();
    }

    private static String padded(String text, int width) {
        return Text.of("%-" + width + "s", text);
    }
}
