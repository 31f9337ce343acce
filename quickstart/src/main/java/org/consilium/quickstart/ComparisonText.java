package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.consilium.model.images.ImageDataset;

/**
 * What a comparison was asked to be, for people and for programs.
 *
 * @param plan what is compared
 * @param dataset the images
 * @param arguments the command line after {@code consilium}
 * @param commit of the program that writes this
 */
record ComparisonText(ComparisonPlan plan, ImageDataset dataset, List<String> arguments, String commit) {

    /** Copies. */
    ComparisonText {
        arguments = List.copyOf(arguments);
    }

    /** Returns the seeds. */
    List<Long> seeds() {
        return plan.seeds();
    }

    /** Returns lines for people before the work begins. */
    List<String> lines() {
        ComparisonPlan.Common common = plan.common();
        return List.of(
                Text.of(
                        "Sites    %d, dealt by %s with seeds %s",
                        common.sites(), common.partition().text(), plan.seeds()),
                Text.of(
                        "Runs     %d: %s; learning rates %s; rounds x local epochs %s",
                        plan.runs(),
                        plan.contenders().stream().map(Contender::label).collect(Collectors.joining(", ")),
                        plan.rates(),
                        plan.works()),
                Text.of("Model    %s, batches of %d, momentum %s", common.family(), common.batch(), common.momentum()));
    }

    /** Returns the lines of Markdown before the tables. */
    List<String> heading(List<Comparison.Result> results) {
        ComparisonPlan.Common common = plan.common();
        return List.of(
                "# " + plan.contenders().stream().map(Contender::label).collect(Collectors.joining(", ")) + " on "
                        + dataset.name(),
                "",
                (dataset.generated() ? "**Generated phantoms, not patients' images.** " : "")
                        + Text.of(
                                "%d sites, %s, seeds %s, %s, batches of %d, momentum %s%s. Every method was tried with the"
                                        + " learning rates %s and rounds x local epochs %s on every seed; settings were"
                                        + " chosen by mean validation accuracy, and only the chosen ones tested.",
                                common.sites(),
                                common.partition().text(),
                                plan.seeds(),
                                common.family(),
                                common.batch(),
                                common.momentum(),
                                common.quick() ? ", few images (--quick)" : "",
                                plan.rates(),
                                plan.works()),
                "",
                "Settings: "
                        + plan.contenders().stream()
                                .filter(contender -> !contender.settings().isEmpty())
                                .map(contender -> contender.label() + " " + new TreeMap<>(contender.settings()))
                                .collect(Collectors.joining("; "))
                        + ".",
                "",
                "Command: `" + command() + "`",
                "",
                "Commit: " + String.join(", ", commits(results)),
                "");
    }

    /** Returns the JSON form of the whole comparison. */
    JsonObject toJson(List<Comparison.Result> results, ComparisonTable figures, RunFolder folder) {
        ComparisonPlan.Common common = plan.common();
        JsonArrayBuilder arguments = Json.createArrayBuilder(this.arguments);
        JsonArrayBuilder all = Json.createArrayBuilder();
        for (ComparisonPlan.Candidate candidate : plan.candidates()) {
            for (long seed : plan.seeds()) {
                all.add(run(folder, candidate, seed));
            }
        }
        return Json.createObjectBuilder()
                .add("command", "compare")
                .add("arguments", arguments)
                .add("commit", commit)
                .add("commitsOfRuns", Json.createArrayBuilder(commits(results)))
                .add("dataset", dataset.name())
                .add("data", ReportJson.data(StudyReport.Data.of(dataset)))
                .add("classes", Json.createArrayBuilder(dataset.classNames()))
                .add("partition", common.partition().text())
                .add("sites", common.sites())
                .add("seeds", Json.createArrayBuilder(plan.seeds()))
                .add("model", common.family())
                .add("baseline", figures.baseline())
                .add("methods", figures.toJson())
                .add("runs", all)
                .build();
    }

    private static JsonObjectBuilder run(RunFolder folder, ComparisonPlan.Candidate candidate, long seed) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("label", candidate.contender().label())
                .add("of", folder.settings(candidate, seed))
                .add("run", folder.run(candidate, seed).orElseThrow().toJson());
        Optional<ComparedRun.Tested> tested = folder.tested(candidate, seed);
        tested.ifPresent(test -> json.add("test", ComparedRun.toJson(test)));
        return json;
    }

    private static List<String> commits(List<Comparison.Result> results) {
        return results.stream()
                .flatMap(result -> result.runs().stream())
                .map(ComparedRun::commit)
                .distinct()
                .sorted()
                .toList();
    }

    private String command() {
        return "./consilium " + arguments.stream().map(ComparisonText::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9._,:=/+@%-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
