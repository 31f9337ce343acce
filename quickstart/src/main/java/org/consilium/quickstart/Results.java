package org.consilium.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Parameters;
import org.consilium.model.ModelFile;

/** The end of a study: shown first, then written, so that what cannot be written is not lost. */
final class Results {

    private Results() {}

    /**
     * Shows and writes a study's results.
     *
     * @param report the report; its model file is filled in
     * @param model the selected model
     * @param targets where they go
     * @param screen where they are shown
     * @throws CommandFailure after everything else was shown and written, if a file could not be
     */
    static void deliver(StudyReport report, Parameters model, OutputOptions.Targets targets, Screen screen) {
        screen.say(StudySummary.lines(report));
        List<CommandFailure> failures = new ArrayList<>();
        Optional<Path> modelFile = targets.model()
                .filter(file -> written(file, "Model", screen, failures, path -> ModelFile.write(path, model)));
        StudyReport complete = report.withModelFile(modelFile.map(Path::toString));
        targets.plot()
                .ifPresent(file -> written(
                        file, "Plot", screen, failures, path -> Files.write(path, AccuracyPlot.draw(complete, file))));
        targets.report().ifPresent(file -> {
            String json = ReportJson.text(ReportJson.of(complete));
            if (!written(file, "Report", screen, failures, path -> Files.writeString(path, json))) {
                screen.say("The report follows here, since it could not be written into " + file + ":");
                screen.say(json);
            }
        });
        if (!failures.isEmpty()) {
            CommandFailure first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private static boolean written(
            Path file, String what, Screen screen, List<CommandFailure> failures, OutputFile.Content content) {
        try {
            OutputFile.write(file, content);
        } catch (CommandFailure e) {
            failures.add(e);
            return false;
        }
        screen.say(Text.of("%-8s %s", what, file));
        return true;
    }
}
